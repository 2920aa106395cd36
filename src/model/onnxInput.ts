import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ModelError } from './modelError';

/** The input of a model file. Words in `shape` stand for sizes that the model leaves free. */
export type OnnxInput = { name: string; type: 'float32' | 'uint8'; shape: (number | string)[] };

type Field = { field: number; wire: number; value: number; start: number; end: number };

const chunk = 64 * 1024;
const typeNames: Record<number, string> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  10: 'float16',
};

/**
 * Finds the image input of an ONNX file (onnx/onnx.proto) without loading it: only the heads of messages are
 * read, weights are skipped over.
 *
 * @throws ModelError if the file is no ONNX model, or takes something else than one batch of images
 */
export function readOnnxInput(file: string): OnnxInput {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const { fields, text } = openFields(descriptor, size);
    const graph = [...fields(0, size)].find((f) => f.field === 7 && f.wire === 2);
    if (!graph) throw new RangeError('no graph');
    const inputs: OnnxInput[] = [];
    const weights = new Set<string>();
    const inside = (message: Field | undefined, field: number) =>
      message ? [...fields(message.start, message.end)].filter((f) => f.field === field) : [];
    for (const part of fields(graph.start, graph.end)) {
      // Old exporters list the weights among the inputs.
      if (part.field === 5) for (const name of inside(part, 8)) weights.add(text(name));
      if (part.field !== 11) continue;
      const [name] = inside(part, 1);
      const [tensor] = inside(inside(part, 2)[0], 1);
      const [element] = inside(tensor, 1);
      const dimensions = inside(inside(tensor, 2)[0], 1).map((dimension) => {
        const [fixed] = inside(dimension, 1);
        const [free] = inside(dimension, 2);
        return fixed ? fixed.value : free ? text(free) : '?';
      });
      const type = typeNames[element?.value ?? 0] ?? `type ${element?.value}`;
      inputs.push({ name: name ? text(name) : '', type: type as OnnxInput['type'], shape: dimensions });
    }
    return onlyImages(
      file,
      inputs.filter(({ name }) => !weights.has(name)),
    );
  } catch (error) {
    if (error instanceof RangeError) throw new ModelError(`${file} is not an ONNX model, or torn (${error.message})`);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function onlyImages(file: string, inputs: OnnxInput[]): OnnxInput {
  const [input] = inputs;
  const listed = inputs.map(({ name, type, shape }) => `${name}: ${type}[${shape.join(', ')}]`).join('; ');
  const isImage = input && inputs.length === 1 && input.shape.length === 4;
  const channels = input?.shape[1];
  if (!isImage || !['float32', 'uint8'].includes(input.type) || (typeof channels === 'number' && channels !== 3)) {
    throw new ModelError(`${file} has the input ${listed || '(none)'}; allowed: one, float32 or uint8, [N, 3, H, W]`);
  }
  return input;
}

/** Walks the fields of a message in a file; a field of the wire format is a key, then a varint, bytes or a number. */
function openFields(descriptor: number, size: number) {
  const buffer = Buffer.alloc(chunk);
  let bufferStart = 0;
  let bufferEnd = 0;
  const byteAt = (position: number): number => {
    if (position < bufferStart || position >= bufferEnd) {
      bufferStart = position;
      bufferEnd = position + readSync(descriptor, buffer, 0, chunk, position);
      if (bufferEnd === bufferStart) throw new RangeError('it ends too early');
    }
    return buffer[position - bufferStart] as number;
  };
  const varintAt = (position: number): [value: number, end: number] => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = byteAt(position + i);
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return [value, position + i + 1];
    }
    throw new RangeError('a number is too long');
  };
  function* fields(from: number, to: number): Generator<Field> {
    for (let at = from; at < to;) {
      const [key, behindKey] = varintAt(at);
      const wire = key % 8;
      const field = Math.floor(key / 8);
      let value = 0;
      let start = behindKey;
      if (wire === 0 || wire === 2) [value, start] = varintAt(behindKey);
      const length = wire === 2 ? value : wire === 5 ? 4 : wire === 1 ? 8 : 0;
      const end = start + length;
      if (wire === 3 || wire === 4 || wire > 5 || field === 0 || end > to || end > size)
        throw new RangeError('its fields do not fit');
      yield { field, wire, value, start, end };
      at = end;
    }
  }
  const text = ({ start, end }: Field): string => {
    const bytes = Buffer.alloc(Math.min(end - start, 4096));
    readSync(descriptor, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  };
  return { fields, text };
}
