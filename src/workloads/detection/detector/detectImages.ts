import { availableParallelism } from 'node:os';
import type { DetectionLimits, DetectorLayout, Tensors } from '../../../core/detection/detector';
import { freeBatchExport, freeSizeExport } from '../../../core/spec/modelSizes';
import type { Size } from '../../../core/spec/spec';
import type { Detector } from './detector';
import { ModelError } from '../../../models/modelError';
import { InferenceError } from '../../../models/onnx/session';
import { BatchError, explainFailure } from '../../../models/onnx/workingBatches';
import type { ImageItem } from '../data/imageStore';
import { prepareImage, type Shrinking } from '../prepare/image';
import { imageReason } from '../decode/imageError';
import type { SkippedImage } from '../data/imageFiles';
import { mapInOrder } from '../data/inOrder';
import type { ImagePlace } from '../prepare/letterbox';
import { type BatchTensor, createBatchTensor } from './batchTensor';
import { postprocessHere, startPostprocessor } from '../postprocess/postprocessor';
import type { PostprocessedBatch } from '../postprocess/postprocessThread';

/** Detections of one image, by falling score. */
export type ImageDetections = {
  name: string;
  /** Of the upright image in the file, pixels. */
  original: Size;
  /** [boxes, 4]: left, top, right, bottom in pixels of the original. */
  corners: Float32Array;
  scores: Float32Array;
  /** Index of the class, from 0. */
  classes: Int32Array;
  /** What decoders only warn of. */
  warnings: string[];
};

/** Milliseconds since the start, of all images together. */
export type PhaseTimes = {
  /** Reading files. */
  loadMs: number;
  /** Decoding, resizing, and filling the input. */
  preprocessMs: number;
  inferenceMs: number;
  /** Decoding of outputs, suppression, mapping back. */
  nmsMs: number;
};

type DetectPhase = 'load' | 'preprocess' | 'inference' | 'nms';

export type DetectOptions = {
  batchSize: number;
  /** Of the input of each batch, in their order, pixels; default: the detector's, for all. Images are scaled as into the detector's. */
  shapes?: readonly Size[] | undefined;
  limits: DetectionLimits;
  /** Default: as a run's images are. */
  shrinking?: Shrinking;
  /**
   * The bundle that the post-processing thread is started from; images are then prepared one batch ahead, too.
   * Phases overlap: `loadMs` and `preprocessMs` leave out what inference hid, but two batches may be prepared at once, so that
   * the sum can exceed the whole time. null: all on this thread, no phase overlaps another, their sum is the whole time.
   */
  overlapFrom: string | null;
  signal?: AbortSignal;
  /** When a phase of a batch has ended and nothing else has begun; for a time of its own only without overlap. */
  onPhaseEnd?: (phase: DetectPhase) => void;
  /** After each inference call: its milliseconds, how many images went in, and the size of the input, pixels. */
  onInference?: (ms: number, images: number, input: Size) => void;
  /** After each batch: images finished, skipped ones included. */
  onProgress?: (done: number, total: number) => void;
};

/** Batches whose outputs may wait for post-processing, the one at work included. */
const mostQueued = 2;
/** Files of a batch that are in memory at once, and their bytes, unless a single one has more. */
const filesAtOnce = 32;
const bytesAtOnce = 256e6;
const decodedAtOnce = Math.min(8, Math.max(2, availableParallelism()));

export type DetectionRun = {
  /** In the order of the images; one that cannot be read comes with its reason. Ending it early ends everything. */
  images: AsyncGenerator<ImageDetections | SkippedImage>;
  /** Grows while `images` is read; complete at its end. */
  phases: PhaseTimes;
};

/**
 * Runs a detector over images in bounded memory: two batches of input, `mostQueued` of outputs.
 *
 * @param items in their order; a data set of any length
 * @throws (from `images`) the signal's reason; an Error when inference or post-processing fails
 */
