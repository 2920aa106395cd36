import type { Current } from '../../core/configuration/inUse';
import { splitWords } from '../../core/configuration/split';
import { estimateSeconds } from '../../core/run/duration';
import { configurationsOf, splitsOf } from '../../core/run/plan';
import { type FixedSizes, imageSizeOf } from '../../core/spec/modelSizes';
import { type Sla, type SpecInput, specSchema } from '../../core/spec/spec';
import { listed } from '../../core/statistics/wording';

/** What a person answers about a model that is to be profiled; kept, so that nothing is asked twice. */
export type Answers = {
  batchSizes: number[];
  /** The batch size that is in use; null or left out: none yet. */
  current?: number | null;
  /** How the cores are split today; null or left out: not known. */
  split?: TodaysSplit | null;
  images: SpecInput['images'];
  /** null: no limit. */
  sla: Pick<Sla, 'requestLatencyMs' | 'arrivalRate'> | null;
  /** How long to measure; left out: thorough. */
  effort?: Effort;
};

/** Processes at once, threads of each, and whether they spin (left out: as ONNX Runtime does by itself). */
export type TodaysSplit = { instances: number; threads: number; spinning?: boolean };

/** `split`: thorough, over the ways to split the cores besides. */
export type Effort = 'quick' | 'thorough' | 'split';

/** What measures: its physical cores are split, its logical CPUs are the room for processes. */
export type Machine = { cores: number; cpus: number };

/** Thorough is what an experiment does that says nothing; quick tells large differences apart. */
export const quickMeasure: SpecInput['measure'] = {
  idleAt: 'thrice',
  idleSeconds: 5,
  restSeconds: 3,
  heatSeconds: 10,
  warmupSeconds: 0.5,
  windowSeconds: 1.5,
  repeats: { min: 5, max: 8 },
};

/** What a memory or another extension holds as answers, as far as it can be used. */
export function readAnswers(value: unknown): Partial<Answers> {
  if (typeof value !== 'object' || value === null) return {};
  const { batchSizes, current, split, images, sla, effort } = value as Record<string, unknown>;
  const answers: Partial<Answers> = {};
  if (Array.isArray(batchSizes) && batchSizes.length > 0 && batchSizes.every(isBatchSize)) {
    answers.batchSizes = [...new Set(batchSizes)].sort((a, b) => a - b);
  }
  if (typeof images === 'object' && images !== null) answers.images = images as NonNullable<Answers['images']>;
  if (current === null || isBatchSize(current)) answers.current = current;
  if (split === null) answers.split = null;
  if (typeof split === 'object' && split !== null) {
    const { instances, threads, spinning } = split as Record<string, unknown>;
    if (isCount(instances, mostInstances) && isCount(threads, mostThreads))
      answers.split = { instances, threads, ...(typeof spinning === 'boolean' && { spinning }) };
  }
  if (effort === 'quick' || effort === 'thorough' || effort === 'split') answers.effort = effort;
  if (sla === null) answers.sla = null;
  if (typeof sla === 'object' && sla !== null) {
    const { requestLatencyMs, arrivalRate } = sla as Record<string, unknown>;
    if (isPositive(requestLatencyMs) && isPositive(arrivalRate)) answers.sla = { requestLatencyMs, arrivalRate };
  }
  return answers;
}

/** What an experiment can say of them. */
const mostInstances = 1024;
const mostThreads = 4096;

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && isPositive(value) && value <= most;
const isBatchSize = (value: unknown): value is number => isCount(value, 65_536);
const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);

/** `1, 2, 4` → [1, 2, 4], ascending; null where it is anything else. */
export function parseBatchSizes(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const sizes = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
  return readAnswers({ batchSizes: sizes }).batchSizes ?? null;
}

/** `4 x 2`: 4 processes of 2 threads each; null where it is anything else. */
export function parseSplit(text: string): TodaysSplit | null {
  const [, instances, threads] = /^\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*$/i.exec(text) ?? [];
  return readAnswers({ split: { instances: Number(instances), threads: Number(threads) } }).split ?? null;
}

/** `yolov7-tiny`, `best`: a name for the experiment of a model. */
export const modelName = (model: string) =>
  (model.split(/[\\/]/).at(-1) ?? model).replace(/\.(ya?ml|onnx|pt)$/i, '') || 'model';

/** Of a serving config's own words, what answers the questions about today. */
export function answersOf({ batchSize, instances, threads, spinning }: Partial<Current>): Partial<Answers> {
  return readAnswers({ current: batchSize, split: { instances, threads, spinning } });
}

/**
 * @param model a built-in name, or a path relative to where the experiment is written
 * @param fixed what the model fixes of its images
 */
