import {
  type Attribute,
  type Constant,
  type Graph,
  type GraphNode,
  inputName,
  outputName,
  type Parameter,
} from './graph';
import { floatField, integerField, lengthField, type Piece, textField } from './protobuf';

/**
 * ONNX's file format (onnx/onnx.proto): only the messages and fields that are written. Opset 17 and IR 8 are
 * read by every ONNX Runtime since 1.12.
 */
const irVersion = 8;
const opset = 17;
const elementType = { float32: 1, uint8: 2, int64: 7 } as const;

/** Weights larger than this go into a file of their own, which loads in half the time and memory. */
const largestInside = 64 * 1024 * 1024;

function parameterBytes(parameter: Parameter): number {
  return 4 * parameter.shape.reduce((product, n) => product * n, 1);
}

/**
 * A graph as one ONNX file, or, if its weights exceed 64 MiB, as one that names `dataFile` beside it.
 *
 * @returns pieces of the model file and of the data file (null: all is in the model file); weights are still to be made
 */
export function encodeOnnx(graph: Graph, dataFile: string): { model: Piece[]; data: Piece[] | null } {
  const total = graph.parameters.reduce((sum, parameter) => sum + parameterBytes(parameter), 0);
  const isOutside = total > largestInside;
  let offset = 0;
  const initializers = graph.parameters.map((parameter) => {
    const bytes = parameterBytes(parameter);
    const place = isOutside ? outside(dataFile, offset, bytes) : lengthField(9, [hole(parameter)]);
    offset += bytes;
    return lengthField(5, [...tensorHeader(parameter.name, parameter.shape, 'float32'), ...place]);
  });
  const size = graph.freeSize ? ['height', 'width'] : [graph.height, graph.width];
  const values = 5 + graph.classes;
  const body: Piece[] = [
    ...graph.nodes.flatMap((node) => lengthField(1, encodeNode(node))),
    textField(2, 'greenbatch'),
    ...graph.constants.flatMap((constant) => lengthField(5, encodeConstant(constant))),
    ...initializers.flat(),
    ...lengthField(11, valueInfo(inputName, graph.input, ['N', 3, ...size])),
    ...lengthField(12, valueInfo(outputName, 'float32', ['N', graph.freeSize ? 'boxes' : graph.boxes, values])),
  ];
  const model: Piece[] = [
    integerField(1, irVersion),
    textField(2, 'greenbatch'),
    ...lengthField(7, body),
    ...lengthField(8, [textField(1, ''), integerField(2, opset)]),
    ...(graph.classNames ? metadata('names', JSON.stringify(graph.classNames)) : []),
  ];
  return { model, data: isOutside ? graph.parameters.map(hole) : null };
}

function metadata(key: string, value: string): Piece[] {
  return lengthField(14, [textField(1, key), textField(2, value)]);
}

function hole(parameter: Parameter): Piece {
  return { bytes: parameterBytes(parameter), parameter };
}

function encodeNode({ op, inputs, output, moreOutputs = [], attributes }: GraphNode): Piece[] {
  return [
    ...inputs.map((name) => textField(1, name)),
    ...[output, ...moreOutputs].map((name) => textField(2, name)),
    textField(3, output),
    textField(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => lengthField(5, encodeAttribute(name, value))),
  ];
}

function encodeAttribute(name: string, value: Attribute): Piece[] {
  const type = (number: number) => integerField(20, number);
  if (typeof value === 'number') return [textField(1, name), integerField(3, value), type(2)];
  if (typeof value === 'string') return [textField(1, name), textField(4, value), type(3)];
  if (Array.isArray(value)) return [textField(1, name), ...value.map((n) => integerField(8, n)), type(7)];
  return [textField(1, name), floatField(2, value.float), type(1)];
}

function tensorHeader(name: string, shape: number[], type: keyof typeof elementType): Piece[] {
  return [...shape.map((n) => integerField(1, n)), integerField(2, elementType[type]), textField(8, name)];
}

function encodeConstant({ name, shape, data }: Constant): Piece[] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [...tensorHeader(name, shape, data instanceof Float32Array ? 'float32' : 'int64'), ...lengthField(9, [bytes])];
}

function outside(file: string, offset: number, length: number): Piece[] {
  const entry = (key: string, value: string) => lengthField(13, [textField(1, key), textField(2, value)]);
  return [
    ...entry('location', file),
    ...entry('offset', `${offset}`),
    ...entry('length', `${length}`),
    integerField(14, 1),
  ];
}

function valueInfo(name: string, type: keyof typeof elementType, shape: (string | number)[]): Piece[] {
  const dimensions = shape.flatMap((n) =>
    lengthField(1, [typeof n === 'string' ? textField(2, n) : integerField(1, n)]),
  );
  const tensor = [integerField(1, elementType[type]), ...lengthField(2, dimensions)];
  return [textField(1, name), ...lengthField(2, lengthField(1, tensor))];
}
