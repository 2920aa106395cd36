import { evaluateForSampling } from '../../../core/accuracy/evaluate';
import { evaluationLimitsOf } from '../../../core/detection/detector';
import { monotonicMs } from '../../../machine/clock';
import type { Size } from '../../../core/spec/spec';
import type { AccuracyTold, StepWatch, TellAccuracy, WarmUpWatch, Work } from '../../workload';
import { type AnnotatedImages, openAnnotatedImages } from '../data/annotatedImages';
import { listImages } from '../data/dataset';
import type { SkippedImage } from '../data/imageFiles';
import type { ImageItem } from '../data/imageStore';
import { type DetectOptions, detectImages, type PhaseTimes } from '../detector/detectImages';
import { type Detector, openDetector } from '../detector/detector';
import { evaluationWarnings, findAnnotated, requireEvaluated } from '../evaluate/evaluateModel';
import { inBatches } from '../prepare/rectangles';
import { samplingErrorOf } from '../evaluate/samplingError';
import type { EndToEndJob } from './detectionJob';

/** What a pass goes over. */
type Opened = {
  detector: Detector;
  items: ImageItem[];
  annotated: AnnotatedImages | null;
  batchSize: number;
  /** Of the batches in their order, where each has its own. */
  shapes: readonly Size[] | undefined;
  sample: boolean;
  timed: EndToEndJob['timed'];
};

/**
 * The whole work: a step is a pass over all images, with reading, preprocessing, inference, NMS and, where the images are
 * annotated, evaluation. Nothing overlaps, so that each phase has energy and time of its own.
 */
export async function openEndToEnd(job: EndToEndJob): Promise<Work> {
  const { images, baseDirectory, evaluate, sample, timed, modelFile, threads, spinning, height, width, batchSize } =
    job;
  const truth = evaluate ? await openAnnotatedImages(images, baseDirectory, images.count) : null;
  const listed = truth
    ? truth.located.found
    : (await listImages(images, baseDirectory)).items.map((item) => ({ item, image: null }));
  const { images: batched, shapes } = await inBatches<(typeof listed)[number]>(listed, ({ item }) => item.name, job);
  const items = batched.map(({ item }) => item);
  const found = batched.flatMap(({ item, image }) => (image === null ? [] : [{ item, image }]));
  const annotated = truth && { ...truth, located: { ...truth.located, found } };
  const detector = await openDetector(modelFile, { threads, spinning, size: { height, width } });
  const opened = { detector, items, annotated, batchSize, shapes, sample, timed };
  return { step: (watch) => measurePass(opened, watch), warmUp: (watch) => warmUpPass(opened, watch) };
}

/** Ends with the batch that makes it warm, and evaluates nothing. */
async function warmUpPass(opened: Opened, watch: WarmUpWatch): Promise<void> {
  const { detector, items, batchSize, shapes } = opened;
  const { images } = detectImages(detector, items, {
    ...{
      batchSize,
      shapes,
      overlapFrom: null,
      limits: evaluationLimitsOf(detector.layout),
      ...batchTimes(opened, watch),
    },
  });
  for await (const _ of images) if (watch.isWarm()) return;
}

async function measurePass(opened: Opened, watch: StepWatch): Promise<number> {
  const { batchSize, shapes, annotated } = opened;
  const times = batchTimes(opened, watch);
  const pass = await runPass(opened, {
    ...{ batchSize, shapes, overlapFrom: null, ...times },
    onPhaseEnd: (phase) => watch.phaseEnded(phase),
    onInference(ms, images, input) {
      times.onInference?.(ms, images, input);
      if (shapes) watch.tookInput?.(images, input);
    },
  });
  if (!pass.evaluate || !annotated) return pass.images;
  const start = monotonicMs();
  const { accuracy, sample } = pass.evaluate();
  const evaluationMs = monotonicMs() - start;
  watch.phaseEnded('evaluation');
  const told = {
    ...{ accuracy, truth: annotated.name, batchSize, phases: { ...pass.phases, evaluationMs }, skipped: pass.skipped },
    warnings: [...annotated.warnings, ...pass.warnings],
  };
  watch.foundAccuracy(opened.sample ? withSamplingError(told, sample) : () => told);
  return pass.images;
}

/** A function of its own, so that detections are held until the windows are over only where that is asked for. */
function withSamplingError(told: AccuracyTold, sample: Parameters<typeof samplingErrorOf>[0]): TellAccuracy {
  return (alive) => {
    const { sampling, warnings } = samplingErrorOf(sample, alive);
    return { ...told, sampling, warnings: [...told.warnings, ...warnings] };
  };
}

/** Times each batch of a pass, from the end of the one before, or its inference call alone. The last one may be smaller. */
function batchTimes(
  { batchSize, timed }: Pick<Opened, 'batchSize' | 'timed'>,
  watch: Pick<StepWatch, 'ran'>,
): Pick<DetectOptions, 'onInference' | 'onProgress'> {
  if (timed === 'inference') return { onInference: (ms, images) => watch.ran(ms, images === batchSize) };
  let [before, start] = [0, monotonicMs()];
  return {
    onProgress(done) {
      watch.ran(monotonicMs() - start, done - before === batchSize);
      [before, start] = [done, monotonicMs()];
    },
  };
}

type Pass = {
  images: number;
  skipped: SkippedImage[];
  warnings: string[];
  phases: PhaseTimes;
  evaluate?: () => ReturnType<typeof evaluateForSampling>;
};

async function runPass({ detector, items, annotated }: Opened, options: Omit<DetectOptions, 'limits'>): Promise<Pass> {
  if (annotated) {
    const { truth, located } = annotated;
    const run = requireEvaluated(await findAnnotated(detector, truth, located, options));
    const { evaluated, detections, skipped, phases } = run;
    const evaluate = () => evaluateForSampling(evaluated, detections);
    return { images: evaluated.images.length, skipped, warnings: evaluationWarnings(run), phases, evaluate };
  }
  const skipped: SkippedImage[] = [];
  let images = 0;
  const run = detectImages(detector, items, { ...options, limits: evaluationLimitsOf(detector.layout) });
  for await (const result of run.images) {
    if ('reason' in result) skipped.push(result);
    else images++;
  }
  if (images === 0) throw new Error(`none of the images can be read (${skipped[0]?.name}: ${skipped[0]?.reason})`);
  return { images, skipped, warnings: [], phases: run.phases };
}
