import type { Configuration } from '../configuration/configuration';
import { mostTrials, trialLimit } from '../search/trialLimit';
import { estimateSeconds, type RunParts, type RunTime } from '../run/duration';
import { type PacedOf, pacedOf } from '../run/pacedPlan';
import { referenceConfiguration, referenceCount } from '../run/plan';
import type { Spec } from '../spec/spec';
import type { Foreseen, ForeseenModel, Missing } from './foreseen';
import type { PlanMachine, Range } from './machine';
import { type Noise, type PlannedDetection, plannedDetection } from './plannedDetection';
import { notProvenReason, type PlannedMemory, plannedMemory } from './memory';
import { type MeasuredSpeed, measuredBefore, type Speed, speedOf } from './speed';

/** What is known before a joule is spent: from the experiment, what its workload foresees, what runs of before measured, the machine. */
export type PlanFacts = {
  name: string;
  unit: string;
  spec: Spec;
  configurations: readonly Configuration[];
  foreseen: Foreseen | null;
  /** What an image is (`imageWork`): other runs' speeds are of other work. */
  work: string;
  /** Finished runs on this machine, the newest first; none where the machine is described. */
  runs: readonly MeasuredSpeed[];
  machine: PlanMachine;
  /** Whether requests can be replayed to its work. */
  serves: boolean;
  /** What is missing besides: cores, counters, room on the disk. */
  missing: readonly Missing[];
  /** What a reader should know, a line each. */
  notes: readonly string[];
  /** A difference that is to be told, percent, and how trials scatter; null: nothing is asked. */
  detect: { percent: number; noise: Noise } | null;
};

/** Seconds of each part, with the fastest and the slowest speeds that are possible; `high` null: not known. */
type PlannedTime = { blocks: number; low: PlannedParts; high: PlannedParts | null };
/** Besides blocks: probing memory and measuring accuracy, before the first one. */
export type PlannedParts = RunParts & { probeSeconds: number; accuracySeconds: number };

export type PlannedConfiguration = Configuration & {
  speed: Speed;
  /** One trial, seconds; null: it is not expected to run; `high` null: not known. */
  trialSeconds: { low: number; high: number | null } | null;
  memory: PlannedMemory;
  /** The run on this machine that had it; null: none. */
  measuredIn: string | null;
  /** Why it is not proven to run; null where it is expected to, and nothing speaks against it. */
  notProven: string | null;
};

export type Plan = {
  name: string;
  unit: string;
  scope: string;
  machine: PlanMachine;
  trials: {
    configurations: number;
    blocks: { min: number; max: number };
    references: number;
    /** Configuration that shows drift; null: there is none. */
    reference: string | null;
    /** In all, with the fewest and the most blocks. */
    least: number;
    most: number;
    order: Spec['measure']['order'];
    seed: number;
    /** Besides: trials of requests that are replayed; null: none. */
    paced: { of: PacedOf; configurations: number; blocks: number; seconds: number } | null;
  };
  time: { least: PlannedTime; most: PlannedTime };
  /** What it takes to tell a difference; null: nothing is asked, or fewer than two configurations are to run. */
  detection: PlannedDetection | null;
  configurations: PlannedConfiguration[];
  models: ForeseenModel[];
  images: Foreseen['images'];
  missing: Missing[];
  notes: string[];
  /** Whether it can run as it stands: nothing that it needs is missing, and no configuration is expected not to fit. */
  ready: boolean;
};

/** Everything that a plan says, computed; nothing is read or run. */
export function planOf(facts: PlanFacts): Plan {
  const { spec, foreseen, machine, runs, work } = facts;
  const { measure } = spec;
  const modelOf = (model: string) => foreseen?.models.find((m) => m.model === model);
  const known = { machine, runs, work, imageSize: foreseen?.imageSize ?? null };
  const speedFacts = { ...known, gflopsOf: (model: string) => modelOf(model)?.gflops ?? null };
  const memoryFacts = foreseen ?? { images: null, readsOutputs: false };
  const planned = facts.configurations.map((configuration) => {
    const memory = plannedMemory(configuration, memoryFacts, modelOf(configuration.model), machine);
    const before = measuredBefore(configuration, known).find((run) => run.batchSize === configuration.batchSize);
    const isSeen = before !== undefined && memory.expectation !== 'does not fit';
    return {
      ...configuration,
      speed: speedOf(configuration, speedFacts),
      memory,
      measuredIn: before?.runId ?? null,
      notProven: isSeen ? null : notProvenReason(memory),
    };
  });
  const running = planned.filter(({ memory }) => memory.expectation !== 'does not fit');
  const times = { low: timeAt('low', facts, running), high: timeAt('high', facts, running) };
  const timeFor = (blocks: number): PlannedTime => ({
    ...{ blocks, low: times.low.parts(blocks), high: running.every(hasSpeed) ? times.high.parts(blocks) : null },
  });
  const { min, max } = measure.repeats;
  const referencesOf = (blocks: number) => (running.length > 0 ? referenceCount(measure.repeats, blocks) : 0);
  const missing = [...(foreseen?.missing ?? []), ...facts.missing];
  const { detect } = facts;
  const secondsOf = {
    low: (blocks: number) => timeFor(blocks).low.totalSeconds,
    high: (blocks: number) => timeFor(blocks).high?.totalSeconds ?? null,
  };
  return {
    ...{ name: facts.name, unit: facts.unit, scope: measure.scope, machine },
    trials: {
      ...{ configurations: running.length, blocks: { min, max }, references: referencesOf(max) },
      reference: referenceConfiguration(spec, running)?.id ?? null,
      least: mostTrials(spec, running.length, min) + referencesOf(min),
      most: mostTrials(spec, running.length, max) + referencesOf(max),
      ...{ order: measure.order, seed: measure.seed },
      paced:
        times.low.pacedConfigurations === 0
          ? null
          : {
              of: pacedOf(spec),
              configurations: times.low.pacedConfigurations,
              blocks: measure.paced.blocks,
              seconds: measure.paced.seconds,
            },
    },
    time: { least: timeFor(min), most: timeFor(max) },
    detection:
      detect === null || running.length < 2 ? null : plannedDetection(detect.percent, detect.noise, spec, secondsOf),
    configurations: planned.map((one) => ({
      ...one,
      trialSeconds: running.includes(one)
        ? {
            low: times.low.trialSeconds.get(one.id)!,
            high: hasSpeed(one) ? times.high.trialSeconds.get(one.id)! : null,
          }
        : null,
    })),
    ...{
      models: foreseen?.models ?? [],
      images: foreseen?.images ?? null,
      missing,
      notes: [...facts.notes, ...searchNotes(spec, running.length)],
    },
    ready: !missing.some(({ blocks }) => blocks) && running.length > 0 && running.length === planned.length,
  };
}

