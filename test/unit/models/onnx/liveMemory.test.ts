import { describe, expect, it } from 'vitest';
import { addNode, type Graph } from '../../../../src/models/onnx/graph';
import { buffersOf } from '../../../../src/models/onnx/buffers';
import { stepsOf } from '../../../../src/models/onnx/runOrder';
import { inferShapes } from '../../../../src/models/onnx/shapes';
import { modelMemory } from '../../../../src/models/onnx/liveMemory';
import { builtInArchitecture } from '../../../../src/models/yolo/builtIn';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { addConv, addConcat, type Value } from '../../../../src/models/yolo/operations';

const image: Value = { name: 'images', channels: 3, height: 8, width: 8 };
const conv = { kernel: 1, stride: 1, padding: 0, groups: 1 } as const;
/** Bytes of a tensor of 8 × 8 pixels with so many channels. */
const plane = (channels: number) => 4 * 64 * channels;

function graphOf(build: (graph: Graph) => string): Graph {
  const graph: Graph = {
    ...{ height: 8, width: 8, input: 'float32', boxes: 0, classes: 0, classNames: null },
    ...{ nodes: [], constants: [], parameters: [], convolutions: [] },
  };
  const last = build(graph);
  addNode(graph, 'Sigmoid', [last], 'output');
  return graph;
}

describe('memory of a graph', () => {
  it('of a chain is that of two neighbours, the larger pair; the input is the caller’s', () => {
    const graph = graphOf((g) => {
      let value = image;
      for (const [i, channels] of [16, 64, 32, 16].entries())
        value = addConv(g, value, { ...conv, name: `c${i}`, channels, activation: { kind: 'none' } });
      return value.name;
    });
    // 16 and 64, then 64 and 32 channels; the first one is kept for the last.
    expect(modelMemory(graph, []).heldBytes).toBe(plane(16 + 64 + 32));
    expect(modelMemory(graph, []).largest).toEqual({ name: 'c1', elements: 64 * 64, bytes: plane(64) });
  });

  it.each([
    ['leakyRelu', 1],
    ['relu', 1],
    ['silu', 2],
  ] as const)('has of a convolution before %s so many tensors: %i', (kind, tensors) => {
    const activation = kind === 'leakyRelu' ? { kind, slope: 0.1 } : { kind };
    const graph = graphOf((g) => addConv(g, image, { ...conv, name: 'c', channels: 16, activation }).name);
    // And the output.
    expect(buffersOf(stepsOf(graph.nodes), inferShapes(graph, 1))).toHaveLength(tensors + 1);
  });

  it('fills up the last channels of a convolution', () => {
    const graph = graphOf(
      (g) => addConv(g, image, { ...conv, name: 'c', channels: 40, activation: { kind: 'silu' } }).name,
    );
    const buffers = buffersOf(stepsOf(graph.nodes), inferShapes(graph, 1));
    expect(buffers.map(({ bytes }) => bytes)).toEqual([plane(48), plane(48), plane(40)]);
  });

  it('keeps a free buffer for a later one of the same shape', () => {
    const graph = graphOf((g) => {
      let value = image;
      for (const [i, channels] of [16, 32, 16, 48].entries())
        value = addConv(g, value, { ...conv, name: `c${i}`, channels, activation: { kind: 'none' } });
      return value.name;
    });
    // The first one's is the third one's too, and is held while 32 and 48 channels are made.
    const buffers = buffersOf(stepsOf(graph.nodes), inferShapes(graph, 1));
    expect(buffers.map(({ bytes }) => bytes)).toEqual([plane(16), plane(32), plane(48), plane(48)]);
    expect(buffers[0]).toEqual({ from: 0, to: 3, bytes: plane(16) });
  });

  it('counts what a later operator still reads, until it does', () => {
    const graph = graphOf((g) => {
      const none = { ...conv, activation: { kind: 'none' } } as const;
      const kept = addConv(g, image, { ...none, name: 'kept', channels: 32 });
      const a = addConv(g, kept, { ...none, name: 'a', channels: 64 });
      const b = addConv(g, a, { ...none, name: 'b', channels: 16 });
      return addConcat(g, [b, kept], 'joined').name;
    });
    // kept, a and b; or the concatenation of 48 channels with b and kept.
    expect(modelMemory(graph, []).heldBytes).toBe(plane(32 + 64 + 16));
  });

  it('of the networks is what docs/planning.md says, in proportion to the pixels', () => {
    const memoryOf = (name: Parameters<typeof builtInArchitecture>[0], side: number) =>
      modelMemory(buildGraph(builtInArchitecture(name), { height: side, width: side }, 'uint8'), [1, 8]);
    expect(memoryOf('yolov7', 640).heldBytes / 1e6).toBeCloseTo(104.9, 1);
    expect(memoryOf('yolov7-tiny', 640).heldBytes / 1e6).toBeCloseTo(32.8, 1);
    const e6e = memoryOf('yolov7-e6e', 640);
    expect(e6e.heldBytes / 1e6).toBeCloseTo(121.2, 1);
    expect(memoryOf('yolov7-e6e', 320).heldBytes).toBe(e6e.heldBytes / 4);
    expect(e6e.weightBytes / 1e6).toBeCloseTo(607, 0);
    expect(e6e.output).toEqual({ name: 'output', elements: 25_500 * 85, bytes: 4 * 25_500 * 85 });
    expect(e6e.input.bytes).toBe(3 * 640 * 640);
    // The arena holds at least what is held at one moment, and not twice as much.
    for (const { batchSize, bytes } of e6e.arenas) {
      expect(bytes).toBeGreaterThanOrEqual(batchSize * e6e.heldBytes);
      expect(bytes).toBeLessThan(2 * batchSize * e6e.heldBytes);
    }
  });
});
