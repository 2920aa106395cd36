import { existsSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { ExpectedError } from '../../../core/failure/expectedError';
import type { Foreseen, ForeseenImages, ForeseenModel, Missing } from '../../../core/plan/foreseen';
import { howToGet, officialModel, val2017Images } from '../../../core/plan/getting';
import { imageSizeOf } from '../../../core/spec/modelSizes';
import type { ImageSource, Size, Spec } from '../../../core/spec/spec';
import { foreseeModel, type ForeseenFile } from '../../../models/cache/build';
import { fixedSizesOf } from '../../../models/onnx/fixedSizes';
import { isAnnotated } from '../data/annotatedImages';
import { listImages } from '../data/dataset';
import { readsOutputs, rotationBytes, weightSeed } from './preparation';

/** What can be told of an experiment of detection without building, decoding or running anything. */
export async function foreseeDetection(
  spec: Spec,
  { baseFolder, cacheFolder }: { baseFolder: string; cacheFolder: string },
): Promise<Foreseen> {
  const freeSize = spec.images.rect === true;
  const size = imageSizeOf(spec, freeSize ? new Map() : fixedSizesOf(spec.models, baseFolder));
  const missing: Missing[] = [];
  const images = await foreseeImages(spec.images, { baseFolder, size, missing });
  const models: ForeseenModel[] = [];
  const weightsFile = thereOrMissing('weights', spec.weightsFile, baseFolder, missing);
  // A checkpoint that is not there yet is taken for a trained one: it will be when it is.
  const willBeTrained = spec.weightsFile !== undefined && weightsFile === undefined;
  for (const model of spec.models) {
    const file = await foreseeFile(model, {
      ...{ baseFolder, cacheFolder, size, freeSize, weightsFile, missing },
      batchSizes: spec.batchSizes,
    });
    const isTrained = file !== null && (file.trained || willBeTrained);
    const isEvaluated = isTrained && spec.accuracy.measure && isAnnotated(spec.images);
    models.push({
      model,
      ...{ gflops: file?.gflops ?? null, memory: file?.memory ?? null, fixedBatch: file?.fixedBatch ?? null },
      unknown: file ? file.unknown : 'it cannot be read',
      toBuildBytes: file === null || file.isThere ? 0 : file.bytes,
      // End to end, the passes themselves tell.
      accuracyImages: isEvaluated && spec.measure.scope !== 'end-to-end' ? evaluated(spec, images.count) : 0,
    });
  }
  const isWhole = spec.measure.scope !== 'inference';
  return {
    ...{ imageSize: size, images, models, missing },
    ...{ passUnits: isWhole ? images.count : null, readsOutputs: readsOutputs(spec) },
    wholeProcess: spec.measure.scope === 'process',
  };
}

function evaluated({ accuracy, images }: Spec, count: number | null): number {
  return Math.min(accuracy.images ?? images.count ?? Infinity, count ?? 0);
}

type Look = { baseFolder: string; size: Size; missing: Missing[] };

async function foreseeImages(source: ImageSource, { baseFolder, size, missing }: Look): Promise<ForeseenImages> {
  const bytesEach = 3 * size.height * size.width;
  const { coco, folder, labels } = source;
  const path = coco?.images ?? folder;
  const found = path === undefined ? undefined : thereOrMissing('images', path, baseFolder, missing);
  const annotations = thereOrMissing('annotations', coco?.annotations, baseFolder, missing);
  thereOrMissing('labels', labels, baseFolder, missing);
  const isThere = path === undefined || (found !== undefined && (coco === undefined || annotations !== undefined));
  const told = (description: string, count: number | null): ForeseenImages => {
    const most = Math.max(1, Math.floor(rotationBytes / bytesEach));
    return { description, count, bytesEach, inRotation: Math.min(count ?? most, most) };
  };
  if (isThere) {
    try {
      const { description, items } = await listImages(source, baseFolder);
      return told(description, items.length);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      missing.push({ kind: 'images', what: error.message, where: null, how: null, blocks: true });
    }
  }
  const all = path !== undefined && /val2017/i.test(path) ? val2017Images : null;
  const count = source.count === undefined ? all : Math.min(source.count, all ?? source.count);
  return told(`images of ${path}`, count);
}

/** The path where there is something; else it is told as missing. */
function thereOrMissing(
  kind: 'images' | 'annotations' | 'labels' | 'weights',
  path: string | undefined,
  baseFolder: string,
  missing: Missing[],
): string | undefined {
  if (path === undefined) return undefined;
  const where = resolve(baseFolder, path);
  if (statSync(where, { throwIfNoEntry: false })) return path;
  missing.push({ kind, what: `${kind} ${path}`, where, how: howToGet(kind, path), blocks: true });
  return undefined;
}

type ModelLook = Look & {
  cacheFolder: string;
  freeSize: boolean;
  weightsFile: string | undefined;
  batchSizes: readonly number[];
};

/** null: nothing can be told of it, and it is missing. */
async function foreseeFile(model: string, look: ModelLook): Promise<ForeseenFile | null> {
  const { baseFolder, cacheFolder, size, freeSize, weightsFile, missing, batchSizes } = look;
  const options = {
    ...({ baseDirectory: baseFolder, weightsFile, size, freeSize, input: 'uint8', seed: weightSeed } as const),
    ...{ cacheDirectory: join(cacheFolder, 'models'), batchSizes },
  };
  const where = resolve(baseFolder, model);
  if (extname(model).toLowerCase() === '.pt' && !existsSync(where)) {
    missing.push({ kind: 'weights', what: `weights ${model}`, where, how: howToGet('weights', model), blocks: true });
    const network = officialModel(basename(model));
    // By its name it is the checkpoint of a network that is known.
    return network === null ? null : { ...(await foreseeModel(network, options)), trained: true, isThere: false };
  }
  try {
    return await foreseeModel(model, options);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    missing.push({ kind: 'model', what: error.message, where: null, how: null, blocks: true });
    return null;
  }
}
