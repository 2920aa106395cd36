import { buildGraph } from './buildGraph';
import type { Graph } from '../onnx/graph';
import { type Architecture, sizeMultiple } from './layers';

/** Parameters as deployed (`fused`) and as trained, floating-point operations: 2 × multiply-adds of convolutions. */
export function countGraph(graph: Graph): { fused: number; unfused: number; flops: number } {
  let fused = 0;
  let unfused = 0;
  let flops = 0;
  for (const { inChannels, outChannels, kernel, groups, outPixels, branches } of graph.convolutions) {
    const pairs = (inChannels / groups) * outChannels;
    fused += pairs * kernel ** 2 + outChannels;
    // Batch normalisation: scale and shift for each channel, instead of a bias.
    unfused += pairs * kernel ** 2 + (branches === 'plain' ? 1 : 2) * outChannels;
    if (branches === 'repConv') unfused += pairs + 2 * outChannels;
    if (branches === 'repConvIdentity') unfused += pairs + 4 * outChannels;
    flops += 2 * pairs * kernel ** 2 * outPixels;
  }
  return { fused, unfused, flops };
}

/** Parameters of an architecture; no weights are made. */
export function countParameters(architecture: Architecture): { fused: number; unfused: number } {
  const side = sizeMultiple(architecture);
  const { fused, unfused } = countGraph(buildGraph(architecture, { height: side, width: side }, 'float32'));
  return { fused, unfused };
}
