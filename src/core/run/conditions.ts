import type { Doubt } from '../energy/counterTrust';
import type { Filtering } from '../energy/source';
import { counted, describePercent, describePercentRange } from '../statistics/wording';
import { joulesPer } from '../words/unitOfWork';
import { describeNumber } from '../words/units';
import { type ConditionCode, effectOf } from './conditionTable';
import type { RunState } from './machineState';

/** What a reader of a run's numbers must know of; a sentence without its capital and full stop. */
export type Condition = { code: string; message: string };

/** What the engine writes into the log as it comes upon it, as `warning`. */
export const noted = {
  busyMachine: (busyPercent: number): Condition | null =>
    effectOf('busy-machine', busyPercent) === null
      ? null
      : {
          code: 'busy-machine',
          message: `other processes used ${busyPercent.toFixed(0)} % of the CPU while the machine should have been at rest: their energy is in every number. End them and measure again`,
        },
  noIdle: (why: string, unit: string, beforeBlock: number): Condition => ({
    code: 'no-idle',
    message: `no idle baseline could be measured before block ${beforeBlock} (${why}): its net ${joulesPer(unit)} and J/request rest on those of other blocks, and without any there are none`,
  }),
  notHeated: (why: string, beforeBlock: number): Condition => ({
    code: 'not-heated',
    message: `the machine could not be loaded before block ${beforeBlock} (${why}): its first trials found it colder than the others`,
  }),
  batchTimesThinned: (batches: number, kept: number): Condition => ({
    code: 'batch-times-thinned',
    message: `a window had ${batches} batches, more than are kept: latencies rest on ${kept} of them, evenly taken, and the longest`,
  }),
  instruments: (why: string): Condition => ({
    code: 'instruments-disagree',
    message: `${why}. One of them counts something else: compare with what "greenbatch doctor" says of both, and trust neither until they agree`,
  }),
  doubt: (doubt: Doubt, windowSeconds: number): Condition =>
    doubt.kind === 'mirrored'
      ? {
          code: 'mirrored-counter',
          message: `${doubt.id} rises by exactly what ${doubt.of} does: they may be one counter, counted twice. Load one socket alone (taskset), and see whether both rise`,
        }
      : {
          code: 'coarse-counter',
          message: `${doubt.id} moves only every ${doubt.seconds.toFixed(1)} s: its joules in a window of ${windowSeconds} s are known to ± ${((100 * doubt.seconds) / windowSeconds).toFixed(0)} %. Take longer windows (measure.windowSeconds)`,
        },
  sampler: (message: string): Condition => ({ code: 'sampler', message }),
  images: (message: string): Condition => ({ code: 'images', message }),
  annotations: (message: string): Condition => ({ code: 'annotations', message }),
  lease: (why: string): Condition => ({
    code: 'lease',
    message: `other machines that share this folder cannot see that the run goes on (${why}): resume it on none of them before it has ended`,
  }),
};

/** What lies in the images or the run's folder, not in what the machine did while it measured. */
const notOfMachine = ['images', 'annotations', 'lease'];
export const isOfMachine = ({ code }: Condition) => !notOfMachine.includes(code);

/** What conditions follow from: of finished trials, and of the log. */
export type Conditioned = {
  /** Change of the reference configuration from the first to the last check: what is told of a log of format 1, which has no `drift`. */
  driftPercent: number | null;
  /** Of all finished trials; null where they are too few. */
  drift?: { percent: number; low: number; high: number } | null | undefined;
  otherLoadPercent: number | null;
  unsteadyTrials: number;
  /** Left out: none. */
  powerChangedTrials?: number | undefined;
  warnings: readonly Condition[];
  /** Absent: the log has none. */
  state?: RunState | undefined;
  /** Absent or null: no counters of the processor, or not known. */
  filtering?: Filtering | null | undefined;
};

