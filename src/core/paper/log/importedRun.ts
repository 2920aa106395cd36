import type { Configuration } from '../../configuration/configuration';
import { configurationId } from '../../configuration/factors';
import { shortModelNames } from '../../configuration/modelNames';
import type { PerfDomain } from '../../energy/perf/perfStat';
import type { Part, Reading } from '../../energy/source';
import { type NewEvent, type ProcessIdentity, runFormatVersion } from '../../run/events';
import { type Spec, type SpecInput, specSchema } from '../../spec/spec';
import { writeSpec } from '../../spec/specWrite';
import { usualWorkload } from '../../spec/usualWorkload';
import { counted, listed } from '../../statistics/wording';
import { paperSetups, reproducesOf } from '../experiments';
import type { PaperExperiment } from '../published';
import type { PaperLogOutcome, PaperLogRun, PaperSweep } from './paperLog';

/** A sweep of the paper's log as the events of a run: its n-th run of a configuration stands in block n. */

/** What the events say of where they come from. */
export type Import = {
  /** Name of the file, without its folder. */
  file: string;
  sha256: string;
  runId: string;
  /** `greenbatch 0.1.0`: what made the run of it. */
  program: string;
  /** Of that program: a run names who made it. */
  importer: ProcessIdentity;
};

type Whole = Omit<PaperLogRun, 'outcome'> & { outcome: PaperLogOutcome };
const isWhole = (run: PaperLogRun): run is Whole => 'work' in run.outcome;

/** In the order of the log. @returns null where no run of it came to its end */
export function importedRun(sweep: PaperSweep, from: Import): NewEvent[] | null {
  const whole = sweep.runs.filter(isWhole);
  const [first] = whole;
  if (!first) return null;
  const configurations = configurationsOf(sweep);
  const kinds = [...new Set(whole.flatMap((run) => run.outcome.energy.domains.map(partId)))];
  const blocks = blocksOf(sweep);
  const input = specOf(sweep, whole, Math.max(...blocks));
  const spec: Spec = specSchema.parse(input);
  const { images, imageSize } = first.outcome.work;
  const events: NewEvent[] = [
    {
      type: 'run.created',
      version: runFormatVersion,
      workload: { name: usualWorkload, unit: 'image', phases: [] },
      runId: from.runId,
      name: spec.name ?? from.file,
      specFile: null,
      specText: writeSpec(input),
      spec,
      configurations,
      program: from.program,
      imported: { format: 'paper-log', file: from.file, sha256: from.sha256, line: sweep.line },
    },
    {
      type: 'session.started',
      ...{ version: runFormatVersion, session: 1, engine: from.importer, monotonicMs: 0, environment: {} },
    },
    { type: 'source.opened', source: { parts: kinds.map((id) => partOf(id, whole)), reason: reasonOf(from) } },
    {
      type: 'images.ready',
      ...{ description: `${counted(images, 'image')} of the log`, count: images, ...imageSize, inRotation: images },
      skipped: [],
    },
    ...warningsOf(sweep, whole).map((warning): NewEvent => ({ type: 'warning', ...warning })),
  ];
  let startMs = 0;
  sweep.runs.forEach((run, i) => {
    const { id, model } = configurations.find((c) => c.model === run.weights && c.batchSize === run.batchSize)!;
    const trial = i + 1;
    const block = blocks[i]!;
    events.push({
      type: 'trial.started',
      ...{ trial, block, configuration: id, reference: false, process: from.importer },
    });
    if ('failure' in run.outcome) {
      const message = `${run.outcome.failure} (line ${run.line} of the log)`;
      events.push({ type: 'trial.failed', trial, reason: 'error', message, signal: null, exitCode: null });
      return;
    }
    const { work, energy } = run.outcome;
    const endMs = startMs + 1000 * energy.seconds;
    events.push(
      {
        type: 'trial.window',
        ...{ trial, window: 0, work: work.images, cpuSeconds: 0 },
        start: reading(startMs, kinds, []),
        end: reading(endMs, kinds, energy.domains),
        // The log has means alone: of a whole batch at the mean pace, also where there were fewer images than fill one.
        batchMs: [run.batchSize * work.inferenceMs],
        batches: Math.ceil(work.images / run.batchSize),
      },
      {
        type: 'trial.finished',
        ...{ trial, loadMs: 0, warmupMs: 0, warmupBatches: 0, steady: true, peakRssBytes: 0 },
      },
    );
    if (work.coco) {
      const yolov7 = { ...work.yolov7, labels: work.labels };
      events.push({
        type: 'accuracy.imported',
        ...{ configuration: id, model, images: work.images, stats: work.coco, yolov7 },
      });
    }
    // So that no reading of one trial is one of the next.
    startMs = endMs + 1000;
  });
  const finished = finishedBlocks(sweep, blocks);
  for (let block = 1; block <= finished; block++) events.push({ type: 'block.finished', block });
  events.push({
    type: 'session.ended',
    ...{ session: 1, reason: 'complete', exitCode: 0, message: `imported from ${from.file}` },
  });
  return events;
}

