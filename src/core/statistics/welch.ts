import { mean, standardDeviation } from './statistics';

/**
 * Difference of two independent samples' means, second minus first, with what its interval needs: standard error and
 * degrees of freedom after Welch (1947) and Satterthwaite (1946); the spreads need not be equal.
 */
export type WelchDifference = { mean: number; standardError: number; degreesOfFreedom: number };

/** null where a sample is empty; without spread to go by (one value) the standard error is NaN. */
export function welchDifference(first: readonly number[], second: readonly number[]): WelchDifference | null {
  if (first.length === 0 || second.length === 0) return null;
  const [a, b] = [first, second].map((values) => standardDeviation(values) ** 2 / values.length) as [number, number];
  const standardError = Math.sqrt(a + b);
  // Values that are all alike have no spread: any degrees of freedom will do.
  const degreesOfFreedom =
    a + b === 0
      ? first.length + second.length - 2
      : (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1));
  return { mean: mean(second) - mean(first), standardError, degreesOfFreedom };
}
