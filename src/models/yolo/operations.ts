import { addConstant, addNode, type Convolution, type Graph } from '../onnx/graph';
import type { Activation } from '../onnx/graph';

/** A tensor in the graph: N × channels × height × width. */
export type Value = { name: string; channels: number; height: number; width: number };

type ConvOptions = {
  /** Of the parameters, without `.weight` and `.bias`; also of the node. */
  name: string;
  channels: number;
  kernel: number;
  stride: number;
  padding: number;
  groups: number;
  activation: Activation;
  branches?: Convolution['branches'];
  initialBias?: Float32Array;
};

export function addConv(graph: Graph, from: Value, options: ConvOptions): Value {
  const { name, channels, kernel, stride, padding, groups } = options;
  const fanIn = (from.channels / groups) * kernel ** 2;
  const weight = { name: `${name}.weight`, shape: [channels, from.channels / groups, kernel, kernel], fanIn };
  const bias = { name: `${name}.bias`, shape: [channels], fanIn };
  graph.parameters.push(weight, options.initialBias ? { ...bias, initial: options.initialBias } : bias);
  const height = Math.floor((from.height + 2 * padding - kernel) / stride) + 1;
  const width = Math.floor((from.width + 2 * padding - kernel) / stride) + 1;
  graph.convolutions.push({
    ...{ name, stride, padding, activation: options.activation },
    ...{ inChannels: from.channels, outChannels: channels, kernel, groups, outPixels: height * width },
    branches: options.branches ?? 'batchNorm',
  });
  const sums = addNode(graph, 'Conv', [from.name, weight.name, bias.name], name, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  });
  return { name: addActivation(graph, sums, options.activation), channels, height, width };
}

/** SiLU as Sigmoid and Mul: ONNX Runtime fuses the pair and keeps its blocked layout. */
function addActivation(graph: Graph, from: string, activation: Activation): string {
  switch (activation.kind) {
    case 'silu':
      return addNode(graph, 'Mul', [from, addNode(graph, 'Sigmoid', [from], `${from}.sigmoid`)], `${from}.silu`);
    case 'leakyRelu':
      return addNode(graph, 'LeakyRelu', [from], `${from}.leaky`, { alpha: { float: activation.slope } });
    case 'relu':
      return addNode(graph, 'Relu', [from], `${from}.relu`);
    case 'none':
      return from;
  }
}

export function addMaxPool(
  graph: Graph,
  from: Value,
  name: string,
  kernel: number,
  stride: number,
  padding: number,
): Value {
  addNode(graph, 'MaxPool', [from.name], name, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  });
  return { ...from, name, height: from.height / stride, width: from.width / stride };
}

export function addConcat(graph: Graph, from: Value[], name: string): Value {
  addNode(
    graph,
    'Concat',
    from.map((value) => value.name),
    name,
    { axis: 1 },
  );
  const [first] = from as [Value];
  return { ...first, name, channels: from.reduce((sum, value) => sum + value.channels, 0) };
}

export function addUpsample(graph: Graph, from: Value, name: string, scale: number): Value {
  const scales = addConstant(graph, `${name}.scales`, [4], new Float32Array([1, 1, scale, scale]));
  addNode(graph, 'Resize', [from.name, '', scales], name, {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  return { ...from, name, height: from.height * scale, width: from.width * scale };
}

const beyondAnySide = 2 ** 31 - 1;

/** Groups in the order (even row, even column), (odd, even), (even, odd), (odd, odd): not that of SpaceToDepth. */
export function addReOrg(graph: Graph, from: Value, name: string): Value {
  const numbers = (label: string, values: number[]) =>
    addConstant(graph, `${name}.${label}`, [values.length], new BigInt64Array(values.map(BigInt)));
  // Beyond the end of any image: as far as it goes.
  const end = numbers('ends', graph.freeSize ? [beyondAnySide, beyondAnySide] : [from.height, from.width]);
  const axes = numbers('axes', [2, 3]);
  const steps = numbers('steps', [2, 2]);
  const offsets: [number, number][] = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  const groups = offsets.map(([row, column], i): Value => {
    const start = numbers(`start${i}`, [row, column]);
    const part = addNode(graph, 'Slice', [from.name, start, end, axes, steps], `${name}.group${i}`);
    return { name: part, channels: from.channels, height: from.height / 2, width: from.width / 2 };
  });
  return addConcat(graph, groups, name);
}
