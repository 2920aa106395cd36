import { writeFileSync } from 'node:fs';
import { integerField, lengthField, type Piece, textField } from '../../src/models/onnx/protobuf';

/** Half precision as its bits, in a Uint16Array. */
export type ConstantOutput = { dims: number[]; data: Float32Array | Int32Array | BigInt64Array | Uint16Array };

/** An ONNX model that takes images and answers with the same tensors whatever they show: for the forms that exporters write. */
export function writeConstantModel(
  file: string,
  {
    inputDims,
    outputs,
    metadata = {},
    inputType = 1,
  }: {
    inputDims: (number | string)[];
    outputs: Record<string, ConstantOutput>;
    metadata?: Record<string, string>;
    /** Of onnx/onnx.proto; default float32. */
    inputType?: number;
  },
): void {
  const entries = Object.entries(outputs);
  const graph = [
    ...entries.flatMap(([name]) =>
      lengthField(1, [textField(1, `${name}.constant`), textField(2, name), textField(4, 'Identity')]),
    ),
    textField(2, 'constant'),
    ...entries.flatMap(([name, { dims, data }]) =>
      lengthField(5, [
        ...dims.map((n) => integerField(1, n)),
        integerField(2, elementType(data)),
        textField(8, `${name}.constant`),
        ...lengthField(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
      ]),
    ),
    ...lengthField(11, valueInfo('images', inputType, inputDims)),
    ...entries.flatMap(([name, { dims, data }]) => lengthField(12, valueInfo(name, elementType(data), dims))),
  ];
  const model = [
    integerField(1, 8),
    ...lengthField(7, graph),
    ...lengthField(8, [textField(1, ''), integerField(2, 17)]),
    ...Object.entries(metadata).flatMap(([key, value]) => lengthField(14, [textField(1, key), textField(2, value)])),
  ];
  writeFileSync(file, Buffer.concat(model as Uint8Array[]));
}

function elementType(data: ConstantOutput['data']): number {
  if (data instanceof Uint16Array) return 10;
  return data instanceof Float32Array ? 1 : data instanceof Int32Array ? 6 : 7;
}

function valueInfo(name: string, type: number, dims: (number | string)[]): Piece[] {
  const shape = dims.flatMap((n) => lengthField(1, [typeof n === 'string' ? textField(2, n) : sizeField(n)]));
  return [textField(1, name), ...lengthField(2, lengthField(1, [integerField(1, type), ...lengthField(2, shape)]))];
}

/** A negative one as protobuf writes it: in two's complement of 64 bits. */
export function sizeField(n: number): Uint8Array {
  if (n >= 0) return integerField(1, n);
  const groups = Array.from({ length: 10 }, (_, i) => Number((BigInt.asUintN(64, BigInt(n)) >> BigInt(7 * i)) & 127n));
  return Uint8Array.from([8, ...groups.map((bits, i) => (i < 9 ? bits | 128 : bits))]);
}
