import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { normalQuantile, normalUpperTail } from '../../../../src/core/statistics/normal';
import { percentilesInPlace } from '../../../support/quickselect';
import {
  fewestForPercentile,
  mean,
  meanInterval,
  percentile,
  percentileInterval,
  positiveInterval,
  spreadPercent,
  standardDeviation,
} from '../../../../src/core/statistics/statistics';
import { repeats } from '../../../support/repeats';
import { incompleteBeta, logGamma, tCritical } from '../../../../src/core/statistics/studentT';

describe('Student’s t', () => {
  // Upper-tail critical values as printed in the common tables (df; one-sided 0.1, 0.05, 0.025, 0.01, 0.005, 0.0005).
  const table: [number, number[]][] = [
    [1, [3.078, 6.314, 12.706, 31.821, 63.657, 636.619]],
    [2, [1.886, 2.92, 4.303, 6.965, 9.925, 31.599]],
    [3, [1.638, 2.353, 3.182, 4.541, 5.841, 12.924]],
    [4, [1.533, 2.132, 2.776, 3.747, 4.604, 8.61]],
    [5, [1.476, 2.015, 2.571, 3.365, 4.032, 6.869]],
    [9, [1.383, 1.833, 2.262, 2.821, 3.25, 4.781]],
    [10, [1.372, 1.812, 2.228, 2.764, 3.169, 4.587]],
    [12, [1.356, 1.782, 2.179, 2.681, 3.055, 4.318]],
    [20, [1.325, 1.725, 2.086, 2.528, 2.845, 3.85]],
    [30, [1.31, 1.697, 2.042, 2.457, 2.75, 3.646]],
    [60, [1.296, 1.671, 2, 2.39, 2.66, 3.46]],
    [120, [1.289, 1.658, 1.98, 2.358, 2.617, 3.373]],
  ];
  const tails = [0.1, 0.05, 0.025, 0.01, 0.005, 0.0005];

  it.each(table)('agrees with the published table at %i degrees of freedom', (df, row) => {
    expect(tails.map((tail) => Number(tCritical(tail, df).toFixed(3)))).toEqual(row);
  });

  it('is exact to 1e-8 where the distribution has a closed form', () => {
    for (const tail of [0.4, 0.1, 0.025, 0.001, 1e-6]) {
      const p = 1 - 2 * tail;
      const one = Math.tan((Math.PI * p) / 2);
      const two = p * Math.sqrt(2 / (1 - p * p));
      expect(Math.abs(tCritical(tail, 1) / one - 1)).toBeLessThan(1e-8);
      expect(Math.abs(tCritical(tail, 2) / two - 1)).toBeLessThan(1e-8);
      // df = 4 (Shaw 2006): t² = 4(q − 1) with q = cos(arccos(√a)/3)/√a, a = 4u(1 − u).
      const a = 4 * tail * (1 - tail);
      const q = Math.cos(Math.acos(Math.sqrt(a)) / 3) / Math.sqrt(a);
      expect(Math.abs(tCritical(tail, 4) / (2 * Math.sqrt(q - 1)) - 1)).toBeLessThan(1e-8);
    }
  });

  it('tends to the normal distribution', () => {
    expect(tCritical(0.025, 1e7)).toBeCloseTo(normalQuantile(0.975), 6);
  });

  it('has critical values that invert its distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.49, noNaN: true }), fc.integer({ min: 1, max: 400 }), (tail, df) => {
        const t = tCritical(tail, df);
        // P(T > t) as Abramowitz and Stegun 26.7.1 have it; near t = 0 it loses its digits.
        expect(Math.abs(incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2 - tail)).toBeLessThan(1e-9);
      }),
    );
  });

  it('refuses what is no probability', () => {
    expect(() => tCritical(0, 4)).toThrow(RangeError);
    expect(() => tCritical(0.025, 0)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});

describe('special functions', () => {
  it('gamma and beta have their known values', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(incompleteBeta(0.5, 2, 2)).toBeCloseTo(0.5, 14);
    expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(0.3483, 12);
  });

  it('normal quantiles have their published values', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.995)).toBeCloseTo(2.575829303548901, 12);
    expect(normalUpperTail(6)).toBeCloseTo(9.865876450376981e-10, 20);
  });
});

