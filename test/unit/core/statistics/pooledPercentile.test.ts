import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pooledPercentileInterval } from '../../../../src/core/statistics/pooledPercentile';
import { repeats } from '../../../support/repeats';
import { pooledCoverage } from '../../../support/pooledCoverage';

describe('interval of a percentile over groups', () => {
  it('is the t interval of the groups’ own at the median, on the ratio scale', () => {
    // t(4) at 2.5 % is 2.7764; ln 1.01 and its like spread by .0157.
    const own = [0.98, 0.99, 1, 1.01, 1.02];
    const { low, high } = pooledPercentileInterval(1, own, 50, 0.025)!;
    expect(Math.log(high)).toBeCloseTo((2.776445 * 0.015815) / Math.sqrt(5), 4);
    expect(low * high).toBeCloseTo(1, 12);
    // Wider at p95 by √(1 + 1.645² / 2 · 5/4).
    const wider = pooledPercentileInterval(1, own, 95, 0.025)!;
    expect(Math.log(wider.high) / Math.log(high)).toBeCloseTo(Math.sqrt(1 + (1.644854 ** 2 / 2) * 1.25), 5);
  });

  it('is null of one group, scales with the unit, and is never below 0', () => {
    expect(pooledPercentileInterval(5, [5], 95, 0.025)).toBeNull();
    for (const none of [0, -1]) {
      expect(pooledPercentileInterval(5, [5, none], 95, 0.025)).toBeNull();
      expect(pooledPercentileInterval(none, [5, 6], 95, 0.025)).toBeNull();
    }
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 2, maxLength: 12 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (own, unit) => {
          const at = pooledPercentileInterval(10, own, 95, 0.025)!;
          const scaled = pooledPercentileInterval(
            10 * unit,
            own.map((value) => unit * value),
            95,
            0.025,
          )!;
          expect(at.low).toBeGreaterThanOrEqual(0);
          expect(scaled.low / at.low).toBeCloseTo(unit, 6);
        },
      ),
    );
  });
});

it.each([
  { trials: 8, batches: 40, effect: 0 },
  { trials: 8, batches: 40, effect: 0.02 },
  { trials: 5, batches: 20, effect: 0.01 },
])('covers p95 of $trials × $batches batches at a trial effect of $effect in 94 % and more', (design) => {
  const { byTrial } = pooledCoverage({ ...design, kind: 'CV 2 %', sweeps: repeats(1500, 20_000), seed: 3 });
  // Standard error .5 points.
  expect(byTrial).toBeGreaterThan(0.93);
});
