import { fewestBlocks, lookSchedule, nominalLevel } from './sequential';

/** How many blocks are measured: `min` at least, and more until the intervals are within ± `intervalPercent`, at most `max`. */
export type Repeats = { min: number; max: number; intervalPercent: number };

/** Confidence of every interval and verdict, in percent. */
export const confidencePercent = 95;
const alpha = 1 - confidencePercent / 100;

/**
 * Tail probability of the intervals of a run. Where the number of repeats is fixed it is 2.5 %. Where
 * the run may stop because the spread, or a difference, came out favourably, a plain interval covers
 * up to 3.5 points less than it says; 1.5 % a side pays for that (docs/statistics.md, simulated).
 */
export function intervalTail(repeats: Repeats): number {
  const isFixed = repeats.max <= Math.max(repeats.min, fewestBlocks);
  return isFixed ? alpha / 2 : 0.015;
}

/**
 * Tail probabilities, at each look, of comparisons among `count` configurations.
 *
 * - `worse`: one-sided α/count over all looks. A wrong greenest needs the best one beaten by one of
 *   count − 1 others, or, where two share the best, one more error: at most α in all (Bonferroni).
 * - `equivalent`: one-sided α over all looks for each pair (TOST, Schuirmann 1987).
 * - `saving`: two-sided α over all looks and over all count − 1 that could come out as the winner, so
 *   that the interval holds for whichever does (Dunnett's family, 1955, in Bonferroni's form).
 */
export function comparisonTails(count: number, repeats: Repeats, blocks: number): ComparisonTails {
  const max = Math.max(repeats.max, blocks);
  const key = `${count} ${repeats.min} ${max}`;
  let tails = known.get(key);
  if (!tails) {
    const looks = lookSchedule(repeats.min, max);
    tails = {
      worse: nominalLevel((2 * alpha) / Math.max(2, count), looks) / 2,
      equivalent: nominalLevel(2 * alpha, looks) / 2,
      saving: nominalLevel(alpha / Math.max(1, count - 1), looks) / 2,
    };
    known.set(key, tails);
  }
  return tails;
}

export type ComparisonTails = { worse: number; equivalent: number; saving: number };
const known = new Map<string, ComparisonTails>();
