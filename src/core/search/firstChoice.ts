import type { Configuration } from '../configuration/configuration';
import { priorCovariance } from './priorCovariance';

/** In the middle of what costs are like. */
const usual = { amplitude: 0.3, length: 2 };
const usualDeviation = 0.01;

/**
 * Which configurations tell most of all others: one after the other the one that is least known by those before (the pivots of Cholesky's
 * factor; Seeger et al. 2003). So ends of ranges come first, then middles.
 *
 * @param first places of those that are taken in any case
 * @returns places in the list, `first` first
 */
export function firstChoice(
  configurations: readonly Configuration[],
  first: readonly number[],
  count: number,
): number[] {
  const covariance = priorCovariance(configurations, usual, usualDeviation);
  const variances = covariance.map((row, i) => row[i]!);
  const columns: Float64Array[] = [];
  const chosen: number[] = [];
  const take = (place: number) => {
    const pivot = Math.sqrt(variances[place]!);
    const column = Float64Array.from(
      covariance[place]!,
      (value, i) => (value - columns.reduce((sum, c) => sum + c[place]! * c[i]!, 0)) / pivot,
    );
    columns.push(column);
    for (let i = 0; i < variances.length; i++) variances[i] = Math.max(1e-12, variances[i]! - column[i]! ** 2);
    chosen.push(place);
  };
  for (const place of first) take(place);
  while (chosen.length < Math.min(count, configurations.length)) {
    let best = -1;
    for (let i = 0; i < variances.length; i++) {
      if (!chosen.includes(i) && (best < 0 || variances[i]! > variances[best]! + 1e-12)) best = i;
    }
    take(best);
  }
  return chosen;
}
