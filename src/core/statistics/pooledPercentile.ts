import { normalQuantile } from './normal';
import { standardDeviation } from './statistics';
import { tCritical } from './studentT';

/**
 * Interval of a percentile of values that come in groups (the batches of each trial), whose groups differ: the spread of the groups'
 * own percentiles tells it, not the number of values in them. On the logarithm, about the percentile of all values,
 *
 *     ln q ± t(tail, n − 1) · s / √n · √(1 + z²/2 · n/(n − 1)),
 *
 * s the standard deviation of the n groups' ln q, z the normal quantile of the percentile. A percentile of the mixture moves with the
 * mean of the groups, which is known to s/√n, and where the groups' differences are as wide as their values also with z times their
 * spread, which n groups tell to s/√(2(n − 1)). Where each group is wide in itself the second part is too much, and the interval
 * covers more than it says (docs/statistics.md has the simulation).
 *
 * @param pooled the percentile of all values
 * @param own the percentile in each group
 * @returns null of a single group, and where a percentile is not above 0, which has no logarithm
 */
export function pooledPercentileInterval(
  pooled: number,
  own: readonly number[],
  percent: number,
  tail: number,
): { low: number; high: number } | null {
  const n = own.length;
  if (n < 2 || ![pooled, ...own].every((value) => value > 0)) return null;
  const z = normalQuantile(percent / 100);
  const spread = standardDeviation(own.map(Math.log));
  const half = tCritical(tail, n - 1) * spread * Math.sqrt((1 + ((z * z) / 2) * (n / (n - 1))) / n);
  return { low: pooled * Math.exp(-half), high: pooled * Math.exp(half) };
}
