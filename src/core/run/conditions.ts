import type { Doubt } from '../energy/counterTrust';
import { counted } from '../statistics/wording';
import { joulesPer } from '../words/unitOfWork';
import { describeNumber } from '../words/units';
import type { RunState } from './machineState';

/** From how much on each is told, everywhere alike: log, terminal, panel, comparison of two runs. */
const toldFrom = {
  driftPercent: 2,
  otherLoadPercent: 5,
  unsteadyTrials: 1,
  /** A machine at rest uses less; more is somebody else's work, whose joules would be charged to ours. */
  busyAtRestPercent: 10,
  throttledTrials: 1,
  /** Sensors step by 1 °C and fans hunt by a few; leakage, which grows with the temperature, comes near the margin of 1 % from here on. */
  temperatureChangeCelsius: 5,
  /** As much as the margin within which configurations are called tied. */
  stealPercent: 1,
  guestPercent: 1,
  /** Of a glimpse at few CPUs; dynamic energy goes with the square of the voltage, which follows the frequency. */
  frequencySpreadPercent: 5,
} as const;

/** What a reader of a run's numbers must know of; a sentence without its capital and full stop. */
export type Condition = { code: string; message: string };

/** What the engine writes into the log as it comes upon it, as `warning`. */
export const noted = {
  busyMachine: (busyPercent: number): Condition | null =>
    busyPercent < toldFrom.busyAtRestPercent
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
  /** Change of the reference configuration from the first to the last check. */
  driftPercent: number | null;
  otherLoadPercent: number | null;
  unsteadyTrials: number;
  warnings: readonly Condition[];
  /** Absent: the log has none. */
  state?: RunState | undefined;
};

/** All of a run: what its log notes, then what follows from its trials. */
export function conditionsOf({
  driftPercent,
  unsteadyTrials,
  otherLoadPercent,
  warnings,
  state,
}: Conditioned): Condition[] {
  const conditions: Condition[] = [...warnings];
  if (driftPercent !== null && Math.abs(driftPercent) >= toldFrom.driftPercent) {
    const percent = describeNumber(Math.abs(driftPercent));
    const message = `the machine drifted: the same configuration took ${percent} % ${driftPercent > 0 ? 'more' : 'less'} at the end than at the start`;
    conditions.push({ code: 'drift', message });
  }
  if (unsteadyTrials >= toldFrom.unsteadyTrials) {
    const message = `${unsteadyTrials} repeats began before their speed had settled: raise measure.warmupSeconds`;
    conditions.push({ code: 'unsteady', message });
  }
  const guestPercent = state?.guestPercent ?? 0;
  const guests =
    guestPercent >= toldFrom.guestPercent
      ? ` (virtual machines on this host ${describeNumber(guestPercent, 2)} %)`
      : '';
  if (otherLoadPercent !== null && otherLoadPercent >= toldFrom.otherLoadPercent) {
    const message = `other processes took ${describeNumber(otherLoadPercent, 2)} % of the machine's CPU time while it was measured${guests}: their energy is in every number`;
    conditions.push({ code: 'other-load', message });
  }
  return state ? [...conditions, ...ofState(state)] : conditions;
}

function ofState({
  throttledTrials,
  temperatureChangeCelsius: warmer,
  stealPercent,
  frequencySpread,
  clockSetSeconds,
}: RunState): Condition[] {
  const conditions: Condition[] = [];
  if (throttledTrials !== null && throttledTrials >= toldFrom.throttledTrials) {
    const message = `the processor reached its thermal limit and slowed down in ${counted(throttledTrials, 'repeat')}: their joules and times are of a throttled machine. See to its cooling and measure again`;
    conditions.push({ code: 'throttled', message });
  }
  if (warmer !== null && Math.abs(warmer) >= toldFrom.temperatureChangeCelsius) {
    const message = `the processor was ${describeNumber(Math.abs(warmer), 2)} °C ${warmer > 0 ? 'warmer' : 'colder'} in the last block than in the first: the same work takes more energy on a warmer one`;
    conditions.push({ code: 'temperature', message });
  }
  if (stealPercent !== null && stealPercent >= toldFrom.stealPercent) {
    const message = `a hypervisor gave ${describeNumber(stealPercent, 2)} % of the CPU time to others while this machine was measured: times are the longer for it`;
    conditions.push({ code: 'steal', message });
  }
  if (frequencySpread !== null && frequencySpread.percent >= toldFrom.frequencySpreadPercent) {
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
