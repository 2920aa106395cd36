import { createBatchTimes, windowBatches } from '../../core/run/batchTimes';
import type { Accuracy } from '../../core/accuracy/accuracy';
import { evaluateAccuracy } from '../../core/accuracy/evaluate';
import { evaluationLimitsOf } from '../../core/detection/detector';
import { openReader } from '../../energy/openReader';
import { type Detector, openDetector } from '../../workloads/detection/detector/detector';
import { type AnnotatedImages, openAnnotatedImages } from '../../workloads/detection/data/annotatedImages';
import { listImages } from '../../workloads/detection/data/dataset';
import type { SkippedImage } from '../../workloads/detection/data/imageFiles';
import type { ImageItem } from '../../workloads/detection/data/imageStore';
import { type DetectOptions, detectImages } from '../../workloads/detection/detector/detectImages';
import { findAnnotated, evaluationWarnings, requireEvaluated } from '../../workloads/detection/evaluate/evaluateModel';
import { monotonicMs } from '../../machine/clock';
import { createPhaseMeter, type PhaseMeter } from './phaseMeter';
import type { TrialJob } from './trialJob';
import { peakRssBytes, volunteerForOomKiller } from './trialMemory';
import { heartbeat, say } from './trialVoice';
import { isWarm } from './warmup';
import { startWatchdog } from './watchdog';

type EndToEndJob = TrialJob & { endToEnd: NonNullable<TrialJob['endToEnd']> };

/** What a pass goes over. */
type Work = { detector: Detector; items: ImageItem[]; annotated: AnnotatedImages | null };

/**
 * One trial whose windows hold the whole work: passes over all images, each with reading, preprocessing, inference, NMS
 * and, where the images are annotated, evaluation. Nothing overlaps, so that each phase has energy and time of its own;
 * the counters are read at each change of phase.
 */
export async function runEndToEnd(job: EndToEndJob, program: string): Promise<void> {
  startWatchdog(program);
  volunteerForOomKiller();
  const loadStart = monotonicMs();
  say({ type: 'phase', phase: 'load', monotonicMs: loadStart });
  const work = await openWork(job);
  const reader = openReader(job.source.parts);
  const meter = createPhaseMeter(reader, job.source.parts);
  const warmupStart = monotonicMs();
  say({ type: 'phase', phase: 'warmup', monotonicMs: warmupStart });
  const warmup = await warmUp(job, work);
  const warmupMs = monotonicMs() - warmupStart;
  for (let window = 0; window < job.windows; window++) {
    say({ type: 'phase', phase: 'window', monotonicMs: monotonicMs() });
    say({ type: 'window', window, ...(await measureWindow(job, work, meter, window === 0)) });
  }
  say({
    type: 'finished',
    loadMs: warmupStart - loadStart,
    warmupMs,
    warmupBatches: warmup.batches,
    steady: warmup.steady,
    peakRssBytes: peakRssBytes(),
  });
  reader.close();
}

async function openWork({ endToEnd, modelFile, threads, spinning, height, width }: EndToEndJob): Promise<Work> {
  const { images, baseDirectory, evaluate } = endToEnd;
  const annotated = evaluate ? await openAnnotatedImages(images, baseDirectory, images.count) : null;
  const items = annotated
    ? annotated.located.found.map(({ item }) => item)
    : (await listImages(images, baseDirectory)).items;
  const detector = await openDetector(modelFile, { threads, spinning, size: { height, width } });
  return { detector, items, annotated };
}

async function warmUp(job: EndToEndJob, { detector, items }: Work): Promise<{ batches: number; steady: boolean }> {
  const start = monotonicMs();
  const times: number[] = [];
  for (;;) {
    let last = monotonicMs();
    const onProgress = (done: number) => {
      times.push(monotonicMs() - last);
      last = monotonicMs();
      heartbeat(done);
    };
    const { images } = detectImages(detector, items, {
      ...optionsOf(job),
      limits: evaluationLimitsOf(detector.layout),
      onProgress,
    });
    let state = { warm: false, steady: false };
    for await (const _ of images) {
      state = isWarm(times, (monotonicMs() - start) / 1000, job.warmupSeconds);
      if (state.warm) break;
    }
    if (state.warm) return { batches: times.length, steady: state.steady };
  }
}

/** Whole passes until `windowSeconds` are over. The first one of a trial tells what the model gets right. */
async function measureWindow(job: EndToEndJob, work: Work, meter: PhaseMeter, tellAccuracy: boolean) {
  const times = createBatchTimes();
  const cpu = process.cpuUsage();
  const start = meter.start();
  let end = start;
  let images = 0;
  let told = !tellAccuracy;
  do {
    let [done, batchStart] = [0, monotonicMs()];
    const pass = await runPass(work, {
      ...optionsOf(job),
      onPhaseEnd: (phase) => (end = meter.ended(phase)),
      onProgress(now) {
        // The last batch of a pass may be smaller: it says nothing about whole ones.
        if (now - done === job.batchSize) times.add(monotonicMs() - batchStart);
        [done, batchStart] = [now, monotonicMs()];
        heartbeat(now);
      },
    });
    images += pass.images;
    const accuracy = pass.evaluate?.();
    if (!accuracy) continue;
    end = meter.ended('evaluation');
    if (!told) sayAccuracy(job, work.annotated!, accuracy, pass, meter);
    told = true;
  } while (monotonicMs() - start.monotonicMs < job.windowSeconds * 1000);
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  return { start, end, work: images, ...windowBatches(times), cpuSeconds, phases: meter.phases() };
}

type Pass = { images: number; skipped: SkippedImage[]; warnings: string[]; evaluate?: () => Accuracy };

async function runPass({ detector, items, annotated }: Work, options: Omit<DetectOptions, 'limits'>): Promise<Pass> {
  if (annotated) {
    const { truth, located } = annotated;
    const run = requireEvaluated(await findAnnotated(detector, truth, located, options));
    const { evaluated, detections, skipped } = run;
    const evaluate = () => evaluateAccuracy(evaluated, detections);
    return { images: evaluated.images.length, skipped, warnings: evaluationWarnings(run), evaluate };
  }
  const skipped: SkippedImage[] = [];
  let images = 0;
  for await (const result of detectImages(detector, items, { ...options, limits: evaluationLimitsOf(detector.layout) })
    .images) {
    if ('reason' in result) skipped.push(result);
    else images++;
  }
  if (images === 0) throw new Error(`none of the images can be read (${skipped[0]?.name}: ${skipped[0]?.reason})`);
  return { images, skipped, warnings: [] };
}

function sayAccuracy(
  { batchSize }: EndToEndJob,
  { name, warnings }: AnnotatedImages,
  accuracy: Accuracy,
  pass: Pass,
  meter: PhaseMeter,
): void {
  const { load, preprocess, inference, nms, evaluation } = meter.phases();
  const phases = {
    loadMs: load?.ms ?? 0,
    preprocessMs: preprocess?.ms ?? 0,
    inferenceMs: inference?.ms ?? 0,
    nmsMs: nms?.ms ?? 0,
    evaluationMs: evaluation?.ms ?? 0,
  };
  say({
    ...{ type: 'accuracy', accuracy, truth: name, batchSize, phases, skipped: pass.skipped },
    warnings: [...warnings, ...pass.warnings],
  });
}

const optionsOf = ({ batchSize }: EndToEndJob) => ({ batchSize, overlapFrom: null });
