import type { Interval } from './interval';
import { tCritical } from './studentT';

export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sample standard deviation (n − 1 in the denominator); NaN for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Student's t interval of the mean (Student 1908) on the plain scale, for what may be negative: differences, net joules. One value
 * has no interval: low and high are null.
 *
 * @param tail probability outside on each side: 0.025 gives a 95 % interval
 * @param edge half-width in which all values are known at worst: a bound that they share, so it is added whole, whatever n
 */
export function meanInterval(values: readonly number[], tail = 0.025, edge = 0): Interval {
  const n = values.length;
  const centre = mean(values);
  if (n < 2) return { mean: centre, low: null, high: null, n };
  const half = (tCritical(tail, n - 1) * standardDeviation(values)) / Math.sqrt(n) + edge;
  return { mean: centre, low: centre - half, high: centre + half, n };
}

/**
 * Interval of what is never negative (joules, watts, rates, times), on the ratio scale: Student's t interval of the mean of the
 * logarithms, exponentiated. So no end is below 0, however few the values, and it scales with the unit.
 *
 * `mean` stays the arithmetic one. It lies inside: the geometric mean, which the interval is around, is below it by about s²/2 of the
 * logarithms (.1 % at a CV of 5 %), and half an interval is t · s/√n. Of extreme values (one of twelve 30 times the others) it would
 * not; then the nearer end is moved to it. Values of which one is 0 have no logarithms: their interval is that of the plain
 * scale, cut off at 0.
 *
 * @param tail probability outside on each side: 0.025 gives a 95 % interval
 * @param edge half-width in which all values are known at worst, in their unit: added to both ends, whatever n
 */
export function positiveInterval(values: readonly number[], tail = 0.025, edge = 0): Interval {
  const plain = meanInterval(values, tail, edge);
  if (plain.low === null || plain.high === null) return plain;
  if (values.some((value) => !(value > 0))) return { ...plain, low: Math.max(0, plain.low) };
  const logs = meanInterval(values.map(Math.log), tail);
  return {
    ...plain,
    low: Math.max(0, Math.min(plain.mean, Math.exp(logs.low!)) - edge),
    high: Math.max(plain.mean, Math.exp(logs.high!)) + edge,
  };
}

/** Coefficient of variation in percent; null for fewer than two values or a mean of 0. */
export function spreadPercent(values: readonly number[]): number | null {
  const centre = mean(values);
  return values.length < 2 || centre === 0 ? null : (standardDeviation(values) / Math.abs(centre)) * 100;
}

/** Fewest values on which a percentile (0 < percent < 100) may rest: p50 2, p95 20, p99 100. */
export function fewestForPercentile(percent: number): number {
  // 100/(100 − 95) is exact, 1/(1 − 0.95) is not.
  return Math.ceil(100 / (100 - percent) - 1e-9);
}

/**
 * The percentile by linear interpolation between order statistics (definition 7 of Hyndman & Fan
 * 1996), or null where fewer than `fewestForPercentile` values stand behind it.
 *
 * @param sorted ascending
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number | null {
  return sorted.length < fewestForPercentile(percent) ? null : interpolated(sorted, percent);
}

/** The same of however few values, one at least. */
export function interpolated(sorted: ArrayLike<number>, percent: number): number {
  const n = sorted.length;
  const position = ((n - 1) * percent) / 100;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, n - 1)]!;
  return low + (position - below) * (high - low);
}

/**
 * Distribution-free interval of a percentile: the order statistics whose ranks enclose it with at
 * least 1 − 2·tail by the binomial distribution (Conover 1999, §3.2). null where the values are too
 * few to enclose it from both sides. For independent values from one distribution.
 *
 * @param sorted ascending
 */
export function percentileInterval(
  sorted: ArrayLike<number>,
  percent: number,
  tail = 0.025,
): { low: number; high: number } | null {
  const n = sorted.length;
  const p = percent / 100;
  // Number of values at or below the true percentile: binomial(n, p).
  let lowRank = 0;
  let highRank = -1;
  let logTerm = n * Math.log1p(-p);
  let cumulative = 0;
  for (let k = 0; k < n; k++) {
    cumulative += Math.exp(logTerm);
    if (cumulative <= tail) lowRank = k + 1;
    if (cumulative >= 1 - tail) {
      highRank = k + 1;
      break;
    }
    logTerm += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p));
  }
  if (lowRank < 1 || highRank < 1) return null;
  return { low: sorted[lowRank - 1]!, high: sorted[highRank - 1]! };
}
