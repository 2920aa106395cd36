import type { Configuration } from '../configuration/configuration';
import { configurationsInUse } from '../configuration/inUse';
import { mostTrials } from '../search/trialLimit';
import { replayedRequests } from '../spec/replayedRequests';
import type { Spec } from '../spec/spec';
import { leadInSeconds, notReplayed, pacedOf } from './pacedPlan';
import { heaterOf, isIdleDue, referenceConfiguration, referenceCount } from './plan';

/** How long a run takes: the one arithmetic of plans, of progress and of what is said before a start. */

/** Loading the machine after a rest, seconds, where neither the experiment nor the machine's power limits ask for more. */
const leastHeatSeconds = 10;

/** A long time window of a power limit is spent after three times as long (1 − e⁻³ = 95 %). */
const timeConstants = 3;
/** A machine that names a longer one than 100 s would hardly measure at all. */
const mostHeatSeconds = 300;

/**
 * How long a machine is loaded after a rest, where the experiment does not say.
 *
 * @param limitWindowSeconds longest time window of the RAPL limits; null where none is known
 */
export function heatSecondsFor(limitWindowSeconds: number | null): number {
  const spent = Math.ceil(timeConstants * (limitWindowSeconds ?? 0));
  return Math.min(mostHeatSeconds, Math.max(leastHeatSeconds, spent));
}

/** What comes between trials, seconds; `heatSeconds` without the loading of the model that heats. */
type Rests = { restSeconds: number; idleSeconds: number; heatSeconds: number; heats: number };

/**
 * Resting, idle baselines and heating in the blocks after `blocksBegun`, up to `last`.
 *
 * @param heatSeconds what this machine asks for where the experiment does not say
 */
function restsOf(
  measure: Spec['measure'],
  blocksBegun: number,
  last: number = measure.repeats.min,
  heatSeconds = leastHeatSeconds,
): Rests {
  const { idleSeconds, restSeconds, idleAt } = measure;
  const heat = measure.heatSeconds ?? heatSeconds;
  const isFirst = blocksBegun === 0 ? 1 : 0;
  if (idleSeconds === 0)
    return { restSeconds: 0, idleSeconds: 0, heatSeconds: isFirst * heat, heats: heat === 0 ? 0 : isFirst };
  const blocks = Array.from({ length: Math.max(0, last - blocksBegun) }, (_, i) => blocksBegun + 1 + i);
  const rests = blocks.filter((block) => isIdleDue(measure, block)).length;
  const baselines = rests + (idleAt === 'thrice' ? 1 : 0);
  return {
    ...{ restSeconds: baselines * restSeconds, idleSeconds: baselines * idleSeconds },
    ...{ heatSeconds: rests * heat, heats: heat === 0 ? 0 : rests },
  };
}

/** What resting, idle baselines and heating take in the blocks after `blocksBegun`, up to `last`: those that always run. */
export function restsSeconds(
  measure: Spec['measure'],
  blocksBegun: number,
  last: number = measure.repeats.min,
  heatSeconds = leastHeatSeconds,
): number {
  const rests = restsOf(measure, blocksBegun, last, heatSeconds);
  return rests.restSeconds + rests.idleSeconds + rests.heatSeconds;
}

/** Starting a process and loading the model, seconds; replaced by what the first trials took. */
const defaultLoadSeconds = 2;
const usualLoad = () => defaultLoadSeconds;

/** What decides how long things take on a machine. */
export type Pace = {
  /** Seconds that all processes together need for one unit of work; without it batches count as shorter than their window. */
  secondsPerUnit?: (configuration: Configuration) => number;
  loadSeconds?: (configuration: Configuration) => number;
  /** What this machine asks for where the experiment does not say. */
  heatSeconds?: number;
  /** Units in one step of a window, where that is a pass over all of them and not a batch. */
  passUnits?: number | null;
  /** Whether the workload's work is served for one request, so that requests can be replayed to it. Left out: it is. */
  serves?: boolean;
  /** Whether each window is a process of its own that makes one such step: it is loaded in it, and warms up in none. */
  wholeProcess?: boolean;
};

/** One trial, seconds. */
export type TrialTime = { loadSeconds: number; warmupSeconds: number; windowSeconds: number };

const totalOf = ({ loadSeconds, warmupSeconds, windowSeconds }: TrialTime) =>
  loadSeconds + warmupSeconds + windowSeconds;

/**
 * A trial of a configuration. Warm-up (one at least) and windows consist of whole batches, or whole passes, so one that lasts longer
 * than the window stretches both.
 */
export function trialTime(measure: Spec['measure'], configuration: Configuration, pace: Pace = {}): TrialTime {
  const { secondsPerUnit = () => 0, loadSeconds = usualLoad, passUnits = null } = pace;
  const each = secondsPerUnit(configuration);
  // Each of several processes does its share of what all do in a second.
  const batchSeconds = configuration.instances * configuration.batchSize * each;
  const stepSeconds = passUnits === null ? batchSeconds : configuration.instances * passUnits * each;
  const lasting = (seconds: number, step: number) =>
    step > 0 ? Math.max(1, Math.ceil(seconds / step)) * step : seconds;
  if (pace.wholeProcess) {
    const whole = loadSeconds(configuration) + stepSeconds;
    return { loadSeconds: 0, warmupSeconds: 0, windowSeconds: measure.windows * whole };
  }
  return {
    loadSeconds: loadSeconds(configuration),
    // A pass that warms up ends with the batch that makes it warm.
    warmupSeconds: lasting(measure.warmupSeconds, batchSeconds),
    windowSeconds: measure.windows * lasting(measure.windowSeconds, stepSeconds),
  };
}

