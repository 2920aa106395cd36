import { addNode, type Graph } from '../onnx/graph';
import type { Layer } from './layers';
import type { Activation } from '../onnx/graph';
import { addConcat, addConv, addMaxPool, type Value } from './operations';

/** Layers that are several operations; names of parameters as in a checkpoint. */

/** Of the convolutions inside a block. */
const plainOf = ({ activation }: { activation: Activation }) => ({ stride: 1, groups: 1, activation });

export function addDownC(graph: Graph, from: Value, name: string, layer: Layer & { op: 'DownC' }): Value {
  const plain = plainOf(layer);
  const half = layer.outChannels / 2;
  const same = addConv(graph, from, {
    ...plain,
    name: `${name}.cv1.conv`,
    channels: from.channels,
    kernel: 1,
    padding: 0,
  });
  const strided = addConv(graph, same, {
    ...plain,
    name: `${name}.cv2.conv`,
    channels: half,
    kernel: 3,
    padding: 1,
    stride: 2,
  });
  const pooled = addMaxPool(graph, from, `${name}.mp`, 2, 2, 0);
  const side = addConv(graph, pooled, { ...plain, name: `${name}.cv3.conv`, channels: half, kernel: 1, padding: 0 });
  return addConcat(graph, [strided, side], name);
}

export function addSppcspc(graph: Graph, from: Value, name: string, layer: Layer & { op: 'SPPCSPC' }): Value {
  const plain = { ...plainOf(layer), channels: layer.outChannels };
  const conv = (value: Value, index: number, kernel: number) =>
    addConv(graph, value, { ...plain, name: `${name}.cv${index}.conv`, kernel, padding: (kernel - 1) / 2 });
  const main = conv(conv(conv(from, 1, 1), 3, 3), 4, 1);
  const pools = [5, 9, 13].map((k) => addMaxPool(graph, main, `${name}.m${k}`, k, 1, (k - 1) / 2));
  const pyramid = conv(conv(addConcat(graph, [main, ...pools], `${name}.pools`), 5, 1), 6, 3);
  return conv(addConcat(graph, [pyramid, conv(from, 2, 1)], `${name}.halves`), 7, 1);
}

/** YOLOv5: half of the channels go through the bottlenecks, half pass by. */
export function addC3(graph: Graph, from: Value, name: string, layer: Layer & { op: 'C3' }): Value {
  const plain = plainOf(layer);
  const hidden = Math.floor(layer.outChannels / 2);
  const conv = (value: Value, label: string, channels: number, kernel: number) =>
    addConv(graph, value, {
      ...plain,
      ...{ name: `${name}.${label}.conv`, channels, kernel, padding: (kernel - 1) / 2 },
    });
  let main = conv(from, 'cv1', hidden, 1);
  for (let i = 0; i < layer.repeat; i++) {
    const inner = conv(conv(main, `m.${i}.cv1`, hidden, 1), `m.${i}.cv2`, hidden, 3);
    main = layer.shortcut
      ? { ...inner, name: addNode(graph, 'Add', [main.name, inner.name], `${name}.m.${i}.sum`) }
      : inner;
  }
  const side = conv(from, 'cv2', hidden, 1);
  return conv(addConcat(graph, [main, side], `${name}.halves`), 'cv3', layer.outChannels, 1);
}

/** YOLOv5: poolings of one input side by side (SPP), or each of the one before (SPPF). */
export function addSpp(graph: Graph, from: Value, name: string, layer: Layer & { op: 'SPP' | 'SPPF' }): Value {
  const plain = plainOf(layer);
  const conv = (value: Value, label: string, channels: number) =>
    addConv(graph, value, { ...plain, name: `${name}.${label}.conv`, channels, kernel: 1, padding: 0 });
  const main = conv(from, 'cv1', Math.floor(from.channels / 2));
  const kernels = layer.op === 'SPP' ? layer.kernels : [layer.kernel, layer.kernel, layer.kernel];
  const parts = [main];
  for (const [i, kernel] of kernels.entries()) {
    const source = layer.op === 'SPP' ? main : (parts.at(-1) ?? main);
    parts.push(addMaxPool(graph, source, `${name}.m${i}`, kernel, 1, (kernel - 1) / 2));
  }
  return conv(addConcat(graph, parts, `${name}.pools`), 'cv2', layer.outChannels);
}