/** What a run is named by where its folder is made. */
export const importedName = (sweep: PaperSweep): string =>
  `imported ${experimentOf(sweep.runs.filter(isWhole)) ?? 'paper log'}`;

function configurationsOf({ runs }: PaperSweep): Configuration[] {
  const models = [...new Set(runs.map((run) => run.weights))];
  const names = shortModelNames(models);
  return models.flatMap((model, i) =>
    [...new Set(runs.filter((run) => run.weights === model).map((run) => run.batchSize))].map((batchSize) => {
      // What PyTorch took the log does not say.
      const c = { model, batchSize, instances: 1, threads: 0, spinning: false };
      return { id: configurationId(c, names[i]!), ...c };
    }),
  );
}

/** Of each run how often its configuration stands in the log up to it. */
function blocksOf({ runs }: PaperSweep): number[] {
  const times = new Map<string, number>();
  return runs.map((run) => {
    const block = (times.get(nameOf(run)) ?? 0) + 1;
    times.set(nameOf(run), block);
    return block;
  });
}

/** Blocks that hold every configuration. */
function finishedBlocks({ runs }: PaperSweep, blocks: readonly number[]): number {
  const last = new Map(runs.map((run, i) => [nameOf(run), blocks[i]!]));
  return Math.min(...last.values());
}

function specOf({ runs }: PaperSweep, whole: readonly Whole[], blocks: number): SpecInput {
  const { work } = whole[0]!.outcome;
  const experiment = experimentOf(whole);
  const kinds = new Set(whole.flatMap((run) => run.outcome.energy.domains.map(({ name }) => name)));
  const domains = (['package', 'dram'] as const).filter((kind) => kinds.has(kind));
  const { height, width } = work.imageSize;
  return {
    name: importedName({ runs, line: 1, weights: [], batchSizes: [] }),
    ...(experiment && { reproduces: reproducesOf(experiment) }),
    models: [...new Set(runs.map((run) => run.weights))],
    batchSizes: [...new Set(runs.map((run) => run.batchSize))],
    imageSize: height === width ? height : [height, width],
    images: { folder: './val2017', count: work.images, rect: true },
    measure: {
      ...{ source: 'perf', perf: 'program', scope: 'process', order: 'listed' },
      ...(domains.length > 0 && { domains: [...domains] }),
      ...{ warmupSeconds: 0, idleSeconds: 0, restSeconds: 0, heatSeconds: 0 },
      repeats: { min: blocks, max: blocks },
    },
  };
}

/** Pixels of each side that the paper ran all models at. */
const paperSide = 640;

