import { mean } from './statistics';

/**
 * How far the values of equal runs lie apart from one day to another, and what it does to the difference of two runs.
 * On the ln scale throughout; quantities are contrasts to one reference that a run has in common (docs/statistics.md).
 */

/** One run: its values, and of each the variance within the run (of the mean over blocks; NaN where it is not known). */
export type RunValues = { day: number; values: readonly number[]; withinVariances: readonly number[] };

/** Runs whose truths are the same. `isAligned`: its quantities are those that are compared, in their order. */
export type EqualRuns = { runs: readonly RunValues[]; isAligned: boolean };

export type BetweenRuns = {
  /** Of a value of one run, for each quantity: what is between days and what is within the run together. */
  variances: readonly number[];
  /** Means of what is within the runs, which is part of that. */
  withinVariances: readonly number[];
  degreesOfFreedom: number;
  /** The root of the mean variance. */
  deviation: number;
  runs: number;
  days: number;
};

/** Fewer runs tell nothing of how far such runs lie apart. */
const fewestRuns = 3;

/**
 * Half the mean squared difference of runs of different days: runs of one day share what the day does. A quantity has the larger one of
 * its own variance and the mean over all quantities, so that a quantity that differs more than the others is not taken for one of them.
 *
 * Degrees of freedom: a day less one of each group; the mean over m contrasts to one reference, whose correlation is 1/2, has
 * 1 / (1/m + (m − 1)/4m) times as many (Satterthwaite 1946).
 *
 * @param count quantities that are compared
 * @returns null where fewer than three runs on two days tell of it
 */
export function betweenRuns(groups: readonly EqualRuns[], count: number): BetweenRuns | null {
  const telling = groups.filter(({ runs }) => daysOf(runs) > 1 && runs[0]!.values.length > 0);
  const all = telling.flatMap(({ runs }) => runs);
  if (count === 0 || all.length < fewestRuns) return null;
  const squares = telling.map(({ runs }) => runs[0]!.values.map((_, k) => halfSquare(runs, k)));
  const degrees = telling.map(({ runs }) => daysOf(runs) - 1);
  const weighted = (of: (g: number) => number, chosen: readonly number[]) =>
    chosen.reduce((sum, g) => sum + degrees[g]! * of(g), 0) / chosen.reduce((sum, g) => sum + degrees[g]!, 0);
  const pooled = weighted((g) => mean(squares[g]!), [...telling.keys()]);
  const aligned = [...telling.keys()].filter((g) => telling[g]!.isAligned);
  const own = (k: number) => (aligned.length > 0 ? weighted((g) => squares[g]![k]!, aligned) : pooled);
  const known = (values: readonly number[]) => values.map((value) => (Number.isFinite(value) ? value : 0));
  const alignedRuns = aligned.flatMap((g) => telling[g]!.runs);
  const pooledWithin = mean(all.map((run) => mean(known(run.withinVariances))));
  const within = (k: number) =>
    alignedRuns.length > 0 ? mean(known(alignedRuns.map((run) => run.withinVariances[k]!))) : pooledWithin;
  const quantities = Array.from({ length: count }, (_, k) => k);
  return {
    variances: quantities.map((k) => Math.max(pooled, own(k))),
    withinVariances: quantities.map(within),
    degreesOfFreedom: telling.reduce((sum, { runs }, g) => {
      const m = runs[0]!.values.length;
      return sum + degrees[g]! / (1 / m + (m - 1) / (4 * m));
    }, 0),
    deviation: Math.sqrt(pooled),
    runs: all.length,
    days: telling.reduce((sum, { runs }) => sum + daysOf(runs), 0),
  };
}

const daysOf = (runs: readonly RunValues[]) => new Set(runs.map(({ day }) => day)).size;

function halfSquare(runs: readonly RunValues[], k: number): number {
  let [sum, pairs] = [0, 0];
  runs.forEach((one, i) => {
    for (const other of runs.slice(0, i)) {
      if (other.day === one.day) continue;
      sum += (one.values[k]! - other.values[k]!) ** 2 / 2;
      pairs++;
    }
  });
  return sum / pairs;
}

/** Milliseconds from the first run of a day to the first of the next. */
const dayMs = 12 * 3_600_000;

/**
 * The day of each run, numbered from 0: whatever began within twelve hours of the first of a day is of that day, whichever zone the clock is of.
 *
 * @param began milliseconds since 1970
 */
export function daysFrom(began: readonly number[]): number[] {
  const days = new Map<number, number>();
  let [first, day] = [Number.NEGATIVE_INFINITY, -1];
  for (const at of [...began].sort((a, b) => a - b)) {
    if (at - first >= dayMs) [first, day] = [at, day + 1];
    days.set(at, day);
  }
  return began.map((at) => days.get(at)!);
}

/** Whether runs of two sides took turns: in the order of time each two hold one of either, so that a day is no more one side's than the other's. */
export function takeTurns(first: readonly number[], second: readonly number[]): boolean {
  if (first.length !== second.length) return false;
  const sides = [...first.map((at) => ({ at, side: 0 })), ...second.map((at) => ({ at, side: 1 }))]
    .sort((a, b) => a.at - b.at)
    .map(({ side }) => side);
  return sides.every((side, i) => i % 2 === 0 || side !== sides[i - 1]);
}
