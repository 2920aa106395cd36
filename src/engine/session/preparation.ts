import { noted } from '../../core/run/conditions';
import { join } from 'node:path';
import { ExpectedError, failureOf } from '../../core/failure/expectedError';
import { windowEnergy } from '../../core/energy/energyWindow';
import { freeBatchExport, imageSizeOf } from '../../core/spec/modelSizes';
import type { Size } from '../../core/spec/spec';
import type { EnergyReader } from '../../energy/reader';
import { type ResolvedModel, resolveModel } from '../../models/cache/build';
import { fixedSizesOf } from '../../models/onnx/fixedSizes';
import { warnedText } from '../../workloads/detection/data/imageFiles';
import { prepareImages } from '../../workloads/detection/prepare/tensorCache';
import { measureAccuracies } from './accuracyPass';
import type { Measuring } from './measuring';
import { guardMemory } from './memoryProbe';
import type { Prepared } from './prepared';
import { skipConfiguration } from './skip';

/** Images that stay in memory; more are not used, since what is in them does not change the work of a CNN. */
const rotationBytes = 256 * 1024 * 1024;
/** A baseline that a counter failed in is measured again. */
const idleAttempts = 3;
/** The seed of weights that no one trained. */
const weightSeed = 1;

export async function prepare(m: Measuring, reader: EnergyReader): Promise<Prepared> {
  const size = imageSize(m);
  const { modelFiles, fixedBatchModels, untrained } = await prepareModels(m, size);
  if (modelFiles.size === 0) throw nothingRuns(m, 'model');
  const images = await prepareImageTensors(m, size);
  const prepared = { modelFiles, images, fixedBatchModels, untrained };
  await guardMemory(m, prepared);
  await measureIdle(m, reader);
  await measureAccuracies(m, prepared);
  return prepared;
}

/** The reasons themselves, each once: whoever reads this has seen nothing else yet. */
export function nothingRuns({ run }: Pick<Measuring, 'run'>, code: 'model' | 'nothing-measured'): ExpectedError {
  const reasons = [...new Set([...run.skipped.values()].map((skipped) => skipped.message))];
  const models = [...new Set(run.configurations.map((c) => c.model))];
  const what = models.length === 1 ? `${models[0]} cannot be run here` : 'none of the models can be run here';
  return new ExpectedError(code, `${what}: ${reasons.join('; ')}`);
}

/** One size for the whole run: what models are fixed to decides it once, before the first session's images. */
function imageSize({ run, baseFolder }: Measuring): Size {
  if (run.images) return { height: run.images.height, width: run.images.width };
  return imageSizeOf(run.spec, fixedSizesOf(run.spec.models, baseFolder));
}

async function prepareModels(m: Measuring, size: Size): Promise<Omit<Prepared, 'images'>> {
  const modelFiles = new Map<string, string>();
  const fixedBatchModels = new Set<string>();
  const untrained = new Set<string>();
  for (const model of m.run.spec.models) {
    if (m.stop.aborted) break;
    m.record({ type: 'step', step: 'model', detail: model });
    let resolved: ResolvedModel;
    try {
      resolved = await resolveModel(model, {
        baseDirectory: m.baseFolder,
        weightsFile: m.run.spec.weightsFile,
        size,
        input: 'uint8',
        seed: weightSeed,
        cacheDirectory: join(m.cacheFolder, 'models'),
      });
    } catch (error) {
      for (const c of m.run.configurations.filter((c) => c.model === model))
        skipConfiguration(m, c, { reason: 'model', ...failureOf(error) });
      continue;
    }
    const { file, sha256, parameters, gflops, input } = resolved;
    const before = m.run.models.find((known) => known.model === model);
    if (before && before.sha256 !== sha256) {
      throw new ExpectedError(
        'model-changed',
        `${model} has changed since the run began: start a new run to measure it`,
      );
    }
    if (!before) m.record({ type: 'model.ready', model, sha256, parameters, gflops, input });
    modelFiles.set(model, file);
    if (!resolved.trained) untrained.add(model);
    const { fixedBatch } = resolved;
    if (fixedBatch !== null) fixedBatchModels.add(model);
    for (const c of m.run.configurations.filter((c) => c.model === model)) {
      if (fixedBatch === null || c.batchSize === fixedBatch) continue;
      const message = `${model} takes batches of ${fixedBatch} only; to compare others, ${freeBatchExport}`;
      skipConfiguration(m, c, { reason: 'model', message });
    }
  }
  return { modelFiles, fixedBatchModels, untrained };
}

async function prepareImageTensors(m: Measuring, size: Size): Promise<Prepared['images']> {
  m.record({ type: 'step', step: 'images', detail: '' });
  const images = await prepareImages(m.run.spec.images, {
    baseDirectory: m.baseFolder,
    size,
    cacheDirectory: join(m.cacheFolder, 'images'),
    maxBytes: rotationBytes,
    minImages: 1,
    signal: m.stop,
  });
  const { description, count, inRotation, skipped, warned } = images;
  m.record({
    type: 'images.ready',
    description,
    count,
    inRotation,
    skipped,
    ...(warned.length > 0 && { warned }),
    ...size,
  });
  for (const message of warnedText(warned)) m.record({ type: 'warning', ...noted.images(message) });
  return { ...size, imagesFile: images.file };
}

async function measureIdle(m: Measuring, reader: EnergyReader): Promise<void> {
  const { idleSeconds } = m.run.spec.measure;
  if (idleSeconds === 0) return;
  for (let attempt = 1; attempt <= idleAttempts && !m.stop.aborted; attempt++) {
    m.record({ type: 'step', step: 'idle', detail: `${idleSeconds} s` });
    const start = reader.read();
    await pause(idleSeconds * 1000, m.stop);
    if (m.stop.aborted) return;
    const end = reader.read();
    await m.flushSamples();
    const inside = m.samples(m.session, start.monotonicMs, end.monotonicMs);
    const energy = windowEnergy(m.source, start, inside, end);
    if (energy.valid) {
      m.record({ type: 'idle.measured', start, end });
      const busy = noted.busyMachine(100 * energy.utilisation);
      if (busy) m.record({ type: 'warning', ...busy });
      return;
    }
    if (attempt < idleAttempts) continue;
    m.record({ type: 'warning', ...noted.noIdle(energy.message) });
  }
}

const pause = (ms: number, stop: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