/** What a search leaves open of a plan. */
function searchNotes({ search, measure }: PlanFacts['spec'], configurations: number): string[] {
  if (!search) return [];
  const most = trialLimit(search, configurations, measure.repeats.max);
  return [
    `the search takes ${most} of ${configurations * measure.repeats.max} trials at most, beside those that show drift: in the first block the configurations that tell most of the others, then those that could still be the greenest. Times are for as many of each configuration`,
  ];
}

const hasSpeed = ({ speed }: { speed: Speed }) => speed.msPerImage !== null;

type Timed = Configuration & { speed: Speed };

/** Loading a model: starting the program, and reading so many bytes of weights a second. */
const startSeconds = 1;
const loadBytesPerSecond = 300e6;
/** What the memory guard probes: two batches of 1, 2 and 4 images (`nextProbe`). */
const probedBatches = [1, 2, 4];
/** The largest batch of the accuracy pass (`accuracyPass.ts`). */
const accuracyBatch = 8;

function timeAt(
  end: keyof Range,
  { spec, foreseen, machine, runs, serves }: PlanFacts,
  configurations: readonly Timed[],
): Pick<RunTime, 'trialSeconds' | 'pacedConfigurations'> & { parts(blocks: number): PlannedParts } {
  const modelOf = (model: string) => foreseen?.models.find((m) => m.model === model);
  const perUnit = new Map(configurations.map(({ id, speed }) => [id, (speed.msPerImage?.[end] ?? 0) / 1000]));
  const secondsPerUnit = ({ id }: Pick<Configuration, 'id'>) => perUnit.get(id) ?? 0;
  const loadSeconds = ({ model }: Pick<Configuration, 'model'>) =>
    runs.find((run) => run.model === model && run.loadSeconds !== null)?.loadSeconds ??
    startSeconds + (modelOf(model)?.memory?.weightBytes ?? 0) / loadBytesPerSecond;
  const { heatSeconds } = machine;
  const { passUnits = null, wholeProcess = false } = foreseen ?? {};
  const time = estimateSeconds(spec, configurations, {
    ...{ secondsPerUnit, loadSeconds, heatSeconds, passUnits, wholeProcess, serves },
  });
  const once = { probeSeconds: 0, accuracySeconds: 0 };
  for (const group of groupsOf(configurations)) {
    const largest = Math.max(...group.map((c) => c.batchSize));
    const [first] = group as [Timed];
    if (modelOf(first.model)?.memory == null || largest === 1) continue;
    const probes = probedBatches.filter((batch) => batch <= largest);
    const images = probes.reduce((sum, batch) => sum + 2 * batch, 0);
    once.probeSeconds += probes.length * loadSeconds(first) + images * secondsPerUnit(smallest(group));
  }
  for (const { model, accuracyImages } of foreseen?.models ?? []) {
    const own = configurations.filter((c) => c.model === model);
    if (own.length === 0 || accuracyImages === 0) continue;
    const fitting = own.filter((c) => c.batchSize <= accuracyBatch);
    const used = fitting.length > 0 ? fitting.at(-1)! : smallest(own);
    once.accuracySeconds += loadSeconds(used) + accuracyImages * secondsPerUnit(used);
  }
  return {
    trialSeconds: time.trialSeconds,
    pacedConfigurations: time.pacedConfigurations,
    parts(blocks) {
      const parts = time.parts(blocks);
      return { ...parts, ...once, totalSeconds: parts.totalSeconds + once.probeSeconds + once.accuracySeconds };
    },
  };
}

/** Those of one model and as many threads: what the memory guard probes together. */
function groupsOf<C extends Configuration>(configurations: readonly C[]): C[][] {
  const keyOf = (c: C) => JSON.stringify([c.model, c.threads]);
  return [...new Set(configurations.map(keyOf))].map((key) => configurations.filter((c) => keyOf(c) === key));
}

const smallest = <C extends Configuration>(configurations: readonly C[]): C =>
  configurations.reduce((least, c) => (c.batchSize < least.batchSize ? c : least));
