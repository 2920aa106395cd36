import { asPercent, rounding } from '../../statistics/comparison';
import type { Difference } from './comparisonSchema';

/** Of logarithms, second less first. */
export type Ends = { low: number; high: number } | null;

/** Tail probabilities of the intervals: of what lies between runs, and of what scatters within them. */
export type Tails = { between: number; within: number };

/** @param edge half-width in which the difference is known at worst, whatever the scatter */
export const endsOf = (centre: number, half: number | null, edge: number): Ends =>
  half === null ? null : { low: centre - half - edge, high: centre + half + edge };

export const shownDifference = (centre: number, ends: Ends): Difference => ({
  percent: asPercent(centre),
  ...percentEnds(ends),
});

export const percentEnds = (ends: Ends) => ({ low: ends && asPercent(ends.low), high: ends && asPercent(ends.high) });

export const isApart = (ends: Ends): ends is NonNullable<Ends> =>
  ends !== null && (ends.low > rounding || ends.high < -rounding);

/**
 * @param inner of twice the tail: two one-sided tests (Schuirmann 1987)
 * @param enough whether the runs have blocks enough for a verdict
 */
export function judge({ ends, inner }: { ends: Ends; inner: Ends }, marginPercent: number, enough: boolean) {
  const margin = Math.log1p(marginPercent / 100);
  const withinMargin = enough && inner !== null && inner.low > -margin && inner.high < margin;
  const verdict =
    enough && isApart(ends)
      ? ends.low > 0
        ? ('more' as const)
        : ('less' as const)
      : withinMargin
        ? ('equivalent' as const)
        : ('unresolved' as const);
  return { verdict, withinMargin };
}
