import { describe, expect, it } from 'vitest';
import { plainEnds, quantile, ratioEnds, scatter, tBeyond } from '../../../../src/core/audit/simpleStatistics';
import {
  interpolated,
  meanInterval,
  positiveInterval,
  standardDeviation,
} from '../../../../src/core/statistics/statistics';
import { tCritical } from '../../../../src/core/statistics/studentT';

describe('the second derivation of statistics', () => {
  // Fisher & Yates, table III.
  it.each([
    [0.025, 1, 12.706],
    [0.025, 2, 4.303],
    [0.025, 9, 2.262],
    [0.025, 30, 2.042],
    [0.005, 4, 4.604],
  ])('t beyond which %f lies on each side, of %i degrees of freedom, is that of the tables', (tail, degrees, t) => {
    expect(tBeyond(tail, degrees)).toBeCloseTo(t, 3);
  });

  it('agrees with the first, whose formulas are others', () => {
    for (const tail of [0.025, 0.015, 0.008])
      for (const degrees of [1, 2, 3, 4, 7, 12, 99, 499])
        expect(tBeyond(tail, degrees) / tCritical(tail, degrees)).toBeCloseTo(1, 11);
    const values = [3.1, 2.9, 3.4, 3.05, 2.7, 3.3];
    expect(scatter(values)).toBeCloseTo(standardDeviation(values), 13);
    const many = Array.from({ length: 700 }, (_, i) => 5 + Math.sin(i));
    expect(scatter(many)).toBeCloseTo(standardDeviation(many), 12);
    for (const edge of [0, 0.2]) {
      const { low, high } = meanInterval(values, 0.015, edge);
      expect(plainEnds(values, 0.015, edge).low).toBeCloseTo(low!, 12);
      const ratio = positiveInterval(values, 0.015, edge);
      expect(ratioEnds(values, 0.015, edge).low).toBeCloseTo(ratio.low!, 12);
      expect(ratioEnds(values, 0.015, edge).high).toBeCloseTo(ratio.high!, 12);
      expect(high).not.toBeNull();
    }
    expect(quantile([5, 1, 4, 2], 95)).toBeCloseTo(interpolated([1, 2, 4, 5], 95), 14);
  });

  it('takes any number of degrees of freedom, at once', () => {
    const before = performance.now();
    for (const tail of [0.025, 0.015, 0.008]) {
      for (const degrees of [9_999, 10_001, 117_265])
        expect(tBeyond(tail, degrees) / tCritical(tail, degrees)).toBeCloseTo(1, 9);
      expect(tBeyond(tail, 10_001) / tBeyond(tail, 10_000)).toBeCloseTo(1, 7);
    }
    expect(tBeyond(0.025, 1e12)).toBeCloseTo(1.959963984540054, 11);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('has no ends of one value, and none below 0 of what cannot be', () => {
    expect(plainEnds([1], 0.025)).toEqual({ low: null, high: null });
    expect(ratioEnds([0, 1, 5], 0.025).low).toBe(0);
  });
});
