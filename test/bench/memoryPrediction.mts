import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { plannedMemory } from '../../src/core/plan/memory';
import { specSchema } from '../../src/core/spec/spec';
import { runTrialProcess } from '../../src/engine/trial/host';
import { resolveModel } from '../../src/models/cache/build';
import { prepareImages } from '../../src/workloads/detection/prepare/tensorCache';
import { foreseeDetection } from '../../src/workloads/detection/session/foresee';

/**
 * How far the memory that `greenbatch plan` predicts from an architecture is from what a process takes that loads the model and runs two
 * batches, as the memory guard of a run probes it. Each case is a process of the built program.
 *
 * `CASES` names others, as `yolov7-e6e@640:5,10,32 yolov7@320:1,2`; `THREADS` how many threads, `SCENES` how many images stay in memory.
 */
const usual = [
  'yolov7-tiny@320:1,2,4,8,16,32',
  'yolov7-tiny@640:1,2,4,8,16',
  'yolov7@320:1,2,4,8,16',
  'yolov7@640:1,2,4,8',
  'yolov7-e6e@640:1,2,4,8',
];
const cases = (process.env.CASES?.trim().split(/\s+/) ?? usual).map((text) => {
  const [, model, side, batches] = /^(.+)@(\d+):([\d,]+)$/.exec(text) ?? [];
  if (!model || !side || !batches) throw new Error(`${text}: write MODEL@SIDE:BATCH,BATCH`);
  return { model, side: Number(side), batches: batches.split(',').map(Number) };
});
const threads = Number(process.env.THREADS ?? 2);
const scenes = Number(process.env.SCENES ?? 4);
const program = { node: process.execPath, script: resolve('dist/cli.js') };
const folder = mkdtempSync(join(tmpdir(), 'greenbatch-memory-'));
const cacheFolder = process.env.GREENBATCH_CACHE ?? join(tmpdir(), 'greenbatch-bench-cache');
mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
const machine = { availableBytes: totalmem(), mostTensorBytes: null };

async function probe(told: object): Promise<number> {
  let peakRssBytes = NaN;
  const job = { kind: 'probe' as const, workload: 'detection', told };
  const end = await runTrialProcess(program, folder, job, {
    ...{ stop: new AbortController().signal, timeoutSeconds: 3600, cpus: null, onStart: () => undefined },
    onMessage(message) {
      if (message.type === 'probed') ({ peakRssBytes } = message);
    },
  });
  if (end.kind === 'failed') console.log(`  ${end.reason}: ${end.message}`);
  return peakRssBytes;
}

const mb = (bytes: number) => (bytes / 1e6).toFixed(0).padStart(8);
const errors: number[] = [];
console.log('model          side  batch  predicted  measured  error  (MB; program, weights, activations, images)');
for (const { model, side, batches } of cases) {
  const size = { height: side, width: side };
  const generated = { generated: { count: scenes } };
  const spec = specSchema.parse({ models: [model], batchSizes: batches, imageSize: side, images: generated });
  const foreseen = await foreseeDetection(spec, { baseFolder: folder, cacheFolder });
  const cacheDirectory = join(cacheFolder, 'models');
  const { file } = await resolveModel(model, { size, input: 'uint8', seed: 1, cacheDirectory });
  const images = { baseDirectory: folder, size, cacheDirectory: join(cacheFolder, 'images') };
  const { file: imagesFile } = await prepareImages(spec.images, images);
  for (const batchSize of batches) {
    const configuration = { id: '', model, batchSize, instances: 1, threads, spinning: false };
    const { totalBytes, parts } = plannedMemory(configuration, foreseen, foreseen.models[0], machine);
    const shared = { modelFile: file, batchSize, threads, spinning: false, ...size };
    const measured = await probe({ mode: 'inference', ...shared, imagesFile });
    const error = (100 * (totalBytes! - measured)) / measured;
    errors.push(error);
    const head = `${model.padEnd(13)} ${String(side).padStart(5)} ${String(batchSize).padStart(6)}`;
    const shares = Object.values(parts!).map((bytes) => mb(bytes).trim());
    console.log(
      `${head} ${mb(totalBytes!).padStart(10)} ${mb(measured).padStart(9)} ${error.toFixed(1).padStart(6)} %  (${shares.join(', ')})`,
    );
  }
}
const known = errors.filter((error) => !Number.isNaN(error));
console.log(`errors from ${Math.min(...known).toFixed(1)} to ${Math.max(...known).toFixed(1)} % of what was measured`);
rmSync(folder, { recursive: true, force: true });
