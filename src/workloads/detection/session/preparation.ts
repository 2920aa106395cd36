import { join } from 'node:path';
import { ExpectedError, failureOf } from '../../../core/failure/expectedError';
import { noted } from '../../../core/run/conditions';
import { freeBatchExport, imageSizeOf } from '../../../core/spec/modelSizes';
import type { Size, Spec } from '../../../core/spec/spec';
import { type ResolvedModel, resolveModel } from '../../../models/cache/build';
import { fixedSizesOf } from '../../../models/onnx/fixedSizes';
import { guardMemory } from '../../memory/memoryGuard';
import { nothingRuns, skipConfiguration } from '../../skip';
import type { EngineSession, Prepared } from '../../workload';
import { warnedText } from '../data/imageFiles';
import { prepareImages } from '../prepare/tensorCache';
import { measureAccuracies } from './accuracyPass';
import type { DetectionInputs } from './inputs';
import { prepareRectangles } from './rectangles';
import { inferenceJob, trialJob } from './trialJobs';

/** Images that stay in memory; more are not used, since what is in them does not change the work of a CNN. */
export const rotationBytes = 256 * 1024 * 1024;
/** Only inference alone leaves what a model puts out with the runtime (`runUnread`). */
export const readsOutputs = ({ measure }: Pick<Spec, 'measure'>): boolean => measure.scope !== 'inference';

/** The seed of weights that no one trained. */
export const weightSeed = 1;

/** Models, then images, then what the memory takes. */
export async function prepareDetection(session: EngineSession): Promise<Prepared> {
  const size = imageSize(session);
  const { strides, ...models } = await prepareModels(session, size);
  if (models.modelFiles.size === 0) throw nothingRuns(session, 'model');
  const imagesFile = await prepareImageTensors(session, size);
  const square: DetectionInputs = { ...models, ...size, imagesFile, rectangles: new Map() };
  const rectangles = isRect(session) ? await prepareRectangles(session, square, strides) : square.rectangles;
  const inputs = { ...square, rectangles };
  await guardMemory(session, {
    isProbed: (model) => !inputs.fixedBatchModels.has(model),
    readsOutputs: readsOutputs(session.run.spec),
    probeJob: (configuration, alsoTry) => ({
      ...inferenceJob(inputs, { ...configuration, spinning: false }),
      // The largest shape of all: what a batch takes at most.
      ...largestShape(inputs, configuration.model),
      alsoTry,
    }),
  });
  return {
    ...(session.run.spec.measure.scope === 'process' && { wholeProcess: true }),
    trialJob: (configuration) => trialJob(session, inputs, configuration),
    evaluate: () => measureAccuracies(session, inputs),
  };
}

const isRect = ({ run }: EngineSession) => run.spec.images.rect === true;

function largestShape({ rectangles }: DetectionInputs, model: string): Partial<Size & { imagesFile: string }> {
  const own = rectangles.get(model);
  return own ? { height: own.height, width: own.width, imagesFile: own.imagesFile } : {};
}

/** One size for the whole run: what models are fixed to decides it once, before the first session's images. */
function imageSize(session: EngineSession): Size {
  const { run, baseFolder } = session;
  if (run.images) return { height: run.images.height, width: run.images.width };
  // Models of one size are left out where batches have shapes of their own.
  return imageSizeOf(run.spec, isRect(session) ? new Map() : fixedSizesOf(run.spec.models, baseFolder));
}

type PreparedModels = Pick<DetectionInputs, 'modelFiles' | 'fixedBatchModels' | 'untrained'> & {
  /** What the sides of images have to be multiples of, by model; of those that were built here. */
  strides: Map<string, number>;
};

async function prepareModels(session: EngineSession, size: Size): Promise<PreparedModels> {
  const { run } = session;
  const modelFiles = new Map<string, string>();
  const fixedBatchModels = new Set<string>();
  const untrained = new Set<string>();
  const strides = new Map<string, number>();
  for (const model of run.spec.models) {
    if (session.stop.aborted) break;
    session.record({ type: 'step', step: 'model', detail: model });
    let resolved: ResolvedModel;
    try {
      resolved = await resolveModel(model, {
        baseDirectory: session.baseFolder,
        weightsFile: run.spec.weightsFile,
        size,
        freeSize: isRect(session),
        input: 'uint8',
        seed: weightSeed,
        cacheDirectory: join(session.cacheFolder, 'models'),
      });
    } catch (error) {
      for (const c of run.configurations.filter((c) => c.model === model))
        skipConfiguration(session, c, { reason: 'model', ...failureOf(error) });
      continue;
    }
    const { file, sha256, parameters, gflops, input } = resolved;
    const before = run.models.find((known) => known.model === model);
    if (before && before.sha256 !== sha256) {
      throw new ExpectedError(
        'model-changed',
        `${model} has changed since the run began: start a new run to measure it`,
      );
    }
    if (!before) session.record({ type: 'model.ready', model, sha256, parameters, gflops, input });
    modelFiles.set(model, file);
    if (!resolved.trained) untrained.add(model);
    if (resolved.sizeMultiple !== null) strides.set(model, resolved.sizeMultiple);
    const { fixedBatch } = resolved;
    if (fixedBatch !== null) fixedBatchModels.add(model);
    for (const c of run.configurations.filter((c) => c.model === model)) {
      if (fixedBatch === null || c.batchSize === fixedBatch) continue;
      const message = `${model} takes batches of ${fixedBatch} only; to compare others, ${freeBatchExport}`;
      skipConfiguration(session, c, { reason: 'model', message });
    }
  }
  return { modelFiles, fixedBatchModels, untrained, strides };
}

/** @returns the file of the tensors */
async function prepareImageTensors(session: EngineSession, size: Size): Promise<string> {
  session.record({ type: 'step', step: 'images', detail: '' });
  const images = await prepareImages(session.run.spec.images, {
    baseDirectory: session.baseFolder,
    size,
    cacheDirectory: join(session.cacheFolder, 'images'),
    maxBytes: rotationBytes,
    minImages: 1,
    signal: session.stop,
  });
  const { description, count, inRotation, skipped, warned } = images;
  session.record({
    type: 'images.ready',
    description,
    count,
    inRotation,
    skipped,
    ...(warned.length > 0 && { warned }),
    ...size,
  });
  for (const message of warnedText(warned)) session.record({ type: 'warning', ...noted.images(message) });
  return images.file;
}
