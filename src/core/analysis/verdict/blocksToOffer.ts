import { mostBlocks } from '../../spec/mostBlocks';
import type { Verdict } from './verdictSchema';

/** Whether a service level is kept has no estimate of its own: so many are offered then. */
const blocksForALimit = 5;

/**
 * How many more blocks to offer for a verdict that is open: about what would decide it; null where there is a verdict, or
 * none that more blocks might bring.
 *
 * @param blocks that the run has
 */
export function blocksToOffer(
  { kind, openBecause, moreBlocks, feasibility }: Pick<Verdict, 'kind' | 'openBecause' | 'moreBlocks' | 'feasibility'>,
  blocks: number,
): number | null {
  if (kind !== 'unresolved') return null;
  const mayDecide = feasibility.some((f) => f.feasible === 'unresolved' && f.blocksMayDecide);
  const more = openBecause === 'feasibility' && mayDecide ? blocksForALimit : moreBlocks;
  const offered = Math.min(more ?? 0, mostBlocks - blocks);
  return offered > 0 ? offered : null;
}