export function detectImages(detector: Detector, items: readonly ImageItem[], options: DetectOptions): DetectionRun {
  const { fixedBatch } = detector;
  if (fixedBatch !== null && fixedBatch !== options.batchSize)
    throw new ModelError(`the model takes batches of ${fixedBatch} only, not ${options.batchSize}`);
  const phases: PhaseTimes = { loadMs: 0, preprocessMs: 0, inferenceMs: 0, nmsMs: 0 };
  return { images: detect(detector, items, options, phases), phases };
}

async function* detect(
  detector: Detector,
  items: readonly ImageItem[],
  options: DetectOptions,
  phases: PhaseTimes,
): AsyncGenerator<ImageDetections | SkippedImage> {
  const { signal, overlapFrom, batchSize, shapes } = options;
  signal?.throwIfAborted();
  const work = { layout: detector.layout, input: detector.size, limits: options.limits };
  const postprocessor = overlapFrom === null ? postprocessHere(work) : startPostprocessor(overlapFrom, work);
  const queue: { slots: Slot[]; answer: Promise<PostprocessedBatch> }[] = [];
  let done = 0;
  const finishFirst = async (): Promise<(ImageDetections | SkippedImage)[]> => {
    const { slots, answer } = queue.shift()!;
    const batch = await answer;
    phases.nmsMs += batch.nmsMs;
    options.onPhaseEnd?.('nms');
    done += slots.length;
    options.onProgress?.(done, items.length);
    return split(slots, batch);
  };
  try {
    const ahead = overlapFrom === null ? 1 : 2;
    const tensors = Array.from({ length: ahead }, () => createBatchTensor(detector, batchSize, shapes));
    const prepared = mapInOrder(batchesOf(items, batchSize), ahead, ({ index, batch }) =>
      prepareBatch(batch, {
        ...{ tensor: tensors[index % ahead]!, size: shapes?.[index] ?? detector.size },
        ...{ detector, phases, ...options },
      }),
    );
    for await (const { tensor, size, slots } of prepared) {
      signal?.throwIfAborted();
      const places = slots.flatMap((slot) => ('place' in slot ? [slot.place] : []));
      const before = phases.inferenceMs;
      const outputs = places.length > 0 ? await infer(detector, tensor, places.length, { phases, size }) : {};
      options.onPhaseEnd?.('inference');
      if (places.length > 0) options.onInference?.(phases.inferenceMs - before, places.length, size);
      const answer = postprocessor.submit(outputs, places, size);
      // Whoever awaits it sees a failure; until then it must not count as unhandled.
      answer.catch(() => {});
      queue.push({ slots, answer });
      if (queue.length >= (overlapFrom === null ? 1 : mostQueued)) yield* await finishFirst();
    }
    while (queue.length > 0) yield* await finishFirst();
  } finally {
    await postprocessor.close();
  }
}

function* batchesOf(items: readonly ImageItem[], batchSize: number): Generator<{ index: number; batch: ImageItem[] }> {
  for (let index = 0; index * batchSize < items.length; index++)
    yield { index, batch: items.slice(index * batchSize, (index + 1) * batchSize) };
}

/** In turns of files that are in memory together. */
function* turnsOf(items: readonly ImageItem[]): Generator<ImageItem[]> {
  let [turn, bytes]: [ImageItem[], number] = [[], 0];
  for (const item of items) {
    if (turn.length === filesAtOnce || (turn.length > 0 && bytes + item.bytes > bytesAtOnce)) {
      yield turn;
      [turn, bytes] = [[], 0];
    }
    turn.push(item);
    bytes += item.bytes;
  }
  if (turn.length > 0) yield turn;
}

type Slot = { name: string; place: ImagePlace; warnings: string[] } | SkippedImage;
type PreparedBatch = { tensor: BatchTensor; size: Size; slots: Slot[] };

