import type { Configuration } from '../configuration/configuration';
import { fewestBlocks } from '../statistics/sequential';
import { firstChoice } from './firstChoice';
import { type Curve, isFew, ruledOut, type Standing } from './leftOut';

/** Shares of all trials for the first block, and kept back for the blocks in which few are left. */
const firstShare = 0.125;
const keptShare = 0.5;
/** Fewest that are worth to be measured to the end beside what is always measured. */
const fewestFollowed = 3;

/**
 * Which configurations a block measures: in the first one those that tell most of all others; from then on all that could still be the choice, the
 * likeliest first, as far as the trials reach.
 *
 * @param standings aligned with `configurations`
 * @param at the block, from 1, the last one that there may be, and the trials that may still be measured
 * @returns places in `configurations`, ascending
 */
export function nextBlock(
  configurations: readonly Configuration[],
  standings: readonly Standing[],
  curve: Curve,
  at: { block: number; lastBlock: number; trialsLeft: number; marginPercent: number },
): number[] {
  const { block, lastBlock, trialsLeft, marginPercent } = at;
  const measured = configurations.map((_, i) => i).filter((i) => !standings[i]!.isSettled);
  const always = measured.filter((i) => standings[i]!.isAlways);
  const total = trialsLeft + standings.reduce((sum, { trials }) => sum + trials, 0);
  const followed = always.length + fewestFollowed;
  const keptEach = Math.max(followed, Math.round((keptShare * total) / lastBlock));
  const most = Math.min(trialsLeft, Math.max(keptEach, trialsLeft - keptEach * Math.max(0, lastBlock - block)));
  const chosen = (wanted: readonly number[]) => wanted.slice(0, most).sort((a, b) => a - b);

  if (standings.every(({ trials }) => trials === 0)) {
    const open = measured.filter((i) => !standings[i]!.isBroken || standings[i]!.isAlways);
    const count = Math.min(most, Math.max(followed, Math.round(firstShare * total)));
    const design = firstChoice(
      open.map((i) => configurations[i]!),
      always.map((i) => open.indexOf(i)),
      count,
    );
    return chosen(design.map((i) => open[i]!));
  }
  // Whoever can be compared is measured until that is decided; of the others also those that may cost less by a little, as long as there are trials.
  const must = measured.filter((i) => standings[i]!.isAlways || i === curve.lowest || !isFew(standings[i]!));
  const few = measured.filter((i) => !must.includes(i));
  // Who comes too late for a comparison is judged by the curve, to the margin that a verdict names.
  const isLate = (i: number) => standings[i]!.trials + lastBlock - block + 1 < fewestBlocks;
  const byMargin = ruledOut(few, standings, curve, marginPercent);
  const byLittle = ruledOut(few, standings, curve, 0);
  const isOut = (i: number) => (isLate(i) ? byMargin : byLittle).has(i);
  const promise = new Map(few.map((i) => [i, curve.chance(i, marginPercent)]));
  const wanted = few.filter((i) => !isOut(i)).sort((a, b) => promise.get(b)! - promise.get(a)!);
  return chosen([...must, ...wanted]);
}
