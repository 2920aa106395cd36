import type { Doubt } from '../energy/counterTrust';
import type { Filtering } from '../energy/source';
import { counted, describePercent, describePercentRange } from '../statistics/wording';
import { joulesPer } from '../words/unitOfWork';
import { wholeSentence } from '../words/sentence';
import { describeNumber } from '../words/units';
import { type BearingCode, bearingCodes, type ConditionCode, type Effect, effectOf, helpOf } from './conditionTable';
import type { RunState } from './machineState';
import type { MachineLook } from './machineLook';
import { type OtherProcess, type Surroundings, surroundingsOf } from './surroundings';

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
  notReplayed: (why: string): Condition => ({
    code: 'not-replayed',
    message: `requests are not replayed: ${why}. What is said of them is modelled alone`,
  }),
  sampler: (message: string): Condition => ({ code: 'sampler', message }),
  images: (message: string): Condition => ({ code: 'images', message }),
  annotations: (message: string): Condition => ({ code: 'annotations', message }),
  lease: (why: string): Condition => ({
    code: 'lease',
    message: `other machines that share this folder cannot see that the run goes on (${why}): resume it on none of them before it has ended`,
  }),
};

/** What lies in the images or the run's folder, not in what the machine did while it measured. */
const notOfMachine = ['images', 'annotations', 'lease', 'not-replayed'];
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
  /** Absent: the log has no look at them. */
  surroundings?: Surroundings | undefined;
};

/** What a verdict must say of the machine, or is withheld for. */
export type Bearing = {
  code: BearingCode;
  effect: Exclude<Effect, 'warns'>;
  /** A whole sentence. */
  message: string;
  /** What is so and what helps, as a clause of the verdict's sentence. */
  clause: string;
};

/** What is so, in a sentence of its own and (of what may bear on a verdict) as a clause. */
type Found = Condition & { code: string; effect?: Effect | null; so?: string };

/** All of a run: what its log notes, then what follows from its trials. */
export const conditionsOf = (run: Conditioned): Condition[] =>
  findAll(run).map(({ code, message }) => ({ code, message }));

/** Those that its verdict must say, each once. A log that has no look at the surroundings is read as it was before there were any. */
export function bearingOf(run: Conditioned): Bearing[] {
  if (!run.surroundings) return [];
  const list = findAll(run).flatMap(({ code, message, effect, so }) => {
    const known = bearingCodes.find((one) => one === code);
    if (known === undefined || so === undefined || (effect !== 'qualifies' && effect !== 'withholds')) return [];
    return [{ code: known, effect, message: wholeSentence(message), clause: `${so}: ${helpOf(known)}` }];
  });
  return list.filter(({ code }, i) => list.findIndex((other) => other.code === code) === i);
}

/** Of what the log notes, as clauses. */
const notedClauses: Readonly<Record<string, string>> = {
  'busy-machine': 'other processes were busy in the idle baseline',
  'mirrored-counter': 'two of its counters may be one',
} satisfies Partial<Record<ConditionCode, string>>;

/** Those that the verdict's qualification has not told already. */
export function conditionsBeside(
  run: Conditioned,
  verdict: { qualification: readonly { message: string }[] },
): Condition[] {
  const told = new Set(verdict.qualification.map(({ message }) => message));
  return conditionsOf(run).filter(({ message }) => !told.has(wholeSentence(message)));
}

/** What is to be said of a look alone, before anything was measured. */
export const conditionsOfLook = (look: MachineLook): Condition[] =>
  conditionsOf({
    ...{ driftPercent: null, drift: null, otherLoadPercent: null, unsteadyTrials: 0, warnings: [] },
    surroundings: surroundingsOf({ looks: [look], trials: [] }) ?? undefined,
  });