/** All of a run: what its log notes, then what follows from its trials. */
export function conditionsOf(run: Conditioned): Condition[] {
  const { unsteadyTrials, powerChangedTrials = 0, otherLoadPercent, state, filtering } = run;
  const conditions: Condition[] = [...run.warnings];
  if (filtering?.state === 'on') {
    const message = `the processor adds noise to its energy counters (${filtering.because}; Intel-SA-00389): joules of a second were seen to be off by up to 20 %, those of longer windows by a smaller part. What is left of it in a window is in the scatter of the repeats, and so in every interval: take longer windows (measure.windowSeconds)`;
    conditions.push({ code: 'filtered', message });
  }
  const drift = driftText(run);
  if (drift !== null) conditions.push({ code: 'drift', message: `the machine drifted: ${drift}` });
  if (isTold('unsteady', unsteadyTrials)) {
    const message = `${unsteadyTrials} repeats began before their speed had settled: raise measure.warmupSeconds`;
    conditions.push({ code: 'unsteady', message });
  }
  if (isTold('power-changed', powerChangedTrials)) {
    const message = `the machine's power still rose or fell in the windows of ${counted(powerChangedTrials, 'repeat')}, measured twice: their joules are of no one state. Longer warm-ups and loads help (measure.warmupSeconds, measure.heatSeconds)`;
    conditions.push({ code: 'power-changed', message });
  }
  const guestPercent = state?.guestPercent ?? 0;
  const guests =
    guestPercent >= guestsFromPercent ? ` (virtual machines on this host ${describeNumber(guestPercent, 2)} %)` : '';
  if (otherLoadPercent !== null && isTold('other-load', otherLoadPercent)) {
    const message = `other processes took ${describeNumber(otherLoadPercent, 2)} % of the machine's CPU time while it was measured${guests}: their energy is in every number`;
    conditions.push({ code: 'other-load', message });
  }
  return state ? [...conditions, ...ofState(state)] : conditions;
}

const isTold = (code: ConditionCode, size: number) => effectOf(code, size) !== null;

/** Of the other load; less is part of every machine. */
const guestsFromPercent = 1;

/** A drift that its interval does not tell from none is not told. */
function driftText({ drift, driftPercent }: Conditioned): string | null {
  if (drift === undefined) {
    if (driftPercent === null || !isTold('drift', Math.abs(driftPercent))) return null;
    return `the same configuration took ${describeNumber(Math.abs(driftPercent))} % ${moreOrLess(driftPercent)} at the end than at the start`;
  }
  if (drift === null || (drift.low <= 0 && drift.high >= 0) || !isTold('drift', Math.abs(drift.percent))) return null;
  const [size, low, high] =
    drift.percent > 0 ? [drift.percent, drift.low, drift.high] : [-drift.percent, -drift.high, -drift.low];
  return `the same work took ${describePercent(size, low, high)} ${moreOrLess(drift.percent)} at the end than at the start (${describePercentRange(size, low, high)})`;
}

const moreOrLess = (percent: number) => (percent > 0 ? 'more' : 'less');

function ofState({
  throttledTrials,
  temperatureChangeCelsius: warmer,
  stealPercent,
  frequencySpread,
  clockSetSeconds,
}: RunState): Condition[] {
  const conditions: Condition[] = [];
  if (throttledTrials !== null && isTold('throttled', throttledTrials)) {
    const message = `the processor reached its thermal limit and slowed down in ${counted(throttledTrials, 'repeat')}: their joules and times are of a throttled machine. See to its cooling and measure again`;
    conditions.push({ code: 'throttled', message });
  }
  if (warmer !== null && isTold('temperature', Math.abs(warmer))) {
    const message = `the processor was ${describeNumber(Math.abs(warmer), 2)} °C ${warmer > 0 ? 'warmer' : 'colder'} in the last block than in the first: the same work takes more energy on a warmer one`;
    conditions.push({ code: 'temperature', message });
  }
  if (stealPercent !== null && isTold('steal', stealPercent)) {
    const message = `a hypervisor gave ${describeNumber(stealPercent, 2)} % of the CPU time to others while this machine was measured: times are the longer for it`;
    conditions.push({ code: 'steal', message });
  }
  if (frequencySpread !== null && isTold('frequency', frequencySpread.percent)) {
    const { percent, slowest, fastest } = frequencySpread;
    const at = ({ configuration, megahertz }: typeof slowest) => `${Math.round(megahertz)} MHz with ${configuration}`;
    const message = `the CPUs ran at ${at(slowest)} and at ${at(fastest)}, ${describeNumber(percent, 2)} % more, as far as could be seen at the edges of windows: part of their difference may be the clock's`;
    conditions.push({ code: 'frequency', message });
  }
  if (clockSetSeconds > 0) {
    const message = `the time of day was set, by ${describeNumber(clockSetSeconds, 2)} s at once: times of day in the log are off by it; no number of the run rests on them`;
    conditions.push({ code: 'clock-set', message });
  }
  return conditions;
}
