import type { AdditiveModel } from '../../statistics/additiveModel';
import { isAbove, isWithin } from '../../statistics/comparison';
import { fewestBlocks } from '../../statistics/sequential';
import type { Decision } from './verdictSchema';

/**
 * One-sided levels: without one trial a claim is not asked to hold as surely as with it, for any claim that has just become sure would fail that.
 * What is not even likely any more rested on that trial.
 */
const likely = { beaten: 0.1, within: 0.15 };
const least = fewestBlocks - 1;

/**
 * The one trial that a claim rests on: without its block one that is left out would not even likely be beaten, or two that are tied not within
 * the margin. Of several blocks the first counts, and in it of the two the trial that strays more. null where there is none: that is the
 * rule, for values that stray count with a bounded weight.
 *
 * @param tied what is claimed: the lowest, and those that are tied with it
 * @param ids all candidates
 */
export function decisiveTrial(
  tied: readonly string[],
  ids: readonly string[],
  model: AdditiveModel,
  marginPercent: number,
): Decision['decisiveTrial'] {
  for (const block of model.costs.get(tied[0]!)!.keys()) {
    const pair = unlikelyPair(tied, ids, model.without(block), marginPercent);
    if (pair === null) continue;
    const strays = (id: string) => Math.abs(model.residual(id, block));
    const [most] = pair.filter((id) => model.costs.get(id)!.has(block)).sort((a, b) => strays(b) - strays(a));
    return { configuration: most ?? tied[0]!, block };
  }
  return null;
}

/** Two of which what is claimed is not likely. */
function unlikelyPair(
  tied: readonly string[],
  ids: readonly string[],
  { difference }: AdditiveModel,
  marginPercent: number,
): [string, string] | null {
  const apart = ids
    .filter((id) => !tied.includes(id))
    .find((id) => !tied.some((other) => isAbove(difference(id, other), likely.beaten, least)));
  if (apart !== undefined) return [tied[0]!, apart];
  for (const [i, one] of tied.entries()) {
    for (const other of tied.slice(0, i))
      if (!isWithin(difference(one, other), likely.within, marginPercent, least)) return [other, one];
  }
  return null;
}
