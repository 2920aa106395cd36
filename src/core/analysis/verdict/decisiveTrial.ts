import type { AdditiveModel } from '../../statistics/additiveModel';
import { claimAmong } from '../../statistics/claim';
import { fewestBlocks } from '../../statistics/sequential';
import type { Decision } from './verdictSchema';

/**
 * One-sided levels: without one trial a claim is not asked to hold as surely as with it, for any claim that has just become sure would fail that.
 * What is not even likely any more rested on that trial.
 */
const likely = { verdict: 0.1, equivalent: 0.15 };

/**
 * The one trial that a claim rests on: without its block another one would be named, or none, even at a level of 10 %. Of several
 * blocks the first counts, and in it the trial of the lowest or of the one that is no longer told from it that strays more. null where there is
 * none: that is the rule, for values that stray count with a bounded weight.
 *
 * @param tied what is claimed: the lowest and those that are tied with it, the lowest first; nothing is open
 */
export function decisiveTrial(
  tied: readonly string[],
  ids: readonly string[],
  model: AdditiveModel,
  marginPercent: number,
): Decision['decisiveTrial'] {
  const lowest = tied[0]!;
  const isTied = new Set(tied);
  for (const block of model.costs.get(lowest)!.keys()) {
    const left = claimAmong(ids, model.without(block).difference, likely, marginPercent, fewestBlocks - 1);
    const strangers = left?.tied.filter((id) => !isTied.has(id)) ?? [];
    const lost = left ? tied.filter((id) => !left.tied.includes(id)) : [];
    const other = left?.open[0]?.id ?? strangers[0] ?? lost[0];
    if (other === undefined) continue;
    const pair = [lowest, other].filter((id) => model.costs.get(id)!.has(block));
    const strays = (id: string) => Math.abs(model.residual(id, block));
    return { configuration: pair.sort((a, b) => strays(b) - strays(a))[0]!, block };
  }
  return null;
}