export function experimentOf(model: string, answers: Answers, fixed: FixedSizes, machine: Machine): SpecInput {
  const { current, split, images, sla, effort } = answers;
  const { height, width } = imageSizeOf({ imageSize: undefined }, new Map([[model, fixed]]));
  // One that experiments cannot name is left to the model.
  const imageSize = specSchema.shape.imageSize.safeParse(height === width ? height : [height, width]);
  const isFixed = fixed.height !== null || fixed.width !== null;
  return {
    name: `${modelName(model)} sweep`,
    models: [model],
    ...(effort === 'split' ? overSplits(answers, machine) : overBatches(answers, machine)),
    ...(isFixed && imageSize.success && { imageSize: imageSize.data }),
    ...(images && { images }),
    ...(current && { current: { batchSize: current, ...(split && { ...split, spinning: spinningOf(split) }) } }),
    ...(sla && { sla: { ...sla, percentile: 95 } }),
    ...(effort === 'quick' && { measure: quickMeasure }),
  };
}

type Sweep = Pick<SpecInput, 'batchSizes' | 'instances' | 'threads' | 'split' | 'spinning'>;

/** All batch sizes, run as today: where that is not known or has no room here, as one process with every core. */
function overBatches({ batchSizes, split }: Answers, machine: Machine): Sweep {
  if (!split || !hasRoom(split, machine)) return { batchSizes };
  const { instances, threads } = split;
  const isUsual = instances === 1 && threads === machine.cores;
  return {
    batchSizes,
    ...(!isUsual && { instances: [instances], threads: [threads] }),
    ...(!spinningOf(split) && { spinning: [false] }),
  };
}

/**
 * More than that nobody waits for: at five repeats of nine seconds each it is three quarters of an hour, and undecided ones
 * take longer.
 */
const mostOfASplit = 60;

/**
 * All splits of the cores, at few batch sizes: on a CPU the split is worth a factor and the batch size a few per cent
 * (docs/benchmarks.md). Both settings of spinning, and the batch size in the middle, where that is not too much.
 */
function overSplits({ batchSizes, current, split }: Answers, { cores }: Machine): Sweep {
  const splits = splitsOf({ split: 'auto', instances: [1], threads: undefined }, cores).length;
  const ends = [Math.min(...batchSizes), Math.max(...batchSizes)];
  const inUse = current && batchSizes.includes(current) ? current : undefined;
  const middle = inUse ?? batchSizes[Math.floor((batchSizes.length - 1) / 2)]!;
  const few = [...new Set([...ends, middle])].sort((a, b) => a - b);
  const fewest = [...new Set(inUse === undefined ? ends : [ends[0]!, inUse])].sort((a, b) => a - b);
  const both = [...new Set([split ? spinningOf(split) : true, true, false])];
  const asToday = both.slice(0, 1);
  const choices = [
    { batchSizes: few, spinning: both },
    { batchSizes: few, spinning: asToday },
    { batchSizes: fewest, spinning: asToday },
  ];
  const fitting = choices.find((c) => splits * c.batchSizes.length * c.spinning.length <= mostOfASplit);
  return { split: 'auto', ...(fitting ?? choices.at(-1)!) };
}

const spinningOf = ({ spinning }: TodaysSplit) => spinning ?? true;

/** Whether each of several processes can have CPUs of its own. */
export const hasRoom = ({ instances, threads }: TodaysSplit, { cpus }: Machine) =>
  instances === 1 || instances * threads <= cpus;

/**
 * Why the experiment is as it is, by its keys: to stand in it as comments.
 *
 * @param serving name of the serving config that it is written for
 */
export function remarksOf(
  experiment: SpecInput,
  { batchSizes, split, effort }: Answers,
  machine: Machine,
  serving?: string,
): Record<string, string> {
  const remarks: Record<string, string> = {};
  if (experiment.sla && serving !== undefined)
    remarks.sla = `batching, batchTimeoutMs and instances are left to ${serving}: a run has them of it with --for ${serving}`;
  const { configurations } = lengthOf(experiment, machine);
  if (effort === 'split') {
    const splits = configurations / (experiment.batchSizes.length * (experiment.spinning?.length ?? 1));
    remarks.split = `on ${machine.cores} cores ${splits} ways, which makes ${configurations} configurations`;
    if (experiment.batchSizes.length < batchSizes.length)
      remarks.batchSizes = `of ${listed(batchSizes.map(String))}: a few, for on a CPU the split of the cores is worth more`;
    if (experiment.spinning?.length === 1)
      remarks.spinning = 'one of both, for with every split both would take too long';
  }
  if (experiment.current?.instances === undefined || !split) return remarks;
  const isMeasured =
    effort === 'split'
      ? splitsOf({ split: 'auto', instances: [1], threads: undefined }, machine.cores).some(
          (s) => s.instances === split.instances && s.threads === split.threads,
        )
      : hasRoom(split, machine);
  if (!isMeasured)
    remarks.current = `${splitWords(split)} are not among what is measured on ${machine.cores} cores, so no saving is stated`;
  else if (split.spinning === undefined)
    remarks.current = 'spinning as ONNX Runtime does by itself: set it to false if yours is told not to';
  return remarks;
}

/** How much an experiment measures, and how long at least it takes, in seconds. */
export function lengthOf(experiment: SpecInput, { cores }: Machine): { configurations: number; seconds: number } {
  const spec = specSchema.parse(experiment);
  const configurations = configurationsOf(spec, { cores });
  return { configurations: configurations.length, seconds: estimateSeconds(spec, configurations).leastSeconds };
}