/**
 * A trial of requests that are replayed at the arrival rate: their lead-in, the window, and the batch that the last of them wait for. Of arrivals of one's own as if they came at that rate.
 */
function pacedTrialSeconds(
  { measure, sla }: Pick<Spec, 'measure' | 'sla'>,
  configuration: Configuration,
  { loadSeconds = usualLoad, secondsPerUnit = () => 0 }: Pace = {},
): number {
  const { seconds } = measure.paced;
  const requests = Math.max(1, replayedRequests(sla?.arrivalRate ?? 0, seconds));
  const leadIn = leadInSeconds(measure, configuration, { requests, seconds });
  const { batchSize, instances } = configuration;
  const batch = instances * batchSize * secondsPerUnit(configuration);
  // Two whole batches come before the lead-in.
  return loadSeconds(configuration) + 2 * batch + leadIn + seconds + batch;
}

/** Those that requests are replayed to, as far as an experiment tells: all, or the one in use and, as it may be any, the other that takes longest. */
function pacedIn(
  spec: Pick<Spec, 'measure' | 'sla' | 'current'>,
  configurations: readonly Configuration[],
  pace: Pace,
): { count: number; blockSeconds: number } {
  const of = pacedOf(spec);
  const serves = pace.serves ?? spec.measure.scope === 'inference';
  if (of === 'none' || notReplayed(spec, serves) !== null) return { count: 0, blockSeconds: 0 };
  const [inUse] = configurationsInUse(configurations, spec.current);
  const secondsOf = (one: Configuration) => pacedTrialSeconds(spec, one, pace);
  const others = configurations.filter((one) => one !== inUse).map(secondsOf);
  const taken = [
    ...(inUse ? [secondsOf(inUse)] : []),
    ...(of === 'all' ? others : others.sort((a, b) => b - a).slice(0, 1)),
  ];
  return { count: taken.length, blockSeconds: taken.reduce((sum, seconds) => sum + seconds, 0) };
}

/** What the parts of a run take, seconds. They follow one another: the total is their sum. */
export type RunParts = TrialTime & {
  /** Trials of the reference, which show drift: whole ones. */
  referenceSeconds: number;
  restSeconds: number;
  idleSeconds: number;
  /** Loading the machine after a rest, and the model that does. */
  heatSeconds: number;
  /** Trials of requests that are replayed, whole. */
  pacedSeconds: number;
  totalSeconds: number;
};

/** How long a run may take. */
export type RunTime = {
  /** With the blocks that always run, seconds. */
  leastSeconds: number;
  /** One trial of each configuration, by id, seconds. */
  trialSeconds: Map<string, number>;
  /** That requests are replayed to, at most. */
  pacedConfigurations: number;
  /** With so many blocks. */
  parts(blocks: number): RunParts;
};

/** The time that the trials of a run are going to take, and what comes between them; without what is made before the first block. */
export function estimateSeconds(
  spec: Pick<Spec, 'measure' | 'sla' | 'current' | 'search'>,
  configurations: readonly Configuration[],
  pace: Pace = {},
): RunTime {
  const { measure } = spec;
  const times = new Map(configurations.map((c) => [c.id, trialTime(measure, c, pace)]));
  const sum = (of: keyof TrialTime) => [...times.values()].reduce((total, time) => total + time[of], 0);
  const reference = referenceConfiguration(spec, configurations);
  const heater = heaterOf(configurations);
  const paced = pacedIn(spec, configurations, pace);
  const pacedSeconds = measure.paced.blocks * paced.blockSeconds;
  const pacedBlocks = pacedSeconds > 0 ? measure.paced.blocks : 0;
  const parts = (blocks: number): RunParts => {
    const rests = restsOf(measure, 0, blocks + pacedBlocks, pace.heatSeconds);
    const heatLoad = heater ? rests.heats * (pace.loadSeconds ?? usualLoad)(heater) : 0;
    // Of a search nobody knows yet which ones: as if all were measured as often.
    const repeats =
      configurations.length === 0 ? 0 : mostTrials(spec, configurations.length, blocks) / configurations.length;
    const each = {
      loadSeconds: repeats * sum('loadSeconds'),
      warmupSeconds: repeats * sum('warmupSeconds'),
      windowSeconds: repeats * sum('windowSeconds'),
      referenceSeconds: reference ? referenceCount(measure.repeats, blocks) * totalOf(times.get(reference.id)!) : 0,
      ...{ restSeconds: rests.restSeconds, idleSeconds: rests.idleSeconds, heatSeconds: rests.heatSeconds + heatLoad },
      pacedSeconds,
    };
    return { ...each, totalSeconds: Object.values(each).reduce((total, seconds) => total + seconds, 0) };
  };
  return {
    leastSeconds: parts(measure.repeats.min).totalSeconds,
    trialSeconds: new Map([...times].map(([id, time]) => [id, totalOf(time)])),
    pacedConfigurations: paced.count,
    parts,
  };
}
