import { writeFileSync } from 'node:fs';
import { integerField, lengthField, type Piece, textField } from '../../src/models/onnx/protobuf';
import { sizeField } from './constantModel';

/** Bytes of an ONNX message's field. */
const field = (number: number, ...parts: Piece[]): Piece[] => lengthField(number, parts);
const node = (op: string, inputs: string[], output: string, attributes: Piece[] = []) =>
  field(
    1,
    ...inputs.map((name) => textField(1, name)),
    ...[textField(2, output), textField(3, output), textField(4, op)],
    ...attributes,
  );
const integers = (name: string, values: number[]) =>
  field(5, textField(1, name), ...values.map((value) => integerField(8, value)), integerField(20, 7));
const constant = (name: string, dims: number[], data: Float32Array | BigInt64Array | Uint8Array) =>
  field(
    5,
    ...dims.map((n) => integerField(1, n)),
    integerField(2, data instanceof Float32Array ? 1 : data instanceof BigInt64Array ? 7 : 9),
    textField(8, name),
    ...field(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
const value = (place: number, name: string, type: number, dims: (number | string)[]) => {
  const sizes = dims.flatMap((n) => field(1, typeof n === 'string' ? textField(2, n) : sizeField(n)));
  return field(place, textField(1, name), ...field(2, ...field(1, integerField(1, type), ...field(2, ...sizes))));
};
const write = (file: string, graph: Piece[]) => {
  const model = [integerField(1, 8), ...field(7, ...graph), ...field(8, textField(1, ''), integerField(2, 17))];
  writeFileSync(file, Buffer.concat(model as Uint8Array[]));
};

/**
 * A detector of one class for 64 × 64 pixels that finds nothing, and whose exporter left a batch size inside: what it says
 * of its input is `batch`, but it runs batches of `inside` only.
 */
export function writeBakedModel(
  file: string,
  { batch = 'N' as number | string, inside = 1, side = 64 as number | string },
): void {
  const boxes = 3 * (64 + 16 + 4);
  const rows = new Float32Array(boxes * 6);
  for (let row = 0; row < boxes; row++) rows.set([((row % 8) + 0.5) * 8, 32, 10, 20, 0, 0], row * 6);
  write(file, [
    ...node('ReduceMean', ['images'], 'mean', integers('axes', [1, 2, 3])),
    ...node('Reshape', ['mean', 'shape'], 'flat'),
    ...node('Mul', ['flat', 'zero'], 'nothing'),
    ...node('Add', ['nothing', 'rows'], 'output'),
    textField(2, 'baked'),
    ...constant('shape', [3], BigInt64Array.from([BigInt(inside), 1n, 1n])),
    ...constant('zero', [1], new Float32Array(1)),
    ...constant('rows', [1, boxes, 6], rows),
    ...value(11, 'images', 1, [batch, 3, side, side]),
    ...value(12, 'output', 1, [batch, boxes, 6]),
  ]);
}

/** A model whose loop has no end: 2⁶² rounds that hand on what they were given. */
export function writeEndlessModel(file: string): void {
  const body = [
    ...node('Identity', ['go'], 'go on'),
    ...node('Identity', ['x'], 'x on'),
    textField(2, 'body'),
    ...value(11, 'round', 7, []),
    ...value(11, 'go', 9, []),
    ...value(11, 'x', 1, ['N', 3, 64, 64]),
    ...value(12, 'go on', 9, []),
    ...value(12, 'x on', 1, ['N', 3, 64, 64]),
  ];
  const loop = field(5, textField(1, 'body'), ...field(6, ...body), integerField(20, 5));
  write(file, [
    ...node('Loop', ['rounds', 'true', 'images'], 'output', loop),
    textField(2, 'endless'),
    ...constant('rounds', [], BigInt64Array.from([2n ** 62n])),
    ...constant('true', [], Uint8Array.from([1])),
    ...value(11, 'images', 1, ['N', 3, 64, 64]),
    ...value(12, 'output', 1, ['N', 3, 64, 64]),
  ]);
}
