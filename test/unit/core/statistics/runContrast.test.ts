import { describe, expect, it } from 'vitest';
import type { BetweenRuns } from '../../../../src/core/statistics/betweenRuns';
import {
  betweenDifference,
  dayMeans,
  halfWidth,
  runMean,
  sidesDifference,
  withinDifference,
} from '../../../../src/core/statistics/runContrast';
import { tCritical } from '../../../../src/core/statistics/studentT';
import { welchDifference } from '../../../../src/core/statistics/welch';

const one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6];
const between = (rest: Partial<BetweenRuns> = {}): BetweenRuns => ({
  ...{ variances: [4], withinVariances: [0.3], degreesOfFreedom: 5, deviation: 2, runs: 6, days: 6 },
  ...rest,
});

describe('the difference of two sides', () => {
  it('by the scatter within is Welch’s where each side is one run', () => {
    const found = withinDifference([runMean(one, 0)], [runMean(two, 0)]);
    const welch = welchDifference(one, two)!;
    expect(found.mean).toBeCloseTo(welch.mean, 12);
    expect(found.standardError).toBeCloseTo(welch.standardError, 12);
    expect(found.degreesOfFreedom).toBeCloseTo(welch.degreesOfFreedom, 9);
    expect(halfWidth(withinDifference([runMean([1], 0)], [runMean(two, 0)]), 0.025)).toBeNull();
    expect(halfWidth(withinDifference([runMean([1, 1], 0)], [runMean([2, 2], 0)]), 0.025)).toBe(0);
  });

  it('has what lies between runs for each day of a side', () => {
    const calm = (day: number) => ({ ...runMean([1, 1.01], day), variance: 0.1 });
    const found = betweenDifference([calm(0)], [calm(1)], between(), 0);
    expect(found).toMatchObject({ standardError: Math.sqrt(8), degreesOfFreedom: 5 });
    expect(halfWidth(found, 0.025)).toBeCloseTo(tCritical(0.025, 5) * Math.sqrt(8), 12);
    const four = betweenDifference([0, 1, 2, 3].map(calm), [calm(9)], between(), 0);
    expect(four.standardError).toBeCloseTo(Math.sqrt(4 + 1), 12);
  });

  it('has more where a run scatters more within than those of which it is known', () => {
    const wild = { ...runMean(one, 0), variance: 1.3 };
    const found = betweenDifference([wild], [{ ...wild, variance: 0.2 }], between(), 0);
    expect(found.standardError).toBeCloseTo(Math.sqrt(8 + 1), 12);
    expect(found.degreesOfFreedom).toBe(5);
  });

  it('counts a day once, and is judged by three days of each', () => {
    const side = (...values: [day: number, value: number][]) => values.map(([day, value]) => runMean([value], day));
    expect(dayMeans(side([0, 1], [0, 3], [1, 5]))).toEqual([2, 5]);
    const three = side([0, 1], [1, 2], [2, 3]);
    expect(sidesDifference(three, side([0, 1], [0, 2], [1, 3]))).toBeNull();
    expect(sidesDifference(three, side([4, 2], [5, 3], [6, 4]))).toEqual(welchDifference([1, 2, 3], [2, 3, 4]));
  });
});
