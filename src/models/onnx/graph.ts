import type { Size } from '../../core/spec/spec';

/** What follows a convolution. */
export type Activation = { kind: 'silu' | 'relu' | 'none' } | { kind: 'leakyRelu'; slope: number };

/** Whole number, float, word or list of whole numbers. */
export type Attribute = number | { float: number } | string | number[];

/** One ONNX operator, named after its first output. */
export type GraphNode = {
  op: string;
  inputs: string[];
  output: string;
  moreOutputs?: string[];
  attributes: Record<string, Attribute>;
};

/** A tensor that follows from the architecture and the size alone. */
export type Constant = { name: string; shape: number[]; data: Float32Array | BigInt64Array };

/**
 * A tensor to be learned, named as in a YOLOv7 checkpoint after fusing. `fanIn`: inputs of one output value.
 * `initial`: where an untrained network has set values.
 */
export type Parameter = { name: string; shape: number[]; fanIn: number; initial?: Float32Array };

/**
 * What a convolution is, to count it and to compare it with a checkpoint. `name`: as of its parameters;
 * `branches`: of the form it is trained in.
 */
export type Convolution = {
  name: string;
  stride: number;
  padding: number;
  activation: Activation;
  inChannels: number;
  outChannels: number;
  kernel: number;
  groups: number;
  outPixels: number;
  branches: 'batchNorm' | 'repConv' | 'repConvIdentity' | 'plain';
};

export type InputType = 'float32' | 'uint8';

/**
 * Input `images`: N × 3 × height × width, RGB; float32 from 0 to 1 or uint8 from 0 to 255.
 * Output `output`: N × boxes × (5 + classes): centre x, y, width, height in pixels of the input, objectness,
 * then a score for each class, all decoded; order level, anchor, row, column. N is free; height, width and boxes are where
 * `freeSize` says so: then the sizes here are those that operations are counted at.
 */
export type Graph = Size & {
  freeSize?: boolean;
  input: InputType;
  boxes: number;
  classes: number;
  /** In the order of the scores; null: not known. They stand in the file as `names` (metadata), a JSON list. */
  classNames: string[] | null;
  nodes: GraphNode[];
  constants: Constant[];
  parameters: Parameter[];
  convolutions: Convolution[];
};

export const inputName = 'images';
export const outputName = 'output';

/** @returns the node's output */
export function addNode(
  graph: Graph,
  op: string,
  inputs: string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): string {
  graph.nodes.push({ op, inputs, output, attributes });
  return output;
}

export function addConstant(graph: Graph, name: string, shape: number[], data: Constant['data']): string {
  graph.constants.push({ name, shape, data });
  return name;
}
