import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { imageSizeOf } from '../core/spec/modelSizes';
import { anchorSetNames } from '../model/anchorSets';
import { resolveModel } from '../model/build';
import { type Detector, openDetector } from '../model/detector';
import { privateFolder } from '../machine/privateFolder';
import { fixedSizesOf } from '../model/fixedSizes';
import { cacheFolder } from '../runs/folders';
import { CliError } from './cliError';
import { parseImageSize } from './imageSize';
import { oneOf, wholeNumber } from './optionValues';

/** Options of the commands that run a detector, for `parseArgs`. */
export const detectorOptions = {
  model: { type: 'string' },
  weights: { type: 'string' },
  'image-size': { type: 'string' },
  batch: { type: 'string' },
  threads: { type: 'string' },
  anchors: { type: 'string' },
} as const;

export const detectorHelp = `  --model M            a checkpoint .pt of YOLOv7 or YOLOv5, or an exported .onnx; a built-in name or cfg with --weights
  --weights FILE       checkpoint with the weights of a built-in name or cfg
  --image-size S       pixels of the model's input, 640 or 384x640 (default: what an .onnx is fixed to, else 640)
  --batch N            images at once (default: what an .onnx is fixed to, else 4)
  --threads N          threads of inference (default: all that this machine has)
  --anchors SET        of an .onnx with raw heads: ${anchorSetNames.join(', ')} (default: by the file's name)`;

export type DetectorValues = { [Name in keyof typeof detectorOptions]?: string | undefined };

const usualBatch = 4;

/** `sizeMultiple` as of `ResolvedModel`. */
export type OpenedDetector = { detector: Detector; batchSize: number; sizeMultiple: number | null };

/** Builds or finds the model, and opens it. The caller releases the session. */
export async function openDetectorOf(
  values: DetectorValues,
  cacheDirectory = join(privateFolder(cacheFolder()), 'models'),
): Promise<OpenedDetector> {
  const { model, weights, anchors } = values;
  if (model === undefined) throw new CliError('--model is missing: name a checkpoint .pt or an .onnx');
  const anchorsOption = anchors === undefined ? {} : { anchors: oneOf('--anchors', anchors, anchorSetNames) };
  const size =
    values['image-size'] === undefined
      ? imageSizeOf({ imageSize: undefined }, fixedSizesOf([model], process.cwd()))
      : parseImageSize(values['image-size']);
  const threads = values.threads === undefined ? availableParallelism() : wholeNumber('--threads', values.threads);
  const batch = values.batch === undefined ? undefined : wholeNumber('--batch', values.batch);
  const resolved = await resolveModel(model, {
    ...{ size, input: 'uint8', seed: 1, weightsFile: weights },
    cacheDirectory,
  });
  if (!resolved.trained)
    throw new CliError(
      `${model} has no trained weights, so that its boxes would mean nothing: name a checkpoint (--weights FILE.pt), or a .pt or .onnx as --model`,
    );
  const { fixedBatch } = resolved;
  if (fixedBatch !== null && batch !== undefined && batch !== fixedBatch)
    throw new CliError(
      `${model} takes batches of ${fixedBatch} only: leave --batch out, or export it with a free batch`,
    );
  const options = { threads, spinning: true, size, ...anchorsOption };
  const detector = await openDetector(resolved.file, options);
  return { detector, batchSize: detector.fixedBatch ?? batch ?? usualBatch, sizeMultiple: resolved.sizeMultiple };
}