/** Reads, decodes and letterboxes a batch; images that cannot be read leave no gap in the tensor. */
async function prepareBatch(
  items: ImageItem[],
  job: { tensor: BatchTensor; size: Size; detector: Detector; phases: PhaseTimes } & Pick<
    DetectOptions,
    'signal' | 'onPhaseEnd' | 'shrinking'
  >,
): Promise<PreparedBatch> {
  const { tensor, size, detector, phases, signal, onPhaseEnd, shrinking = 'bilinear' } = job;
  const { size: within, convention } = detector;
  tensor.begin(size);
  const slots: Slot[] = [];
  let used = 0;
  for (const turn of turnsOf(items)) {
    signal?.throwIfAborted();
    const load = startClock(phases);
    const files = await Promise.all(
      turn.map(async ({ name, load: read }) => {
        try {
          return { name, bytes: await read() };
        } catch (error) {
          return { name, reason: imageReason(error) };
        }
      }),
    );
    phases.loadMs += load();
    onPhaseEnd?.('load');
    const preprocess = startClock(phases);
    const images = mapInOrder(files, decodedAtOnce, async (file) => {
      if (file.bytes === undefined) return file;
      try {
        return {
          name: file.name,
          image: await prepareImage(file.bytes, size, undefined, {
            placement: convention.placement,
            shrinking,
            within,
          }),
        };
      } catch (error) {
        return { name: file.name, reason: imageReason(error) };
      }
    });
    for await (const prepared of images) {
      if (!('image' in prepared)) {
        slots.push({ name: prepared.name, reason: prepared.reason });
        continue;
      }
      const { pixels, original, letterbox, warnings } = prepared.image;
      tensor.write(used++, pixels);
      const { resized, top, left } = letterbox;
      slots.push({ name: prepared.name, place: { original, resized, top, left }, warnings });
    }
    phases.preprocessMs += preprocess();
    onPhaseEnd?.('preprocess');
  }
  return { tensor, size, slots };
}

/** Returns how many milliseconds have gone by, without those in which inference held the thread. */
function startClock(phases: PhaseTimes): () => number {
  const [start, inference] = [performance.now(), phases.inferenceMs];
  return () => performance.now() - start - (phases.inferenceMs - inference);
}

/** Only the outputs that the layout reads, so that no others are handed on. */
async function infer(
  detector: Detector,
  tensor: BatchTensor,
  images: number,
  { phases, size }: { phases: PhaseTimes; size: Size },
): Promise<Tensors> {
  const { data, dims } = tensor.view(images);
  const start = performance.now();
  let outputs: Tensors;
  try {
    outputs = await detector.session.run(data, dims);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    const explained = await explainFailure({ session: detector.session, size, batch: dims[0]!, error });
    // It runs its own size, or it would not have been opened.
    const isOther = size.height !== detector.size.height || size.width !== detector.size.width;
    const isOfSize = explained instanceof BatchError && explained.works.length === 0 && isOther;
    throw isOfSize ? new ModelError(`${explained.message}; ${freeSizeExport}`) : explained;
  }
  phases.inferenceMs += performance.now() - start;
  const read = outputsOf(detector.layout).map((name) => [name, outputs[name]!] as const);
  const short = read.find(([, output]) => detector.layout.kind !== 'suppressedRows' && output.dims[0] !== dims[0]);
  if (short) {
    const [name, output] = short;
    throw new ModelError(
      `the model takes ${dims[0]} images at once, but its output ${name} [${output.dims.join(', ')}] is not of as many: use batches of 1, or ${freeBatchExport}`,
    );
  }
  return Object.fromEntries(read);
}

function outputsOf(layout: DetectorLayout): string[] {
  switch (layout.kind) {
    case 'heads':
      return layout.heads.map(({ output }) => output);
    case 'suppressedTensors':
      return [layout.counts, layout.corners, layout.scores, layout.classIndices];
    default:
      return [layout.output];
  }
}

function split(slots: Slot[], { detections }: PostprocessedBatch): (ImageDetections | SkippedImage)[] {
  let image = 0;
  let from = 0;
  return slots.map((slot) => {
    if (!('place' in slot)) return slot;
    const to = from + detections.counts[image++]!;
    const own = {
      name: slot.name,
      original: slot.place.original,
      corners: detections.corners.subarray(4 * from, 4 * to),
      scores: detections.scores.subarray(from, to),
      classes: detections.classes.subarray(from, to),
      warnings: slot.warnings,
    };
    from = to;
    return own;
  });
}