describe('means', () => {
  it('has the interval of a textbook example', () => {
    // mean 10, s = 1.5811388, t(4) = 2.776445: half-width 1.963243
    const interval = meanInterval([8, 9, 10, 11, 12]);
    expect(interval.mean).toBe(10);
    expect(interval.low).toBeCloseTo(10 - 1.963243, 5);
    expect(interval.high).toBeCloseTo(10 + 1.963243, 5);
    expect(interval.n).toBe(5);
  });

  it('has no interval at n = 1', () => {
    expect(meanInterval([3])).toEqual({ mean: 3, low: null, high: null, n: 1 });
    expect(spreadPercent([3])).toBeNull();
  });

  describe('of what is never negative', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const several = fc.array(positive, { minLength: 2, maxLength: 20 });
    const few = fc.tuple(positive, positive).map((pair) => [...pair]);

    it('has the interval of a worked example', () => {
      // Logarithms −1, 0, 1: s = 1, t(2) = 4.302653, half-width 2.484138 around a geometric mean of 1.
      const values = [-1, 0, 1].map(Math.exp);
      const { mean: centre, low, high, n } = positiveInterval(values);
      expect(centre).toBeCloseTo((1 / Math.E + 1 + Math.E) / 3, 12);
      expect([low, high, n]).toEqual([
        expect.closeTo(Math.exp(-2.484138), 6),
        expect.closeTo(Math.exp(2.484138), 5),
        3,
      ]);
    });

    it('never reaches 0, not even of two values, and contains the mean', () => {
      fc.assert(
        fc.property(fc.oneof(several, few), (values) => {
          const { mean: centre, low, high } = positiveInterval(values);
          expect(low).toBeGreaterThan(0);
          expect(low).toBeLessThanOrEqual(centre);
          expect(high).toBeGreaterThanOrEqual(centre);
        }),
      );
    });

    it('of values that spread little is the plain interval', () => {
      const values = [2, 2.01, 1.99, 2.02, 1.98];
      const [plain, own] = [meanInterval(values), positiveInterval(values)];
      expect(own.low! / plain.low!).toBeCloseTo(1, 4);
      expect(own.high! / plain.high!).toBeCloseTo(1, 4);
    });

    it('scales with the unit', () => {
      fc.assert(
        fc.property(several, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (values, factor) => {
          const one = positiveInterval(values);
          const scaled = positiveInterval(values.map((value) => factor * value));
          for (const key of ['mean', 'low', 'high'] as const)
            expect(scaled[key]! / (factor * one[key]!)).toBeCloseTo(1, 6);
        }),
      );
    });

    it('of inverses is the inverse, so that J/image and images/J say the same', () => {
      fc.assert(
        // Of values so alike that no end is moved to a mean.
        fc.property(fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 2, maxLength: 12 }), (values) => {
          const [one, inverse] = [values, values.map((value) => 1 / value)].map((each) => positiveInterval(each));
          const isMoved = [one!, inverse!].some(({ mean: centre, low, high }) => low === centre || high === centre);
          fc.pre(!isMoved);
          expect(one!.low! * inverse!.high!).toBeCloseTo(1, 9);
          expect(one!.high! * inverse!.low!).toBeCloseTo(1, 9);
        }),
      );
    });

    it('adds what is not known at worst to both ends, but takes nothing below 0', () => {
      const values = [2, 2.1, 1.9];
      const exact = positiveInterval(values);
      const known = positiveInterval(values, 0.025, 0.3);
      expect(known.low).toBeCloseTo(exact.low! - 0.3, 12);
      expect(known.high).toBeCloseTo(exact.high! + 0.3, 12);
      expect(positiveInterval(values, 0.025, 5)).toMatchObject({ low: 0, high: expect.closeTo(exact.high! + 5, 12) });
    });

    it('of values of which one is 0 is the plain one, cut off at 0', () => {
      expect(positiveInterval([0, 2])).toEqual({ ...meanInterval([0, 2]), low: 0 });
    });

    it('of one value there is none', () => {
      expect(positiveInterval([3])).toEqual({ mean: 3, low: null, high: null, n: 1 });
    });

    it('covers the median of log-normal values of any spread as often as it says', () => {
      const normal = seededNormal(31);
      for (const spread of [0.05, 0.5]) {
        for (const n of [2, 5]) {
          let covered = 0;
          const series = repeats(2000, 20_000);
          for (let i = 0; i < series; i++) {
            const { low, high } = positiveInterval(Array.from({ length: n }, () => Math.exp(spread * normal())));
            if (low! <= 1 && high! >= 1) covered++;
          }
          // Three standard errors of 2,000 series.
          expect(Math.abs(covered / series - 0.95), `${spread}, n ${n}`).toBeLessThan(0.015);
        }
      }
    });
  });

  it('shifts and scales with its values', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.1, max: 10, noNaN: true }), (xs, factor) => {
        const scaled = xs.map((x) => x * factor + 5);
        expect(mean(scaled)).toBeCloseTo(mean(xs) * factor + 5, 6);
        expect(standardDeviation(scaled)).toBeCloseTo(standardDeviation(xs) * factor, 6);
      }),
    );
  });
});

describe('percentiles', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

  it('need enough values', () => {
    expect([50, 90, 95, 99, 99.9].map(fewestForPercentile)).toEqual([2, 10, 20, 100, 1000]);
    expect(percentile(upTo(19), 95)).toBeNull();
    expect(percentile(upTo(20), 95)).toBeCloseTo(19.05, 12);
    expect(percentile(upTo(99), 99)).toBeNull();
    expect(percentile(upTo(101), 99)).toBe(100);
  });

  it('found by selection equal those found by sorting', () => {
    const values = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1000, maxLength: 1100 });
    fc.assert(
      fc.property(values, (xs) => {
        const sorted = Float64Array.from(xs).sort();
        const found = percentilesInPlace(Float64Array.from(xs), [50, 90, 95, 99]);
        [50, 90, 95, 99].forEach((p, i) => {
          expect(found[i]).toBeCloseTo(percentile(sorted, p)!, 10);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('have the published order-statistics interval of a median of 20', () => {
    // Binomial(20, ½): ranks 6 and 15 enclose the median with 95.9 %.
    expect(percentileInterval(upTo(20), 50)).toEqual({ low: 6, high: 15 });
    expect(percentileInterval(upTo(20), 95)).toBeNull();
    const p95 = percentileInterval(upTo(200), 95)!;
    expect(p95.low).toBeLessThan(190);
    expect(p95.high).toBeGreaterThan(190);
  });
});