/** Which of the paper's experiments the runs are of: the same images at the same size, and configurations of it alone, two at least. */
function experimentOf(whole: readonly Whole[]): PaperExperiment | null {
  const names = (['exp2', 'exp1'] as const).filter((experiment) => {
    const { models, batchSizes, images } = paperSetups[experiment];
    return whole.every(
      (run) =>
        models.includes(builtinName(run.weights)) &&
        batchSizes.includes(run.batchSize) &&
        run.outcome.work.images === images &&
        run.outcome.work.imageSize.height === paperSide &&
        run.outcome.work.imageSize.width === paperSide,
    );
  });
  return whole.length < 2 ? null : (names[0] ?? null);
}

/** `yolov7-x.pt`, as the script of experiment 1 has it, is no name of a release. */
const builtinName = (weights: string): string =>
  weights
    .split('/')
    .at(-1)!
    .replace(/\.pt$/, '')
    .replace(/^yolov7-x$/, 'yolov7x');

const partId = ({ name, socket }: PerfDomain): string => (socket === undefined ? name : `${name}-${socket}`);

function partOf(id: string, whole: readonly Whole[]): Part {
  const domain = whole.flatMap((run) => run.outcome.energy.domains).find((one) => partId(one) === id)!;
  const { name: kind, socket } = domain;
  return {
    ...{ id, source: 'perf', way: 'imported', kind, measured: true, unit: 'microjoules', range: null },
    ...{ added: kind === 'package' || kind === 'dram', path: null, limitWatts: null },
    scope: socket === undefined ? { of: 'machine', number: null } : { of: 'socket', number: socket },
  };
}

function reading(monotonicMs: number, ids: readonly string[], domains: readonly PerfDomain[]): Reading {
  const joules = new Map(domains.map((domain) => [partId(domain), domain.joules]));
  const isStart = domains.length === 0;
  const counters = ids.map((id) => (isStart ? 0 : joules.has(id) ? Math.round(joules.get(id)! * 1e6) : null));
  // What the CPUs did is not in the log: their clock stands still in it.
  return { monotonicMs, counters, busySeconds: 0, totalSeconds: 0 };
}

const reasonOf = ({ file }: Import): string =>
  `imported from ${file}: what perf stat counted there over each whole process; nothing was measured by this program`;

function warningsOf(sweep: PaperSweep, whole: readonly Whole[]): { code: string; message: string }[] {
  const messages = new Map<string, string[]>();
  const add = (message: string, run: Whole) => messages.set(message, [...(messages.get(message) ?? []), nameOf(run)]);
  for (const run of whole) {
    const { energy, work } = run.outcome;
    for (const warning of energy.warnings) add(warning, run);
    if (work.suppressionsGivenUp > 0)
      add('suppression gave up after its time limit in some batches: of the images that were left it has no detections, and the accuracy is too low', run); // prettier-ignore
    if (!work.coco) add('the log has no evaluation by COCO: no accuracy is known', run);
  }
  const lacking = sweep.weights.flatMap((weights) =>
    sweep.batchSizes
      .filter((batchSize) => !sweep.runs.some((run) => run.weights === weights && run.batchSize === batchSize))
      .map((batchSize) => nameOf({ weights, batchSize })),
  );
  return [
    {
      code: 'imported',
      message:
        'the log has means alone: a batch’s time is batch size × milliseconds an image, inference without loading, suppression and waiting; energy is of the whole process. Batches were padded to shapes of their own, so larger ones hold more pixels',
    },
    ...(lacking.length > 0
      ? [{ code: 'imported', message: `its head lists what the log does not have: ${listed(lacking)}` }]
      : []),
    ...[...messages].map(([message, runs]) => ({
      code: 'imported',
      message: `${message} (${runs.length === whole.length ? 'all runs' : listed(runs)})`,
    })),
  ];
}

const nameOf = ({ weights, batchSize }: Pick<PaperLogRun, 'weights' | 'batchSize'>): string =>
  `${weights} at batch ${batchSize}`;