function findAll(run: Conditioned): Found[] {
  const { unsteadyTrials, powerChangedTrials = 0, state, filtering, surroundings } = run;
  const found: Found[] = run.warnings.map((warning) => {
    const so = Object.hasOwn(notedClauses, warning.code) ? notedClauses[warning.code] : undefined;
    return so === undefined ? warning : { ...warning, effect: 'qualifies', so };
  });
  if (filtering?.state === 'on') {
    const message = `the processor adds noise to its energy counters (${filtering.because}; Intel-SA-00389): joules of a second were seen to be off by up to 20 %, those of longer windows by a smaller part. What is left of it in a window is in the scatter of the repeats, and so in every interval: take longer windows (measure.windowSeconds)`;
    found.push({ code: 'filtered', message });
  }
  const drift = driftText(run);
  if (drift !== null) found.push({ code: 'drift', message: `the machine drifted: ${drift}` });
  if (isTold('unsteady', unsteadyTrials)) {
    const message = `${counted(unsteadyTrials, 'repeat')} began before ${unsteadyTrials === 1 ? 'its' : 'their'} speed had settled: raise measure.warmupSeconds`;
    found.push({ code: 'unsteady', message });
  }
  if (isTold('power-changed', powerChangedTrials)) {
    const message = `the machine's power still rose or fell in the windows of ${counted(powerChangedTrials, 'repeat')}, measured twice: their joules are of no one state. Longer warm-ups and loads help (measure.warmupSeconds, measure.heatSeconds)`;
    found.push({ code: 'power-changed', message });
  }
  found.push(...otherLoad(run));
  if (state) found.push(...ofState(state));
  if (surroundings) found.push(...ofSurroundings(surroundings));
  // Once windows tell of the machine, what was seen before them is out of date.
  if (surroundings?.start && run.otherLoadPercent === null) found.push(...conditionsAtStart(surroundings.start));
  return found;
}

/** Where less of the machine is used by others, it does not matter how small the work's own part is. */
const leastOtherLoadPercent = 1;

function otherLoad({ otherLoadPercent, state, surroundings }: Conditioned): Found[] {
  if (otherLoadPercent === null) return [];
  const { foreignPercent = null, others = null } = surroundings ?? {};
  const ofUsed = foreignPercent !== null && otherLoadPercent >= leastOtherLoadPercent ? foreignPercent : 0;
  const grave = effectOf('other-load', ofUsed);
  const effect =
    grave === 'warns' || grave === null ? (isTold('other-load', otherLoadPercent) ? 'warns' : null) : grave;
  if (effect === null) return [];
  const guestPercent = state?.guestPercent ?? 0;
  const guests =
    guestPercent >= guestsFromPercent ? ` (virtual machines on this host ${describeNumber(guestPercent, 2)} %)` : '';
  const who = `other processes${namesOf(others)}`;
  const so = `${who} took ${describeNumber(ofUsed, 2)} % of the CPU time that was used`;
  const share = effect === 'warns' ? '' : `, ${describeNumber(ofUsed, 2)} % of what was used,`;
  const message = `${who} took ${describeNumber(otherLoadPercent, 2)} % of the machine's CPU time${share} while it was measured${guests}: their energy is in every number`;
  return [{ code: 'other-load', message, effect, so }];
}

/** Those that matter, by name: ` (python3 12 %, the editor 5 %)`; nothing where that is not known. */
function namesOf(others: readonly OtherProcess[] | null): string {
  const named = (others ?? []).filter(({ percent }) => percent >= leastNamedPercent).slice(0, mostNamed);
  if (named.length === 0) return '';
  const texts = named.map(
    ({ name, of, percent }) => `${wordsFor[of ?? ''] ?? name} ${percent.toFixed(percent < 1 ? 1 : 0)} %`,
  );
  return ` (${texts.join(', ')})`;
}

const leastNamedPercent = 0.5;
const mostNamed = 3;
const wordsFor: Readonly<Record<string, string>> = {
  editor: 'the editor',
  ssh: 'SSH connections',
  kernel: 'the kernel',
};

/** Governors that run CPUs slower than their load asks for, except where the driver only takes them for a hint. */
const slowGovernors = ['powersave', 'conservative'];
const driversThatDecide = ['intel_pstate', 'amd-pstate-epp', 'amd_pstate_epp'];

function ofSurroundings({ swapMegabytesPerSecond, settingsChanged, governor, frequencyDriver }: Surroundings): Found[] {
  const found: Found[] = [];
  if (swapMegabytesPerSecond !== null && isTold('swap', swapMegabytesPerSecond))
    found.push(swapping(swapMegabytesPerSecond));
  if (settingsChanged.length > 0) {
    const changes = settingsChanged.map(
      ({ setting, values }) =>
        `${settingText(setting)}: ${values.map((value) => value ?? 'not known').join(', then ')}`,
    );
    const so = `the machine's settings changed meanwhile (${changes.join('; ')})`;
    found.push({
      code: 'settings-changed',
      message: `${so}: what was measured before and after is not of one machine`,
      effect: 'qualifies',
      so,
    });
  }
  const slow = governor?.split(', ').filter((one) => slowGovernors.includes(one)) ?? [];
  if (slow.length > 0 && !driversThatDecide.includes(frequencyDriver ?? '')) {
    const message = `the governor ${slow.join(', ')} (driver ${frequencyDriver ?? 'not known'}) keeps CPUs slow under load. Set another (sudo cpupower frequency-set -g performance), unless this is how the work runs`;
    found.push({ code: 'governor', message });
  }
  return found;
}

