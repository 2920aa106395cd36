import type { Activation } from '../onnx/graph';

/**
 * A network as a flat list of layers with every channel count and stride worked out. A cfg file and a
 * built-in architecture both end as this list; the ONNX graph is made from nothing else.
 */

/** What a layer does. Kernels, strides and paddings are in pixels of its input, equal in height and width. */
export type Operation =
  | {
      op: 'Conv';
      kernel: number;
      stride: number;
      padding: number;
      groups: number;
      activation: Activation;
      /** The layer is this many equal convolutions one after the other. */
      repeat: number;
    }
  /** 3×3 convolution, trained as a sum of 3×3, 1×1 and (where shapes allow) identity branches. */
  | { op: 'RepConv'; stride: number; groups: number; activation: Activation }
  /** Max pooling k×k with stride k, no padding. */
  | { op: 'MP'; kernel: number }
  /** Max pooling k×k with padding ⌊k/2⌋. */
  | { op: 'SP'; kernel: number; stride: number }
  | { op: 'Concat' }
  | { op: 'Upsample'; scale: number }
  /** Sum of two inputs of equal shape. */
  | { op: 'Shortcut' }
  /** Space to depth: 2×2 pixels become four groups of channels. */
  | { op: 'ReOrg' }
  /** Halves height and width by a strided convolution and by pooling, side by side. */
  | { op: 'DownC'; activation: Activation }
  /** Spatial pyramid pooling in a cross-stage-partial block. */
  | { op: 'SPPCSPC'; activation: Activation }
  /** YOLOv5: space to depth as in ReOrg, then a convolution. */
  | { op: 'Focus'; kernel: number; activation: Activation }
  /** YOLOv5: a cross-stage-partial block with `repeat` residual bottlenecks (plain ones without `shortcut`). */
  | { op: 'C3'; repeat: number; shortcut: boolean; activation: Activation }
  /** YOLOv5: max pooling with each kernel, side by side, between two 1×1 convolutions. */
  | { op: 'SPP'; kernels: number[]; activation: Activation }
  /** YOLOv5: the same with three poolings in a chain. */
  | { op: 'SPPF'; kernel: number; activation: Activation }
  /** Boxes from each level. `anchors[level]` holds width, height pairs in pixels of the network's input. */
  | { op: 'Detect'; classes: number; anchors: number[][] };

export type Layer = Operation & {
  /** Row of the cfg the layer stands in, from 0, backbone first: the index in a checkpoint's parameter names. */
  row: number;
  /** Places in the list of the layers read; −1 is the image. */
  inputs: number[];
  inChannels: number[];
  outChannels: number;
  /** Pixels of the image per pixel of the output (of the finest level for Detect). */
  outStride: number;
};

/** The last layer is the Detect; each layer is reachable from it. */
export type Architecture = { layers: Layer[] };

/** Height and width of an image must be multiples of this: the least common multiple of all strides. */
export function sizeMultiple(architecture: Architecture): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return architecture.layers.reduce((all, { outStride }) => (all / divisor(all, outStride)) * outStride, 1);
}
