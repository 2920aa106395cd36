import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { freeBatchExport, imageSizeOf } from '../../core/spec/modelSizes';
import { anchorSetNames } from '../../models/yolo/anchorSets';
import { resolveModel } from '../../models/cache/build';
import { type Detector, openDetector } from '../../workloads/detection/detector/detector';
import { privateFolder } from '../../machine/privateFolder';
import { startDeadline } from '../../models/onnx/deadline';
import { fixedSizesOf } from '../../models/onnx/fixedSizes';
import { cacheFolder } from '../../runs/store/folders';
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
  timeout: { type: 'string' },
  anchors: { type: 'string' },
} as const;

export const detectorHelp = `  --model M            a checkpoint .pt of YOLOv7 or YOLOv5, or an exported .onnx; a built-in name or cfg with --weights
  --weights FILE       checkpoint with the weights of a built-in name or cfg
  --image-size S       pixels of the model's input, 640 or 384x640 (default: what an .onnx is fixed to, else 640)
  --batch N            images at once (default: what an .onnx is fixed to, else 4)
  --threads N          threads of inference (default: all that this machine has)
  --timeout S          ends the program when an .onnx takes longer for a batch, and ten times longer than before (default 120)
  --anchors SET        of an .onnx with raw heads: ${anchorSetNames.join(', ')} (default: by the file's name)`;

export type DetectorValues = { [Name in keyof typeof detectorOptions]?: string | undefined };

const usualBatch = 4;
const usualTimeoutSeconds = 120;

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
    throw new CliError(`${model} takes batches of ${fixedBatch} only: leave --batch out, or ${freeBatchExport}`);
  const options = { threads, spinning: true, size, batchSize: batch ?? usualBatch, ...anchorsOption };
  const timeout = values.timeout === undefined ? usualTimeoutSeconds : wholeNumber('--timeout', values.timeout);
  const detector =
    // What is built here comes to an end.
    resolved.sizeMultiple === null
      ? await openWatched(resolved.file, options, model, timeout)
      : await openDetector(resolved.file, options);
  return { detector, batchSize: detector.fixedBatch ?? batch ?? usualBatch, sizeMultiple: resolved.sizeMultiple };
}

/** A detector of somebody else's, which may run for ever. */
async function openWatched(
  file: string,
  options: Parameters<typeof openDetector>[1],
  model: string,
  timeoutSeconds: number,
): Promise<Detector> {
  const program = process.argv[1];
  if (program === undefined) return openDetector(file, options);
  const deadline = startDeadline(program, model, timeoutSeconds);
  try {
    const detector = await openDetector(file, { ...options, watch: deadline });
    const release = async () => {
      deadline.close();
      await detector.session.release();
    };
    return { ...detector, session: { ...detector.session, release } };
  } catch (error) {
    deadline.close();
    throw error;
  }
}
