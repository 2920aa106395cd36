import { join } from 'node:path';
import { rectShapes, rectStride } from '../../../core/detection/rectShapes';
import { freeSizeExport } from '../../../core/spec/modelSizes';
import type { Size } from '../../../core/spec/spec';
import { skipConfiguration } from '../../skip';
import type { EngineSession } from '../../workload';
import { isAnnotated, openAnnotatedImages } from '../data/annotatedImages';
import { listImages } from '../data/dataset';
import { DatasetError } from '../data/datasetError';
import type { ImageItem } from '../data/imageStore';
import { prepareSizes, readSizes } from '../prepare/imageSizes';
import { prepareImages } from '../prepare/tensorCache';
import type { DetectionInputs, ModelRectangles } from './inputs';
import { inferenceJob } from './trialJobs';

/**
 * Reads the sizes of all images, and finds for each model that can run what its batches are padded to. One that runs a single size is
 * left out with the way to export another.
 *
 * @param strides by model, of those that were built here; others are tried
 */
export async function prepareRectangles(
  session: EngineSession,
  inputs: DetectionInputs,
  strides: ReadonlyMap<string, number>,
): Promise<Map<string, ModelRectangles>> {
  const { run, stop, cacheFolder } = session;
  const folder = join(cacheFolder, 'images');
  const sizesFile = await prepareSizes(await allImages(session), folder, stop);
  const sizes = [...(await readSizes(sizesFile)).values()];
  const rectangles = new Map<string, ModelRectangles>();
  for (const model of inputs.modelFiles.keys()) {
    const runnable = run.configurations.filter((c) => c.model === model && !run.skipped.has(c.id));
    if (runnable.length === 0) continue;
    const largest = strides.get(model) ?? (await findStride(session, inputs, model));
    if (stop.aborted) break;
    if (largest === null) {
      const message = `${model} runs images of one size only, whatever its input says; ${freeSizeExport}`;
      for (const c of runnable) skipConfiguration(session, c, { reason: 'model', message });
      continue;
    }
    const stride = rectStride(largest);
    const shapes = runnable.flatMap(({ batchSize }) =>
      rectShapes(sizes, { batchSize, imageSize: inputs.height, stride }),
    );
    const shape = shapes.reduce((most, next) => (next.height * next.width > most.height * most.width ? next : most));
    rectangles.set(model, { sizesFile, stride, ...shape, imagesFile: await oneTensor(session, shape) });
  }
  return rectangles;
}

/** Those of a pass, and those that accuracy is found on. */
async function allImages({ run, baseFolder }: EngineSession): Promise<ImageItem[]> {
  const { images, accuracy } = run.spec;
  const { items } = await listImages(images, baseFolder);
  if (!accuracy.measure || !isAnnotated(images)) return items;
  const most = images.count && Math.max(images.count, accuracy.images ?? 0);
  try {
    const annotated = await openAnnotatedImages(images, baseFolder, most);
    return [...items, ...(annotated?.located.found ?? []).map(({ item }) => item)];
  } catch (error) {
    // Whoever evaluates says so.
    if (error instanceof DatasetError) return items;
    throw error;
  }
}

/** What detectors have, and a size that is a multiple of no larger one of them. */
const tried = [
  { stride: 32, side: 96 },
  { stride: 64, side: 192 },
];

/** Of a model from elsewhere: what the sides of its images are multiples of, 32 or 64; null: it does not run other sizes. */
async function findStride(session: EngineSession, inputs: DetectionInputs, model: string): Promise<number | null> {
  const { run } = session;
  const first = run.configurations.find((c) => c.model === model && !run.skipped.has(c.id))!;
  for (const { stride, side } of tried) {
    const size = { height: side, width: side };
    const told = inferenceJob(inputs, { ...first, spinning: false });
    session.record({ type: 'step', step: 'model', detail: `${model}, ${side} × ${side} pixels` });
    const end = await session.probe({ ...told, ...size, imagesFile: await oneTensor(session, size) });
    if (end.kind === 'stopped') return null;
    if (end.kind === 'done') return stride;
  }
  return null;
}

/** A single image, which is used again for a whole batch: what is in it does not change what a batch takes. */
async function oneTensor({ run, baseFolder, cacheFolder, stop }: EngineSession, size: Size): Promise<string> {
  const prepared = await prepareImages(run.spec.images, {
    ...{ baseDirectory: baseFolder, size, cacheDirectory: join(cacheFolder, 'images') },
    ...{ maxBytes: 1, minImages: 1, signal: stop },
  });
  return prepared.file;
}
