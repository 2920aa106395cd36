import type { Configuration } from '../configuration/configuration';
import { type PublishedPoint, publishedPoints } from '../paper/published';
import type { Size } from '../spec/spec';
import type { PlanMachine, Range } from './machine';

/** Where the speed of a configuration is known from. */
type SpeedSource = 'run' | 'machine' | 'paper' | 'gflops' | 'unknown';

/** How long an image takes the whole machine: time of a batch ÷ images of all processes in that time. */
export type Speed = {
  source: SpeedSource;
  /** What exactly, for people. */
  detail: string;
  /** Milliseconds an image; null: not known. */
  msPerImage: Range | null;
};

/** A configuration that a finished run measured on this machine. */
export type MeasuredSpeed = Pick<Configuration, 'model' | 'batchSize' | 'instances' | 'threads' | 'spinning'> & {
  runId: string;
  /** What an image was (`imageWork`). */
  work: string;
  imageSize: Size | null;
  /** One for each trial, milliseconds an image. */
  msPerImage: number[];
  /** How long the model was loaded, mean seconds; null where the log does not tell. */
  loadSeconds: number | null;
  peakRssBytes: number | null;
};

/**
 * What one core reaches, in 10⁹ operations of convolutions a second: from 7 (the paper's node, 48 cores on yolov7-tiny) to the most that
 * was seen here on few cores. docs/planning.md has where each end comes from.
 */
export const usualGflopsPerCore: Range = { low: 7, high: 80 };

export type SpeedFacts = {
  machine: Pick<PlanMachine, 'cores' | 'gflopsPerCore' | 'speeds'>;
  /** The newest first. */
  runs: readonly MeasuredSpeed[];
  /** What an image is (`imageWork`). */
  work: string;
  imageSize: Size | null;
  /** 10⁹ operations for an image; null: not known. */
  gflopsOf(model: string): number | null;
};

/** The first of the sources that knows it: a finished run, the description of the machine, operations ÷ what cores reach. */
export function speedOf(configuration: Configuration, facts: SpeedFacts): Speed {
  return (
    fromRuns(configuration, facts) ??
    fromMachine(configuration, facts) ??
    fromOperations(configuration, facts) ?? {
      source: 'unknown',
      detail: 'no run of this model on this machine, and its operations are not known',
      msPerImage: null,
    }
  );
}

/** What finished runs on this machine measured of a configuration, or of it at other batch sizes, at the same work. */
export function measuredBefore(
  { model, instances, threads, spinning }: Configuration,
  { runs, work, imageSize }: Pick<SpeedFacts, 'runs' | 'work' | 'imageSize'>,
): MeasuredSpeed[] {
  const isSameSize = ({ imageSize: of }: MeasuredSpeed) =>
    of !== null && of.height === imageSize?.height && of.width === imageSize.width;
  const isSameSplit = (run: MeasuredSpeed) =>
    run.instances === instances && run.threads === threads && run.spinning === spinning;
  return runs.filter((run) => run.model === model && run.work === work && isSameSplit(run) && isSameSize(run));
}

/** Of the newest run that has the batch size, else of all batch sizes of the newest run: between its fastest and its slowest. */
function fromRuns(configuration: Configuration, facts: SpeedFacts): Speed | null {
  const before = measuredBefore(configuration, facts);
  const same = before.find((run) => run.batchSize === configuration.batchSize);
  const newest = same ?? before[0];
  if (!newest) return null;
  const used = same ? [same] : before.filter(({ runId }) => runId === newest.runId);
  const batches = used.map(({ batchSize }) => batchSize).sort((a, b) => a - b);
  const detail = same
    ? `run ${newest.runId}`
    : `run ${newest.runId} at ${batches.length === 1 ? 'batch' : 'batches'} ${batches.join(', ')}`;
  return { source: 'run', detail, msPerImage: rangeOf(used.flatMap(({ msPerImage }) => msPerImage)) };
}

const rangeOf = (values: readonly number[]): Range => ({ low: Math.min(...values), high: Math.max(...values) });

function fromMachine(configuration: Configuration, { machine, imageSize }: SpeedFacts): Speed | null {
  if (machine.speeds === 'paper') return fromPaper(configuration, machine.cores, imageSize);
  const fitting = (machine.speeds ?? []).filter(
    (s) =>
      s.model === configuration.model &&
      (s.imageSize === undefined || (s.imageSize === imageSize?.height && s.imageSize === imageSize.width)),
  );
  const exact = fitting.filter((s) => s.batchSize === undefined || s.batchSize === configuration.batchSize);
  const used = exact.length > 0 ? exact : fitting;
  if (used.length === 0) return null;
  const detail = `the machine's description${exact.length > 0 ? '' : ', at other batch sizes'}`;
  const range = rangeOf(used.map(({ msPerImage }) => msPerImage));
  return { source: 'machine', detail, msPerImage: slowerOnFewer(range, configuration, machine.cores) };
}

/** The paper's image size, pixels of each side. */
const paperSide = 640;

/** Between the two published batch sizes around it, else those of the nearest; what both experiments have, from the lower to the higher. */
function fromPaper(configuration: Configuration, cores: number, imageSize: Size | null): Speed | null {
  if (imageSize?.height !== paperSide || imageSize.width !== paperSide) return null;
  const { model, batchSize } = configuration;
  const points = (['exp1', 'exp2'] as const)
    .flatMap(publishedPoints)
    .filter(({ builtinModel }) => builtinModel === model);
  if (points.length === 0) return null;
  const exact = points.filter((p) => p.batchSize === batchSize);
  const sizes = points.map((p) => p.batchSize);
  const below = Math.max(...sizes.filter((size) => size < batchSize));
  const above = Math.min(...sizes.filter((size) => size > batchSize));
  const around = points.filter((p) => p.batchSize === below || p.batchSize === above);
  const ends = (exact.length > 0 ? exact : around).flatMap(readRange);
  const place =
    Number.isFinite(below) && Number.isFinite(above) ? 'at the batch sizes around it' : 'at the nearest batch size';
  const detail = `the paper's figures${exact.length > 0 ? '' : `, ${place}`}`;
  return { source: 'paper', detail, msPerImage: slowerOnFewer(rangeOf(ends), configuration, cores) };
}

/** As far as a figure can be read. */
const readRange = ({ latencyMsPerImage: ms, errorLatencyMs: error }: PublishedPoint) => [ms - error, ms + error];

/** What is known of all cores: with a part of them it may take as much longer, and may not, where memory is what is waited for. */
function slowerOnFewer({ low, high }: Range, { instances, threads }: Configuration, cores: number): Range {
  return { low, high: (high * cores) / Math.min(cores, instances * threads) };
}

function fromOperations(configuration: Configuration, { machine, gflopsOf }: SpeedFacts): Speed | null {
  const gflops = gflopsOf(configuration.model);
  if (gflops === null) return null;
  const { low, high } = machine.gflopsPerCore ?? usualGflopsPerCore;
  const cores = Math.min(machine.cores, configuration.instances * configuration.threads);
  const whose = machine.gflopsPerCore ? 'the machine’s description' : 'what CPUs reach';
  const range = low === high ? `${low}` : `${low} to ${high}`;
  return {
    source: 'gflops',
    detail: `operations ÷ ${range} GFLOP/s a core (${whose})`,
    msPerImage: { low: (1000 * gflops) / (cores * high), high: (1000 * gflops) / (cores * low) },
  };
}
