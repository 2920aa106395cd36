import type { Doubt } from '../energy/counterTrust';
import { joulesPer } from '../words/unitOfWork';
import { describeNumber } from '../words/units';

/** From how much on each is told, everywhere alike: log, terminal, panel, comparison of two runs. */
const toldFrom = {
  driftPercent: 2,
  otherLoadPercent: 5,
  unsteadyTrials: 1,
  /** A machine at rest uses less; more is somebody else's work, whose joules would be charged to ours. */
  busyAtRestPercent: 10,
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
  noIdle: (why: string, unit: string): Condition => ({
    code: 'no-idle',
    message: `no idle baseline could be measured (${why}): there is no net ${joulesPer(unit)} and no J/request`,
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
};

/** All of a run: what its log notes, then what follows from its trials. */
export function conditionsOf({ driftPercent, unsteadyTrials, otherLoadPercent, warnings }: Conditioned): Condition[] {
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
  if (otherLoadPercent !== null && otherLoadPercent >= toldFrom.otherLoadPercent) {
    const message = `other processes took ${describeNumber(otherLoadPercent, 2)} % of the machine's CPU time while it was measured: their energy is in every number`;
    conditions.push({ code: 'other-load', message });
  }
  return conditions;
}
