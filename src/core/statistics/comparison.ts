import { fewestBlocks } from './sequential';
import { tCritical } from './studentT';
import type { ToBest } from './toBest';

/**
 * ln of a positive cost in each block; `edge`: half-width in which all of them are known at worst, left out where that is 0;
 * `shared`: by how much all of them are off where a quantity that the others share is as far off as it may be, one way or the other.
 */
export type BlockCosts = ReadonlyMap<number, number> & { readonly edge?: number; readonly shared?: SharedEdge };
export type SharedEdge = { up: number; down: number };

export const withEdge = (
  costs: ReadonlyMap<number, number>,
  edge: number,
  shared: SharedEdge | null = null,
): BlockCosts =>
  edge === 0 && shared === null
    ? costs
    : Object.assign(new Map(costs), { ...(edge > 0 && { edge }), ...(shared !== null && { shared }) });

/**
 * Difference of mean ln costs within blocks, its standard error and the degrees of freedom of that (`NaN` and 0 with fewer than two common
 * blocks); n: common blocks. `edge`: half-width in which it is known at worst, however many blocks there are.
 */
export type Difference = { mean: number; error: number; degreesOfFreedom: number; n: number; edge: number };

/** What is not known of each of the two does not cancel: it is added. Of what they share the difference of its effects counts. */
export const edgeOfDifference = (first: BlockCosts, second: BlockCosts): number =>
  (first.edge ?? 0) + (second.edge ?? 0) + sharedEdge(first.shared, second.shared);

function sharedEdge(first: SharedEdge = { up: 0, down: 0 }, second: SharedEdge = { up: 0, down: 0 }): number {
  return Math.max(Math.abs(first.up - second.up), Math.abs(first.down - second.down));
}

/** Half of the t interval of a difference, on the ln scale; null with fewer than two common blocks. */
export function halfWidth({ n, error, degreesOfFreedom, edge }: Difference, tail: number): number | null {
  // Degrees of freedom in tenths, downwards: few quantiles then serve all pairs.
  return n < 2 ? null : tCritical(tail, Math.floor(degreesOfFreedom * 10) / 10) * error + edge;
}

/** t interval of a difference, on the ln scale; null with fewer than two common blocks. */
export function differenceInterval(d: Difference, tail: number): { low: number; high: number } | null {
  const half = halfWidth(d, tail);
  return half === null ? null : { low: d.mean - half, high: d.mean + half };
}

/** ln of a ratio as a difference in percent. */
export function asPercent(lnRatio: number): number {
  return Math.expm1(lnRatio) * 100;
}

/** Differences of ln cost this small are rounding, not energy. */
export const rounding = 1e-9;

/** Surely above 0; never on fewer than `least` blocks. */
export const isAbove = (d: Difference, tail: number, least = fewestBlocks): boolean =>
  d.n >= least && differenceInterval(d, tail)!.low > rounding;

/** Surely within ± the margin, on the ratio scale (TOST, Schuirmann 1987). */
export function isWithin(d: Difference, tail: number, marginPercent: number, least = fewestBlocks): boolean {
  if (d.n < least) return false;
  const { low, high } = differenceInterval(d, tail)!;
  const margin = Math.log1p(marginPercent / 100);
  return low > -margin && high < margin;
}

/**
 * How one stands to the best, of their difference. Wholly within the margin it is equivalent, also where it is surely more: by so little
 * nobody would choose.
 */
export function toBest(
  id: string,
  d: Difference,
  tails: { worse: number; equivalent: number },
  marginPercent: number,
): ToBest {
  const interval = differenceInterval(d, tails.worse);
  const withinMargin = isWithin(d, tails.equivalent, marginPercent);
  return {
    id,
    differencePercent: d.n === 0 ? null : asPercent(d.mean),
    low: interval && asPercent(interval.low),
    high: interval && asPercent(interval.high),
    relation: withinMargin ? 'equivalent' : isAbove(d, tails.worse) ? 'worse' : 'unresolved',
    withinMargin,
    blocks: d.n,
  };
}

/** The one whose worst difference to any other is smallest: the lowest mean where all share all blocks; null without any. */
export function lowestOf(
  ids: readonly string[],
  difference: (first: string, second: string) => Difference,
): string | null {
  let best: string | null = null;
  let bestRegret = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    let regret = Number.NEGATIVE_INFINITY;
    for (const other of ids) {
      if (other === id) continue;
      const { mean, n } = difference(id, other);
      if (n > 0) regret = Math.max(regret, mean);
      // No need to look further: it is not the lowest.
      if (regret >= bestRegret) break;
    }
    if (best === null || regret < bestRegret) [best, bestRegret] = [id, regret];
  }
  return best;
}
