import { fewestBlocks, nominalLevel } from './sequential';

/** How many blocks are measured: `min` at least, and more until the intervals are within ± `intervalPercent`, at most `max`. */
export type Repeats = { min: number; max: number; intervalPercent: number };

/** Confidence of every interval and verdict, in percent. */
export const confidencePercent = 95;
const alpha = 1 - confidencePercent / 100;

/**
 * Tail probability of the intervals of a run. Where the number of repeats is fixed it is 2.5 %. Where
 * the run may stop because the spread, or a difference, came out favourably, a plain interval covers
 * up to 3.5 points less than it says; 1.5 % a side pays for that (docs/statistics.md, simulated). A run of one configuration stops by the
 * width of this very interval, which hurts most, the more so where trials are like the ones before them: 0.8 %.
 */
export function intervalTail(repeats: Repeats, isAlone = false): number {
  const isFixed = repeats.max <= Math.max(repeats.min, fewestBlocks);
  return isFixed ? alpha / 2 : isAlone ? 0.008 : 0.015;
}

/** Tail probabilities, one-sided, of comparisons at one look. */
export type ComparisonTails = {
  /** That one beats another, for a verdict that names the greenest of all. */
  verdict: number;
  /** That one is worse than the lowest, for marks that hold one by one. */
  worse: number;
  /** That two lie within the margin of each other, to either side. */
  equivalent: number;
  /** A saving. */
  saving: number;
};

/**
 * Tail probabilities of comparisons among `count` configurations at the look after `blocks`. Over all looks, those of blocks that are
 * added later too, they come to:
 *
 * - `verdict`: α/2 a pair. A greenest has to beat each of the others, so the claim is false only where a test against the best is
 *   (intersection–union test, Berger 1982; of the best of several normal means Gutmann & Maymin 1987). Where two share the best, either may be
 *   named falsely: α in all, however many others there are.
 * - `worse`: α over all ordered pairs, α/(count (count − 1)), for the lowest may be any of them: no mark is wrong, where all are equal too
 *   (Tukey's family, in Bonferroni's form).
 * - `equivalent`: α a pair, to each side (TOST, Schuirmann 1987). That all of several are within the margin of each other needs each of the tests.
 * - `saving`: two-sided α over all count − 1 that could come out as the winner, so that the interval holds for whichever does
 *   (Dunnett's family, 1955, in Bonferroni's form).
 *
 * Claims spend their error late, so that the last planned look has nearly all of it; savings spend it evenly, for their width is what
 * a run that ends early shows.
 */
export function comparisonTails(count: number, repeats: Repeats, blocks: number): ComparisonTails {
  const { min, max } = repeats;
  const key = `${count} ${min} ${max} ${blocks}`;
  let tails = known.get(key);
  if (!tails) {
    if (known.size > 2000) known.clear();
    const level = (overall: number, spending: 'late' | 'even') =>
      nominalLevel(overall, { min, max }, blocks, spending) / 2;
    tails = {
      verdict: level(alpha, 'late'),
      worse: level((2 * alpha) / Math.max(2, count * (count - 1)), 'late'),
      equivalent: level(2 * alpha, 'late'),
      saving: level(alpha / Math.max(1, count - 1), 'even'),
    };
    known.set(key, tails);
  }
  return tails;
}

const known = new Map<string, ComparisonTails>();

/**
 * Tails by the number of blocks that a pair has in common. One that is measured no further keeps the level of its last look: what was told
 * then stays told.
 */
export type TailsAt = (blocks: number) => ComparisonTails;
