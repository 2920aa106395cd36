import { addConstant, addNode, type Graph, outputName } from '../onnx/graph';
import type { Layer } from './layers';
import { addConv, type Value } from './operations';

/**
 * The detection head with its decoding. From σ, the sigmoid of a level's 1×1 convolution, with the cell's
 * column and row g and the anchor a: centre = (2σ − ½ + g) · stride, size = (2σ)² · a, in pixels; objectness
 * and classes are σ itself (YOLOv7, arXiv 2207.02696, and its predecessors since YOLOv5).
 */
export function addDetect(graph: Graph, layer: Layer & { op: 'Detect' }, inputs: Value[]): Value {
  const name = `model.${layer.row}`;
  const values = 5 + layer.classes;
  const anchorCount = (layer.anchors[0]?.length ?? 0) / 2;
  const parts = addConstant(graph, `${name}.parts`, [3], new BigInt64Array([2n, 2n, BigInt(values - 4)]));
  const levels = inputs.map((from, index) => {
    const stride = graph.height / from.height;
    const level = `${name}.m.${index}`;
    const head = addConv(graph, from, {
      ...{ name: level, channels: anchorCount * values, kernel: 1, stride: 1, padding: 0, groups: 1 },
      ...{ activation: { kind: 'none' }, branches: 'plain' },
      initialBias: priorBias(anchorCount, layer.classes, stride),
    });
    graph.boxes += anchorCount * from.height * from.width;
    return decode(graph, head, layer.anchors[index] ?? [], stride, { level, values, parts });
  });
  addNode(graph, 'Concat', levels, outputName, { axis: 1 });
  return { name: outputName, channels: values, height: graph.boxes, width: 1 };
}

function decode(
  graph: Graph,
  head: Value,
  anchors: number[],
  stride: number,
  { level, values, parts }: { level: string; values: number; parts: string },
): string {
  const { height, width } = head;
  const count = anchors.length / 2;
  const add = (op: string, from: string[], label: string, attributes = {}) =>
    addNode(graph, op, from, `${level}.${label}`, attributes);
  const shape = (label: string, dimensions: number[]) =>
    addConstant(graph, `${level}.${label}`, [dimensions.length], new BigInt64Array(dimensions.map(BigInt)));
  const floats = (label: string, dimensions: number[], data: Float32Array) =>
    addConstant(graph, `${level}.${label}`, dimensions, data);

  const doubleStride = floats('doubleStride', [], new Float32Array([2 * stride]));
  // Of a free size the cells of a level are one axis, whose length follows from what comes in.
  const cells = graph.freeSize ? [-1] : [height, width];
  const corner = graph.freeSize
    ? addFreeCorners(graph, head, stride, level)
    : floats('corners', [1, 1, height, width, 2], cornersOf(head, stride));
  const quadrupled = floats(
    'anchors',
    [1, count, ...cells.map(() => 1), 2],
    Float32Array.from(anchors, (a) => 4 * a),
  );

  // 0 in a Reshape keeps the batch.
  const split = add('Reshape', [head.name, shape('split', [0, count, values, ...cells])], 'levels');
  const last = 2 + cells.length;
  const perm = [0, 1, ...cells.map((_, i) => 3 + i), 2];
  const ordered = add('Transpose', [split], 'ordered', { perm });
  const sigmoid = add('Sigmoid', [ordered], 'sigmoid');
  const [xy, wh, scores] = ['xy', 'wh', 'scores'].map((label) => `${level}.${label}`) as [string, string, string];
  graph.nodes.push({
    op: 'Split',
    inputs: [sigmoid, parts],
    output: xy,
    moreOutputs: [wh, scores],
    attributes: { axis: last },
  });
  const centre = add('Add', [add('Mul', [xy, doubleStride], 'scaled'), corner], 'centre');
  const extent = add('Mul', [add('Mul', [wh, wh], 'squared'), quadrupled], 'extent');
  const boxes = add('Concat', [centre, extent, scores], 'decoded', { axis: last });
  const rows = graph.freeSize ? -1 : count * height * width;
  return add('Reshape', [boxes, shape('flat', [0, rows, values])], 'boxes');
}

/** (column − ½) · stride and (row − ½) · stride of each cell. */
function cornersOf({ height, width }: Value, stride: number): Float32Array {
  const corners = new Float32Array(height * width * 2);
  for (let i = 0; i < height * width; i++) {
    corners[2 * i] = ((i % width) - 0.5) * stride;
    corners[2 * i + 1] = (Math.floor(i / width) - 0.5) * stride;
  }
  return corners;
}

/** The same, [1, 1, cells, 2], worked out from the size of what the level gets: cell i lies in column i mod width, row ⌊i ÷ width⌋. */
function addFreeCorners(graph: Graph, head: Value, stride: number, level: string): string {
  const add = (op: string, from: string[], label: string, attributes = {}) =>
    addNode(graph, op, from, `${level}.${label}`, attributes);
  const whole = (label: string, dimensions: number[], values: number[]) =>
    addConstant(graph, `${level}.${label}`, dimensions, new BigInt64Array(values.map(BigInt)));
  const size = add('Shape', [head.name], 'size', { start: 2, end: 4 });
  const width = add('Gather', [size, whole('second', [], [1])], 'columns');
  const count = add('ReduceProd', [size], 'cells', { keepdims: 0 });
  const index = add('Range', [whole('zero', [], [0]), count, whole('one', [], [1])], 'index');
  const places = [add('Mod', [index, width], 'column'), add('Div', [index, width], 'row')];
  const pair = whole('pair', [1], [1]);
  const columns = places.map((place, i) => add('Unsqueeze', [place, pair], `place${i}`));
  const floats = add('Cast', [add('Concat', columns, 'places', { axis: 1 })], 'places.float', { to: 1 });
  const constant = (label: string, value: number) =>
    addConstant(graph, `${level}.${label}`, [], new Float32Array([value]));
  const centred = add('Sub', [floats, constant('half', 0.5)], 'places.centred');
  return add('Mul', [centred, constant('stride', stride)], 'corners');
}

/**
 * Bias of an untrained head: few objects (8 in an image of 640 pixels) and even, rare classes, so that the
 * scores begin low (the prior of RetinaNet, arXiv 1708.02002 §3.3, with YOLOv7's numbers).
 */
function priorBias(anchorCount: number, classes: number, stride: number): Float32Array {
  const bias = new Float32Array(anchorCount * (5 + classes));
  for (let i = 0; i < bias.length; i++) {
    const value = i % (5 + classes);
    if (value === 4) bias[i] = Math.log(8 / (640 / stride) ** 2);
    if (value > 4) bias[i] = Math.log(0.6 / (classes - 0.99));
  }
  return bias;
}
