import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addLatencies,
  emptyDistribution,
  merged,
  mixturePercentile,
  trimmed,
} from '../../../../src/core/latency/latencyDistribution';
import { interpolated } from '../../../../src/core/statistics/statistics';

const of = (...values: number[]) => {
  const all = emptyDistribution(Math.min(...values));
  addLatencies(all, Float64Array.from(values), values.length);
  return trimmed(all);
};
const some = fc.array(fc.double({ min: 0.5, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('percentiles of a distribution', () => {
  it('are those of its values to .2 %', () => {
    const values = Array.from({ length: 20_000 }, (_, i) => 40 * Math.exp(i / 5000));
    for (const percent of [1, 50, 95, 99, 99.9])
      expect(Math.abs(mixturePercentile([of(...values)], percent) / interpolated(values, percent) - 1)).toBeLessThan(
        0.002,
      );
  });

  it('are exact where all values are one', () => {
    expect(mixturePercentile([of(50, 50, 50)], 95)).toBe(50);
  });

  it('lie within its values, and rise', () => {
    fc.assert(
      fc.property(some, (values) => {
        const found = [1, 25, 50, 75, 99].map((percent) => mixturePercentile([of(...values)], percent));
        expect(Math.min(...found)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(Math.max(...found)).toBeLessThanOrEqual(Math.max(...values));
        expect(found).toEqual([...found].sort((a, b) => a - b));
      }),
    );
  });

  it('has what lies beyond its buckets in the last one, up to the longest', () => {
    const beyond = of(1, 1e9, 2e9);
    expect(beyond).toMatchObject({ total: 3, maxMs: 2e9 });
    expect(mixturePercentile([beyond], 99)).toBeGreaterThan(1e7);
  });
});

describe('a mixture', () => {
  it('has its percentile between the smallest and the largest of its parts', () => {
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 99 }),
        (trials, percent) => {
          const parts = trials.map((values) => of(...values));
          const own = parts.map((part) => mixturePercentile([part], percent));
          const found = mixturePercentile(parts, percent);
          // Ends that one part has inside a bucket another one fills: .2 %.
          expect(found).toBeGreaterThanOrEqual(Math.min(...own) * 0.998);
          expect(found).toBeLessThanOrEqual(Math.max(...own) * 1.002);
        },
      ),
    );
  });

  it('gives each part the same weight, however many it counts', () => {
    const few = of(10, 10);
    const many = of(...Array.from({ length: 1000 }, () => 100));
    expect(mixturePercentile([few, many], 49)).toBeLessThan(10.1);
    expect(mixturePercentile([few, many], 51)).toBeGreaterThan(99);
  });

  it('of trials that differ lies above the mean of their percentiles', () => {
    const uniform = (from: number) => of(...Array.from({ length: 1000 }, (_, i) => from + i / 10));
    const parts = [uniform(100), uniform(200)];
    const own = parts.map((part) => mixturePercentile([part], 95));
    // The highest tenth of the second is the highest twentieth of all.
    expect(mixturePercentile(parts, 95)).toBeCloseTo(290, 0);
    expect(mixturePercentile(parts, 95)).toBeGreaterThan((own[0]! + own[1]!) / 2 + 40);
  });
});

it('is the same in parts and at once', () => {
  fc.assert(
    fc.property(some, some, (a, b) => {
      const least = Math.min(...a, ...b);
      const [first, second, both] = [a, b, [...a, ...b]].map((values) => {
        const all = emptyDistribution(least);
        addLatencies(all, Float64Array.from(values), values.length);
        return all;
      });
      expect(trimmed(merged([first!, second!]))).toEqual(trimmed(both!));
    }),
    { numRuns: 20 },
  );
});
