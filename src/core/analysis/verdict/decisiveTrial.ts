import type { AdditiveModel } from '../../statistics/additiveModel';
import { type Claim, claimAmong } from '../../statistics/claim';
import { fewestBlocks } from '../../statistics/sequential';
import type { Decision } from './verdictSchema';

/** Plain one-sided levels of one look: without one trial a claim is not asked to hold at a level that is made for many looks. */
const plain = { verdict: 0.025, equivalent: 0.05 };

/**
 * The one trial that a claim rests on: without its block another one would be named, or none, even at the level of a single look. Of several
 * blocks the first counts, and in it the trial of the lowest or of the one that is no longer told from it that strays more. null where there is
 * none: that is the rule, for values that stray count with a bounded weight.
 *
 * @param claim without anything open
 */
export function decisiveTrial(
  claim: Claim,
  ids: readonly string[],
  model: AdditiveModel,
  marginPercent: number,
): Decision['decisiveTrial'] {
  const isTied = new Set(claim.tied);
  for (const block of model.blocks(claim.lowest)) {
    const left = claimAmong(ids, model.without(block).difference, plain, marginPercent, fewestBlocks - 1);
    const strangers = left?.tied.filter((id) => !isTied.has(id)) ?? [];
    const lost = left ? claim.tied.filter((id) => !left.tied.includes(id)) : [];
    const other = left?.open[0]?.id ?? strangers[0] ?? lost[0];
    if (other === undefined) continue;
    const pair = [claim.lowest, other].filter((id) => model.blocks(id).includes(block));
    const strays = (id: string) => Math.abs(model.residual(id, block));
    return { configuration: pair.sort((a, b) => strays(b) - strays(a))[0]!, block };
  }
  return null;
}
