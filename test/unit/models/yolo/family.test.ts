import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { builtInArchitecture } from '../../../../src/models/yolo/builtIn';
import { countGraph, countParameters } from '../../../../src/models/yolo/count';
import { type BuiltInModel, builtInModels } from '../../../../src/models/yolo/family';
import type { Layer } from '../../../../src/models/yolo/layers';

/** Parameters of the deployed graph, of its trained form, layers, GFLOPs at 640 × 640 (YOLOv7's own models). */
const known: Record<BuiltInModel, [fused: number, unfused: number, layers: number, gflops: number]> = {
  'yolov7-tiny': [6_219_709, 6_227_101, 78, 13.7],
  yolov7: [36_905_341, 37_620_125, 106, 104.51],
  yolov7x: [71_311_741, 71_344_389, 122, 189.67],
  'yolov7-w6': [70_394_300, 70_426_236, 119, 89.93],
  'yolov7-e6': [97_202_940, 97_246_652, 141, 128.61],
  'yolov7-d6': [133_757_052, 133_810_044, 163, 175.43],
  'yolov7-e6e': [151_687_420, 151_757_244, 262, 210.55],
};

const reference = join(
  process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../shared/data'),
  '../reference/yolov7-layers.csv',
);

describe('a built-in network', () => {
  it.each(builtInModels)('%s has the published parameters to the unit, and FLOPs within 1 %%', (name) => {
    const [fused, unfused, layers, gflops] = known[name];
    const architecture = builtInArchitecture(name);
    expect(architecture.layers).toHaveLength(layers);
    expect(countParameters(architecture)).toEqual({ fused, unfused });
    const graph = buildGraph(architecture, { height: 640, width: 640 }, 'float32');
    expect(Math.abs(countGraph(graph).flops / 1e9 / gflops - 1)).toBeLessThan(0.01);
    const held = graph.parameters.reduce((sum, { shape }) => sum + shape.reduce((n, m) => n * m, 1), 0);
    expect(held).toBe(fused);
  });

  it.each(builtInModels)('%s needs four times the work at twice the size', (name) => {
    const architecture = builtInArchitecture(name);
    const flops = (side: number) => countGraph(buildGraph(architecture, { height: side, width: side }, 'uint8')).flops;
    expect(flops(1280)).toBe(4 * flops(640));
  });

  it('names each parameter once, as a checkpoint does', () => {
    for (const name of builtInModels) {
      const { parameters } = buildGraph(builtInArchitecture(name), { height: 64, width: 64 }, 'float32');
      expect(new Set(parameters.map((p) => p.name)).size).toBe(parameters.length);
    }
    const { parameters } = buildGraph(builtInArchitecture('yolov7'), { height: 64, width: 64 }, 'float32');
    const names = parameters.map((p) => p.name);
    for (const name of ['model.0.conv.weight', 'model.51.cv7.conv.bias', 'model.105.m.2.bias'])
      expect(names).toContain(name);
  });

  it.skipIf(!existsSync(reference))(`equals the table of layers (${reference}) in all 991 rows`, () => {
    const rows = readFileSync(reference, 'utf8').trim().split(/\r?\n/).slice(1);
    const ours = builtInModels.flatMap((name) =>
      builtInArchitecture(name).layers.map((layer, index) => [name, index, ...describeLayer(layer)].join(',')),
    );
    expect(ours).toEqual(rows);
    expect(rows).toHaveLength(991);
  });
});

/** op, inputs, channels in and out, kernel, stride, activation, output stride: as the table writes them. */
function describeLayer(layer: Layer): (string | number)[] {
  const activation = (a: { kind: string; slope?: number }) => (a.kind === 'leakyRelu' ? `leaky${a.slope}` : a.kind);
  const inner = (): (string | number)[] => {
    switch (layer.op) {
      case 'Conv':
        return [layer.kernel, layer.stride, activation(layer.activation)];
      case 'RepConv':
        return [3, layer.stride, activation(layer.activation)];
      case 'MP':
        return [layer.kernel, layer.kernel, ''];
      case 'SP':
        return [layer.kernel, layer.stride, ''];
      case 'Upsample':
        return [layer.scale, '', ''];
      case 'DownC':
        return ['', 2, 'silu'];
      case 'SPPCSPC':
        return ['', '', 'silu'];
      case 'Detect':
        return [1, 1, ''];
      default:
        return ['', '', ''];
    }
  };
  const { op, inputs, inChannels, outChannels, outStride } = layer;
  return [op, inputs.join(' '), inChannels.join(' '), outChannels, ...inner(), outStride];
}
