import type { Graph, GraphNode } from './graph';
import { inputName } from './graph';

/** A tensor of a graph, for one batch. */
export type Tensor = { dims: number[]; bytesPerElement: number };

/** A graph of which sizes are asked: its nodes in an order in which each comes after what it reads. */
export type SizedGraph = Pick<Graph, 'nodes' | 'constants' | 'parameters' | 'height' | 'width' | 'input'>;

/** Sizes that do not follow from the graph: an operator that is not known here, or values that only a run has. */
export class UnknownShape extends Error {}

/** `to` of Cast: elements of onnx/onnx.proto's TensorProto.DataType that graphs built here have. */
const bytesOfType: Record<number, number> = { 1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8 };

export const elementsOf = ({ dims }: Pick<Tensor, 'dims'>): number => dims.reduce((product, n) => product * n, 1);
export const bytesOf = (tensor: Tensor): number => elementsOf(tensor) * tensor.bytesPerElement;

/**
 * The sizes of all tensors that the nodes of a graph make, and of its input, by name: what ONNX's specification says of each
 * operator (onnx/docs/Operators.md), for those that graphs built here have.
 *
 * @throws UnknownShape
 */
export function inferShapes(graph: SizedGraph, batchSize: number): Map<string, Tensor> {
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const fixed = new Map<string, Tensor>();
  for (const { name, shape, data } of graph.constants)
    fixed.set(name, { dims: shape, bytesPerElement: data instanceof Float32Array ? 4 : 8 });
  for (const { name, shape } of graph.parameters) fixed.set(name, { dims: shape, bytesPerElement: 4 });
  const { height, width } = graph;
  const image = { dims: [batchSize, 3, height, width], bytesPerElement: graph.input === 'uint8' ? 1 : 4 };
  const tensors = new Map<string, Tensor>([[inputName, image]]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => tensors.get(name) ?? fixed.get(name));
    const values = (index: number) => {
      const name = node.inputs[index];
      const constant = name === undefined ? undefined : constants.get(name);
      return constant && Array.from(constant.data, Number);
    };
    const outputs = shapesOf(node, inputs, values);
    [node.output, ...(node.moreOutputs ?? [])].forEach((name, i) => tensors.set(name, outputs[i]!));
  }
  return tensors;
}

/** @param values of the inputs that are constants, as numbers */
function shapesOf(
  node: GraphNode,
  inputs: readonly (Tensor | undefined)[],
  values: (index: number) => number[] | undefined,
): Tensor[] {
  const { op, attributes } = node;
  const input = (index: number): Tensor => {
    const tensor = inputs[index];
    if (!tensor) throw new UnknownShape(`${op} ${node.output}: input ${node.inputs[index]} is not known`);
    return tensor;
  };
  const constant = (index: number): number[] => {
    const found = values(index);
    if (!found) throw new UnknownShape(`${op} ${node.output}: ${node.inputs[index]} is no constant`);
    return found;
  };
  const first = input(0);
  const like = (dims: number[]): Tensor[] => [{ ...first, dims }];
  switch (op) {
    case 'Sigmoid':
    case 'LeakyRelu':
    case 'Relu':
      return [first];
    case 'Cast': {
      const bytesPerElement = bytesOfType[Number(attributes.to)];
      if (bytesPerElement === undefined) throw new UnknownShape(`Cast to type ${String(attributes.to)}`);
      return [{ ...first, bytesPerElement }];
    }
    case 'Add':
    case 'Mul':
      return like(broadcast(first.dims, input(1).dims));
    case 'Conv':
      return like([first.dims[0]!, input(1).dims[0]!, ...spatial(node, first)]);
    case 'MaxPool':
      return like([...first.dims.slice(0, 2), ...spatial(node, first)]);
    case 'Concat': {
      const axis = number(attributes.axis);
      const along = inputs.reduce((sum, _, i) => sum + input(i).dims[axis]!, 0);
      return like(first.dims.map((size, i) => (i === axis ? along : size)));
    }
    case 'Resize': {
      const scales = constant(2);
      return like(first.dims.map((size, i) => Math.floor(size * scales[i]!)));
    }
    case 'Slice': {
      const [starts, ends, axes, steps] = [constant(1), constant(2), constant(3), constant(4)];
      const dims = [...first.dims];
      axes.forEach((axis, i) => (dims[axis] = Math.ceil((ends[i]! - starts[i]!) / steps[i]!)));
      return like(dims);
    }
    case 'Reshape':
      // 0 keeps the size of the input at this place.
      return like(constant(1).map((size, i) => (size === 0 ? first.dims[i]! : size)));
    case 'Transpose':
      return like(list(attributes.perm).map((from) => first.dims[from]!));
    case 'Split': {
      const axis = number(attributes.axis);
      return constant(1).map((part) => ({ ...first, dims: first.dims.map((size, i) => (i === axis ? part : size)) }));
    }
    default:
      throw new UnknownShape(`${op}: sizes of its outputs are not known`);
  }
}

const number = (value: unknown) => Number(value);
const list = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);

/** Height and width that a sliding window leaves. */
function spatial({ attributes }: GraphNode, { dims }: Tensor): number[] {
  const [kernel, strides, pads] = [list(attributes.kernel_shape), list(attributes.strides), list(attributes.pads)];
  return kernel.map((k, i) => {
    const padded = dims[2 + i]! + pads[i]! + pads[kernel.length + i]!;
    return Math.floor((padded - k) / strides[i]!) + 1;
  });
}

/** Sizes of two tensors set off against each other from the end, 1 stretched (ONNX, "Broadcasting"). */
function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return x === 1 ? y : x;
  });
}
