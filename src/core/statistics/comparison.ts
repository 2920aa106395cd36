import type { ComparisonTails } from './confidence';
import { fewestBlocks } from './sequential';
import { mean, standardDeviation } from './statistics';
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
 * Differences of ln cost, first minus second, over the blocks that both have: what drifts from block to block cancels. What is not
 * known of each of the two does not: it is added. Of what they share the difference of its effects counts.
 */
export type PairedDifference = { mean: number; sd: number; n: number; edge: number };

export function pairedDifference(first: BlockCosts, second: BlockCosts): PairedDifference {
  const differences: number[] = [];
  for (const [block, cost] of first) {
    const other = second.get(block);
    if (other !== undefined) differences.push(cost - other);
  }
  const edge = (first.edge ?? 0) + (second.edge ?? 0) + sharedEdge(first.shared, second.shared);
  return { mean: mean(differences), sd: standardDeviation(differences), n: differences.length, edge };
}

function sharedEdge(first: SharedEdge = { up: 0, down: 0 }, second: SharedEdge = { up: 0, down: 0 }): number {
  return Math.max(Math.abs(first.up - second.up), Math.abs(first.down - second.down));
}

/** t interval of a paired difference, on the ln scale; null with fewer than two common blocks. */
export function differenceInterval(d: PairedDifference, tail: number): { low: number; high: number } | null {
  if (d.n < 2) return null;
  const half = (tCritical(tail, d.n - 1) * d.sd) / Math.sqrt(d.n) + d.edge;
  return { low: d.mean - half, high: d.mean + half };
}

/** ln of a ratio as a difference in percent. */
export function asPercent(lnRatio: number): number {
  return Math.expm1(lnRatio) * 100;
}

/** Differences of ln cost this small are rounding, not energy. */
export const rounding = 1e-9;

export function compare(
  id: string,
  costs: BlockCosts,
  best: BlockCosts,
  tails: ComparisonTails,
  equivalencePercent: number,
): ToBest {
  const d = pairedDifference(costs, best);
  const interval = differenceInterval(d, tails.worse);
  const inner = differenceInterval(d, tails.equivalent);
  const margin = Math.log1p(equivalencePercent / 100);
  const enough = d.n >= fewestBlocks;
  const worse = enough && interval !== null && interval.low > rounding;
  const withinMargin = enough && inner !== null && inner.low > -margin && inner.high < margin;
  return {
    id,
    differencePercent: d.n === 0 ? null : asPercent(d.mean),
    low: interval && asPercent(interval.low),
    high: interval && asPercent(interval.high),
    relation: worse ? 'worse' : withinMargin ? 'equivalent' : 'unresolved',
    withinMargin,
    blocks: d.n,
  };
}

/** No more blocks than this are foretold; beyond, the spread is too large for the difference. */
const farthest = 200;

/**
 * Blocks at which this difference would be told apart or shown equivalent, if mean and spread stay
 * as they are; null beyond 200 or with fewer than two common blocks.
 */
export function blocksToDecide(d: PairedDifference, tails: ComparisonTails, equivalencePercent: number): number | null {
  if (d.n < 2) return null;
  const margin = Math.log1p(equivalencePercent / 100);
  for (let n = Math.max(d.n, fewestBlocks); n <= farthest; n++) {
    const error = d.sd / Math.sqrt(n);
    if (tCritical(tails.worse, n - 1) * error + d.edge < d.mean) return n;
    if (Math.abs(d.mean) + tCritical(tails.equivalent, n - 1) * error + d.edge < margin) return n;
  }
  return null;
}

/** The one whose worst paired difference to any other is smallest: the lowest mean where all share all blocks. */
export function lowestCost(costs: ReadonlyMap<string, BlockCosts>): string | null {
  let best: string | null = null;
  let bestRegret = Number.POSITIVE_INFINITY;
  for (const [id, own] of costs) {
    if (own.size === 0) continue;
    let regret = Number.NEGATIVE_INFINITY;
    for (const [other, theirs] of costs) {
      if (other === id) continue;
      regret = Math.max(regret, meanDifference(own, theirs));
    }
    if (best === null || regret < bestRegret) [best, bestRegret] = [id, regret];
  }
  return best;
}

/** −∞ where no block is shared. */
function meanDifference(first: BlockCosts, second: BlockCosts): number {
  let sum = 0;
  let n = 0;
  for (const [block, cost] of first) {
    const other = second.get(block);
    if (other === undefined) continue;
    sum += cost - other;
    n++;
  }
  return n === 0 ? Number.NEGATIVE_INFINITY : sum / n;
}
