import { type Difference, isAbove, isWithin, lowestOf } from './comparison';
import type { TailsAt } from './confidence';
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
 * Who may be the choice: the lowest, unless others are within the margin of it and of each other. Every other one has to be beaten. Where the
 * lowest alone is claimed, each by its own test (`tails.verdict`): the claim needs all of them. Beside tied ones each one that is left out is a claim of
 * its own, which holds family-wise (`tails.worse`).
 *
 * @param ids with costs
 * @param least common blocks, below which nothing is claimed of two
 * @returns null without any
 */
export function claimAmong(
  ids: readonly string[],
  difference: (first: string, second: string) => Difference,
  tails: (blocks: number) => Pick<ReturnType<TailsAt>, 'verdict' | 'worse' | 'equivalent'>,
  marginPercent: number,
  least = fewestBlocks,
): Claim | null {
  const lowest = lowestOf(ids, difference);
  if (lowest === null) return null;
  const others = ids.filter((id) => id !== lowest).map((id) => ({ id, d: difference(id, lowest) }));
  const isNear = (d: Difference) => isWithin(d, tails(d.n).equivalent, marginPercent, least);
  const near = others.filter(({ d }) => isNear(d));
  const isBeaten = (d: Difference) => isAbove(d, near.length === 0 ? tails(d.n).verdict : tails(d.n).worse, least);
  const open: Claim['open'] = others
    .filter((other) => !near.includes(other) && !isBeaten(other.d))
    .map(({ id }) => ({ id, from: lowest }));
  const tied = [lowest];
  for (const { id } of near.sort((a, b) => a.d.mean - b.d.mean)) {
    const apart = tied.filter((other) => !isNear(difference(id, other)));
    if (apart.length === 0) tied.push(id);
    // Within the margin of the lowest, yet surely more than another that is: then it is not one of them.
    else if (!apart.some((other) => isBeaten(difference(id, other)))) open.push({ id, from: apart[0]! });
  }
  return { lowest, tied, open };
}
