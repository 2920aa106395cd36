import { type Difference, isAbove, isWithin, lowestOf } from './comparison';
import type { ComparisonTails } from './confidence';
import { fewestBlocks } from './sequential';

/** What may be claimed of several at one look. */
export type Claim = {
  /** The lowest so far. */
  lowest: string;
  /** The lowest and those that are within the margin of it and of each other, the lowest first; the lowest alone where nothing is. */
  tied: string[];
  /** Neither surely more than one of `tied`, nor within the margin of all of them; with the one that they were not told from. Empty: all is decided. */
  open: { id: string; from: string }[];
};

/**
 * Who may be the choice: the lowest, unless others are within the margin of it and of each other. Every other one has to be beaten, each
 * by its own test (`tails.verdict`).
 *
 * @param ids with costs
 * @param least common blocks, below which nothing is claimed of two
 * @returns null without any
 */
export function claimAmong(
  ids: readonly string[],
  difference: (first: string, second: string) => Difference,
  tails: Pick<ComparisonTails, 'verdict' | 'equivalent'>,
  marginPercent: number,
  least = fewestBlocks,
): Claim | null {
  const lowest = lowestOf(ids, difference);
  if (lowest === null) return null;
  const open: Claim['open'] = [];
  const near: { id: string; mean: number }[] = [];
  for (const id of ids) {
    if (id === lowest) continue;
    const d = difference(id, lowest);
    if (isWithin(d, tails.equivalent, marginPercent, least)) near.push({ id, mean: d.mean });
    else if (!isAbove(d, tails.verdict, least)) open.push({ id, from: lowest });
  }
  const tied = [lowest];
  for (const { id } of near.sort((a, b) => a.mean - b.mean)) {
    const apart = tied.filter((other) => !isWithin(difference(id, other), tails.equivalent, marginPercent, least));
    if (apart.length === 0) tied.push(id);
    // Within the margin of the lowest, yet surely more than another that is: then it is not one of them.
    else if (!apart.some((other) => isAbove(difference(id, other), tails.verdict, least)))
      open.push({ id, from: apart[0]! });
  }
  return { lowest, tied, open };
}
