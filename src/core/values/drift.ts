import type { Run } from '../run/fold';
import { asPercent } from '../statistics/comparison';
import { trendOf } from '../statistics/trend';
import type { TrialValue } from './result';

/** How much more the same work takes at the end of a run than at its start, in percent, with its 95 % interval. */
export type Drift = { percent: number; low: number; high: number; trials: number };

/**
 * From all finished trials, each against those of its own configuration. A trial of a run that went on in another session lies as
 * much later as the time of day says; what is set of that within a session shifts nothing.
 *
 * @param valueOf the value of a trial, those of drift checks too; null where it has none
 * @returns null where too few have one; undefined for a log of format 1, of which is told what was told then
 */
export function driftOf(
  run: Run,
  valueOf: (trial: Run['trials'][number]) => Pick<TrialValue, 'joulesPerUnit'> | null,
): Drift | null | undefined {
  if (run.sessions.every(({ start }) => start.version === undefined)) return undefined;
  const offsets = new Map(run.sessions.map(({ session, start }) => [session, start.at - start.monotonicMs]));
  const values = run.trials.flatMap((trial) => {
    const joules = valueOf(trial)?.joulesPerUnit;
    const window = trial.windows[0];
    if (joules === undefined || !(joules > 0) || !window) return [];
    const at = (offsets.get(trial.session) ?? 0) + window.start.monotonicMs;
    return [{ group: trial.configuration, at, value: Math.log(joules) }];
  });
  const trend = trendOf(values.sort((a, b) => a.at - b.at));
  return (
    trend && {
      percent: asPercent(trend.change),
      low: asPercent(trend.low),
      high: asPercent(trend.high),
      trials: trend.n,
    }
  );
}
