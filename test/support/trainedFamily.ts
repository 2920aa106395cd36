import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { seededRandom } from '../../src/core/statistics/random';
import type { Size } from '../../src/core/spec/spec';
import { buildModel, type ResolvedModel } from '../../src/models/cache/build';
import { buildGraph } from '../../src/models/yolo/buildGraph';
import { cfgText } from '../../src/models/yolo/builtIn';
import { parseCfg } from '../../src/models/yolo/cfg';
import type { BuiltInModel } from '../../src/models/yolo/family';
import { openSession } from '../../src/models/onnx/session';
import { writeModel } from '../../src/models/onnx/writeModel';
import { type Cfg, type Precision, writeCheckpoint, type Written } from './checkpointWriter';
import { stateValues } from './stateValues';
import { unfused } from './unfusedGraph';

/** Rows that the auxiliary heads of a training read; their convolutions have these channels. */
const auxiliaryRows: Partial<Record<BuiltInModel, number[]>> = {
  'yolov7-w6': [83, 71, 59, 47],
  'yolov7-e6': [99, 85, 71, 57],
  'yolov7-d6': [115, 99, 83, 67],
  'yolov7-e6e': [186, 161, 136, 112],
};
const auxiliaryChannels = [320, 640, 960, 1280];

/** How a network is stored: as released for use, or as its training leaves it. */
export type Layout = 'deploy' | 'training';

export function writeFamilyCheckpoint(file: string, name: BuiltInModel, layout: Layout): Written & { cfg: Cfg } {
  const cfg = parse(cfgText(name)) as Cfg & { head: [number | number[], number, string, unknown[]][] };
  const rows = auxiliaryRows[name] ?? [];
  const last = cfg.head.pop()!;
  const headRow = (cfg.backbone as unknown[]).length + cfg.head.length;
  const auxiliary = rows.map((from, i) => ({ row: headRow + i, from, channels: auxiliaryChannels[i]! }));
  const isAuxiliary = layout === 'training' && rows.length > 0;
  if (isAuxiliary) {
    for (const { from, channels } of auxiliary) cfg.head.push([from, 1, 'Conv', [channels, 3, 1]]);
    last[0] = [...(last[0] as number[]), ...auxiliary.map(({ row }) => row)];
  }
  const head = layout === 'deploy' ? 'Detect' : isAuxiliary ? 'IAuxDetect' : 'IDetect';
  last[2] = head;
  cfg.head.push(last);
  const architecture = parseCfg(stringify(cfg));
  return { ...writeCheckpoint(file, { cfg, architecture, head, auxiliary: isAuxiliary ? auxiliary : [] }), cfg };
}

/** Outputs of a built model and of the unfused network with the same state, for the same images. */
export async function compareWithUnfused(
  folder: string,
  checkpoint: string,
  cfg: Cfg,
  options: { size: Size; isTraining: boolean; precision?: Precision },
): Promise<{ model: ResolvedModel; built: Float32Array; reference: Float32Array }> {
  const { size } = options;
  const random = seededRandom(11);
  const images = Float32Array.from({ length: 2 * 3 * size.height * size.width }, random);
  const run = async (file: string) => {
    const session = await openSession(file, { threads: 2, spinning: false });
    const { output } = await session.run(images, [2, 3, size.height, size.width]);
    await session.release();
    return output!.data;
  };
  const model = await buildModel(checkpoint, join(folder, 'built.onnx'), { size, input: 'float32', seed: 1 });
  const built = await run(model.file);
  for (const file of [model.file, model.dataFile]) if (file) rmSync(file);

  const graph = unfused(buildGraph(parseCfg(stringify(cfg)), size, 'float32'), options.isTraining);
  const names = { model: 'unfused.onnx', data: 'unfused.onnx.data', location: 'unfused.onnx.data' };
  const files = writeModel(graph, ({ name, shape }) => stateValues(name, shape), folder, names);
  const reference = await run(join(folder, names.model));
  for (const { name } of files) rmSync(join(folder, name));
  return { model, built, reference };
}

/**
 * Largest difference of any value, relative to the scale of its kind: pixels of the image for boxes, 1 for scores.
 * Also how far the scores spread, which tells that they are not all the same.
 */
export function compareOutputs(a: Float32Array, b: Float32Array, values: number, side: number) {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} values`);
  let difference = 0;
  let low = 1;
  let high = 0;
  for (let i = 0; i < a.length; i++) {
    const isScore = i % values >= 4;
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!) / (isScore ? 1 : side));
    if (isScore) {
      low = Math.min(low, a[i]!);
      high = Math.max(high, a[i]!);
    }
  }
  return { difference, spread: high - low };
}
