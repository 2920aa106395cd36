import type { Configuration } from '../../configuration/configuration';
import type { EqualRuns, RunValues } from '../../statistics/betweenRuns';
import type { AnalysedRun } from '../analysis';
import { experimentKey, settingsKey, unfitRun } from '../comparison/control';
import { daysOfRuns } from '../comparison/sides';
import { type Level, type MeasuredSide, type Side, sideOf } from './side';

export type Sides = { baseline: Side; now: Side };
/** The same configuration in both; threads, say, may be others where a run has but one number of them. */
export type PairOf<T> = { baseline: T; now: T };

/** Runs of the past that measured the same under the same settings, with the day of each; `of`: which side's experiment that was. */
export type Group = { of: keyof Sides; runs: readonly MeasuredSide[]; days: readonly number[] };

/** Those of either side's experiment, in groups of equal ones. What else the machine has measured says nothing of how far these scatter. */
export function groupsOfEqual(past: readonly AnalysedRun[], sides: Sides): Group[] {
  const own = { baseline: experimentKey(sides.baseline), now: experimentKey(sides.now) };
  const groups = new Map<string, { of: keyof Sides; runs: AnalysedRun[] }>();
  for (const run of past) {
    const key = experimentKey(run);
    const of = key === own.baseline ? 'baseline' : key === own.now ? 'now' : null;
    if (of === null || unfitRun([sides.baseline, sides.now], run) !== null) continue;
    const whole = `${key} ${settingsKey(run)}`;
    groups.set(whole, { of, runs: [...(groups.get(whole)?.runs ?? []), run] });
  }
  return [...groups.values()].map(({ of, runs }) => ({ of, runs: runs.map(sideOf), days: daysOfRuns(runs) }));
}

/** What each group tells of some quantities; runs that do not know all of them are left out. */
export function equalRuns<Q extends PairOf<Configuration>>(
  groups: readonly Group[],
  quantities: readonly Q[],
  valueIn: (run: Side, of: keyof Sides, quantity: Q) => Level | null,
): EqualRuns[] {
  return groups.map(({ of, runs, days }) => ({
    isAligned: true,
    runs: runs.flatMap((run, i): RunValues[] => {
      const levels = quantities.map((quantity) => valueIn(run, of, quantity));
      if (!levels.every((level) => level !== null)) return [];
      return [
        {
          day: days[i]!,
          values: levels.map(({ value }) => value),
          withinVariances: levels.map(({ variance }) => variance),
        },
      ];
    }),
  }));
}
