import { lookSchedule, nominalLevel } from './sequential';
import type { Spec } from './spec';

export type Repeats = Spec['measure']['repeats'];

/** Confidence of every interval and verdict, in percent. */
export const confidencePercent = 95;
const alpha = 1 - confidencePercent / 100;

/**
 * Tail probability of an interval over n trials. While further looks may follow, the run can stop
 * just because the spread came out small, which costs a plain 95 % interval up to 2.9 points of
 * coverage; 97 % pays for that (docs/statistics.md, simulated). At the planned maximum, and with a
 * fixed number of repeats, the interval is the plain one.
 */
export function intervalTail(n: number, repeats: Repeats): number {
  const stopsEarly = lookSchedule(repeats.min, repeats.max).length > 1 && n < repeats.max;
  return stopsEarly ? 0.015 : alpha / 2;
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
export function comparisonTails(count: number, repeats: Repeats, blocks: number) {
  const looks = lookSchedule(repeats.min, Math.max(repeats.max, blocks));
  return {
    worse: nominalLevel((2 * alpha) / Math.max(2, count), looks) / 2,
    equivalent: nominalLevel(2 * alpha, looks) / 2,
    saving: nominalLevel(alpha / Math.max(1, count - 1), looks) / 2,
  };
}
export type ComparisonTails = ReturnType<typeof comparisonTails>;
