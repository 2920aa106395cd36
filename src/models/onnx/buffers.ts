import { outputName } from './graph';
import type { Step } from './runOrder';
import { bytesOf, type Tensor } from './shapes';

/** Memory that one tensor after another lies in: from the step that takes it to the last one that reads it, bytes for one image. */
export type Buffer = { from: number; to: number; bytes: number };

/** Operators that write over their input where nobody else reads it any more (`MayInplace` of their kernels), or only see it otherwise. */
const inPlace = new Set(['Sigmoid', 'LeakyRelu', 'Relu', 'Mul', 'Add', 'Reshape']);

/** Convolutions work on so many channels at once (MLAS on AVX-512; half of it elsewhere): the last of them are filled up. */
const channelsAtOnce = 16;

/**
 * The buffers of a run, as ONNX Runtime plans them before it (`PlannerImpl`, core/framework/allocation_planner.cc): an operator takes
 * over its input where it may; else a buffer of the same shape that is free, which for that is kept all the while; else a new one. The input of
 * the graph is its caller's; its output is held to the end.
 */
export function buffersOf(steps: readonly Step[], tensors: ReadonlyMap<string, Tensor>): Buffer[] {
  const readings = new Map<string, number>();
  for (const { inputs } of steps) for (const name of inputs) readings.set(name, (readings.get(name) ?? 0) + 1);
  /** `left`: how often what lies in it will still be read. */
  type Planned = Buffer & { left: number; shape: string };
  const planned: Planned[] = [];
  const bufferOf = new Map<string, Planned>();
  let free: Planned[] = [];
  steps.forEach(({ op, inputs, outputs }, at) => {
    for (const name of outputs) {
      const tensor = stored(tensors.get(name)!, op);
      const [bytes, shape] = [bytesOf(tensor), `${tensor.dims.join('×')} ${tensor.bytesPerElement}`];
      const own = inputs.flatMap((input) => bufferOf.get(input) ?? []);
      const isOutput = name === outputName;
      const taken = inPlace.has(op) ? own.find((one) => one.left === 1 && one.bytes === bytes) : undefined;
      const waiting = free.find((one) => one.shape === shape);
      let buffer = isOutput ? undefined : (taken ?? waiting);
      if (buffer && buffer === waiting) free = free.filter((one) => one !== buffer);
      if (!buffer) planned.push((buffer = { from: at, to: at, bytes, shape, left: 0 }));
      buffer.left += (readings.get(name) ?? 0) + (isOutput ? 1 : 0);
      buffer.to = isOutput ? steps.length : at;
      buffer.shape = shape;
      bufferOf.set(name, buffer);
    }
    for (const name of [...inputs, ...outputs]) {
      const buffer = bufferOf.get(name);
      if (!buffer) continue;
      buffer.to = Math.max(buffer.to, at);
      if (inputs.includes(name) && !outputs.includes(name)) buffer.left--;
      // The one that was freed last is taken first.
      if (buffer.left === 0 && !free.includes(buffer)) free = [buffer, ...free];
    }
  });
  return planned.map(({ from, to, bytes }) => ({ from, to, bytes }));
}

function stored({ dims, bytesPerElement }: Tensor, op: string): Tensor {
  if ((op !== 'Conv' && op !== 'SiLU') || dims.length !== 4) return { dims, bytesPerElement };
  const [batch, channels, ...area] = dims as [number, number, number, number];
  return { dims: [batch, channelsAtOnce * Math.ceil(channels / channelsAtOnce), ...area], bytesPerElement };
}

/** Bytes that are held at one moment, at the most. */
export function mostHeldBytes(buffers: readonly Buffer[]): number {
  const most = Math.max(0, ...buffers.map(({ to }) => to));
  const held = Array.from({ length: most + 1 }, (_, at) =>
    buffers.reduce((sum, { from, to, bytes }) => sum + (from <= at && at <= to ? bytes : 0), 0),
  );
  return Math.max(...held);
}