const settingTexts: Readonly<Record<string, string>> = {
  smt: 'SMT',
  turboOff: 'turbo switch',
  scalingDriver: 'frequency driver',
  maxFrequencyKhz: 'highest frequency in kHz',
  raplLimitWindowSeconds: 'time window of the power limits in s',
};
const settingText = (setting: string) =>
  settingTexts[setting] ?? setting.replace(/^rapl(?:Further)?LimitsMicrowatts /, 'power limit in µW of ');

const swapping = (megabytes: number): Found => {
  const so = `the machine swapped memory at ${describeNumber(megabytes, 2)} MB/s`;
  return {
    code: 'swap',
    message: `${so} while it was measured: the work waited for the disk, whose energy is in no counter`,
    effect: 'qualifies',
    so,
  };
};

/** What is so right before the first trial: to be mended now, or waited for. */
function conditionsAtStart({
  othersPercent,
  others,
  stealPercent,
  swapMegabytesPerSecond,
  timers,
}: NonNullable<Surroundings['start']>): Found[] {
  const found: Found[] = [];
  if (othersPercent !== null && isTold('busy-at-start', othersPercent)) {
    const message = `other processes${namesOf(others)} use ${describeNumber(othersPercent, 2)} % of the machine's CPU time at the start: end them, or wait for them`;
    found.push({ code: 'busy-at-start', message });
  }
  if (stealPercent !== null && isTold('steal', stealPercent)) {
    const message = `a hypervisor gives ${describeNumber(stealPercent, 2)} % of the CPU time to others at the start: times will be the longer for it`;
    found.push({ code: 'steal', message });
  }
  if (swapMegabytesPerSecond !== null && isTold('swap', swapMegabytesPerSecond)) {
    const message = `the machine swaps memory at ${describeNumber(swapMegabytesPerSecond, 2)} MB/s at the start: free some`;
    found.push({ code: 'swap', message });
  }
  if (timers !== null && timers.length > 0) {
    const list = timers
      .slice(0, mostTimers)
      .map(({ name, at }) => `${name} at ${new Date(at).toISOString().slice(11, 16)} UTC`);
    const more = timers.length > mostTimers ? ` and ${timers.length - mostTimers} more` : '';
    const message = `${list.join(', ')}${more} will start while the run is planned to go on: begin after that, or stop the timer for so long`;
    found.push({ code: 'timers', message });
  }
  return found;
}

const mostTimers = 3;

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
}: RunState): Found[] {
  const conditions: Found[] = [];
  if (throttledTrials !== null && isTold('throttled', throttledTrials)) {
    const message = `the processor reached its thermal limit and slowed down in ${counted(throttledTrials, 'repeat')}: their joules and times are of a throttled machine. See to its cooling and measure again`;
    const so = `the processor slowed down from heat in ${counted(throttledTrials, 'repeat')}`;
    conditions.push({ code: 'throttled', message, effect: effectOf('throttled', throttledTrials), so });
  }
  if (warmer !== null && isTold('temperature', Math.abs(warmer))) {
    const message = `the processor was ${describeNumber(Math.abs(warmer), 2)} °C ${warmer > 0 ? 'warmer' : 'colder'} in the last block than in the first: the same work takes more energy on a warmer one`;
    conditions.push({ code: 'temperature', message });
  }
  if (stealPercent !== null && isTold('steal', stealPercent)) {
    const message = `a hypervisor gave ${describeNumber(stealPercent, 2)} % of the CPU time to others while this machine was measured: times are the longer for it`;
    const so = `a hypervisor gave ${describeNumber(stealPercent, 2)} % of the CPU time to others`;
    conditions.push({ code: 'steal', message, effect: effectOf('steal', stealPercent), so });
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
