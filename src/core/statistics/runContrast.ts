import type { BetweenRuns } from './betweenRuns';
import { mean, standardDeviation } from './statistics';
import { tCritical } from './studentT';
import { type WelchDifference, welchDifference } from './welch';

/** What one run of a side says of a quantity: mean of n values, and the variance of that mean (NaN at n = 1). */
export type RunMean = { day: number; value: number; variance: number; n: number };

/** Fewest days of a side from whose scatter the side's mean is judged. */
export const fewestUnits = 3;

export function runMean(values: readonly number[], day: number): RunMean {
  const n = values.length;
  return { day, value: mean(values), variance: standardDeviation(values) ** 2 / n, n };
}

/** Means of a side's days: each day counts as much as another. */
export function dayMeans(side: readonly RunMean[]): number[] {
  const days = new Map<number, number[]>();
  for (const { day, value } of side) days.set(day, [...(days.get(day) ?? []), value]);
  return [...days.values()].map(mean);
}

/** Second side less the first, by what the runs themselves scatter alone (Welch 1947 where each side is one run). */
export function withinDifference(first: readonly RunMean[], second: readonly RunMean[]): WelchDifference {
  const parts = [...weighted(first), ...weighted(second)];
  return { mean: mean(dayMeans(second)) - mean(dayMeans(first)), ...satterthwaite(parts) };
}

/**
 * The same with what lies between runs: its variance stands for each day of a side, and what a run scatters more within than the runs do that it
 * was estimated of comes on top.
 *
 * @param k which of the quantities that `between` is of
 */
export function betweenDifference(
  first: readonly RunMean[],
  second: readonly RunMean[],
  between: BetweenRuns,
  k: number,
): WelchDifference {
  const days = 1 / dayMeans(first).length + 1 / dayMeans(second).length;
  const more = [...weighted(first), ...weighted(second)].map(({ weight, variance }) =>
    Number.isFinite(variance) ? weight ** 2 * Math.max(0, variance - between.withinVariances[k]!) : 0,
  );
  return {
    mean: mean(dayMeans(second)) - mean(dayMeans(first)),
    standardError: Math.sqrt(days * between.variances[k]! + more.reduce((sum, part) => sum + part, 0)),
    // Not more for what is added: where few runs happen to lie close together, it would seem to be known well.
    degreesOfFreedom: between.degreesOfFreedom,
  };
}

/** The same from the scatter of the sides' days; null where one has fewer than three. */
export function sidesDifference(first: readonly RunMean[], second: readonly RunMean[]): WelchDifference | null {
  const [one, other] = [dayMeans(first), dayMeans(second)];
  return Math.min(one.length, other.length) < fewestUnits ? null : welchDifference(one, other);
}

/** Half-width of the interval; null where nothing tells the spread. */
export function halfWidth({ standardError, degreesOfFreedom }: WelchDifference, tail: number): number | null {
  return Number.isFinite(standardError) ? tCritical(tail, degreesOfFreedom) * standardError : null;
}

type Part = { weight: number; variance: number; df: number };

function weighted(side: readonly RunMean[]): Part[] {
  const days = new Set(side.map(({ day }) => day)).size;
  return side.map(({ day, variance, n }) => {
    const ofDay = side.filter((other) => other.day === day).length;
    return { weight: 1 / days / ofDay, variance, df: n - 1 };
  });
}

function satterthwaite(parts: readonly Part[]): { standardError: number; degreesOfFreedom: number } {
  const variances = parts.map(({ weight, variance }) => weight ** 2 * variance);
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  const df = parts.map((part) => part.df);
  // Values that are all alike have no spread: any degrees of freedom will do.
  const degreesOfFreedom =
    total === 0
      ? df.reduce((sum, d) => sum + d, 0)
      : total ** 2 / variances.reduce((sum, variance, i) => sum + (variance === 0 ? 0 : variance ** 2 / df[i]!), 0);
  return { standardError: Math.sqrt(total), degreesOfFreedom };
}
