import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendOf, type TimedValue } from '../../../../src/core/statistics/trend';

const line = (groups: readonly number[], slope: number): TimedValue[] =>
  groups.map((group, i) => ({ group: String(group), at: 10 * i, value: 7 * group + slope * 10 * i }));

describe('a trend', () => {
  it('is the change over the whole time that all groups share, whatever lies between them', () => {
    const trend = trendOf(line([0, 1, 2, 2, 0, 1, 1, 2, 0], 0.5))!;
    expect(trend.change).toBeCloseTo(40, 9);
    expect(trend).toMatchObject({ low: expect.closeTo(40, 6), high: expect.closeTo(40, 6), n: 9 });
  });

  it('rests on no group that has one value', () => {
    expect(trendOf(line([0, 1, 2, 0, 1], 0.5))).toBeNull();
    const alone = { group: 'alone', at: 30, value: 1000 };
    expect(trendOf([...line([0, 0, 0, 0, 0], 0.5), alone])!.n).toBe(5);
  });

  it('is not known from too few values, or from values of one moment', () => {
    expect(trendOf([])).toBeNull();
    expect(trendOf(line([0, 0, 0], 0.5))).toBeNull();
    expect(trendOf(line([0, 0, 0, 0], 0.5).map((value) => ({ ...value, at: 3 })))).toBeNull();
  });

  it('does not depend on what all values of a group have in common, on when the clock began, nor on its unit', () => {
    const values = fc.array(
      fc.record({ group: fc.constantFrom('a', 'b'), value: fc.double({ min: -1, max: 1, noNaN: true }) }),
      { minLength: 6, maxLength: 30 },
    );
    fc.assert(
      fc.property(values, fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 60 }), (all, shift, unit) => {
        const timed = all.map(({ group, value }, i) => ({ group, value, at: i }));
        const one = trendOf(timed);
        const other = trendOf(
          timed.map(({ group, value, at }) => ({
            group,
            value: value + (group === 'a' ? shift : 0),
            at: 100 * shift + unit * at,
          })),
        );
        if (one === null || other === null) return expect(other).toBe(one);
        for (const key of ['change', 'low', 'high', 'n'] as const) expect(other[key]).toBeCloseTo(one[key], 6);
      }),
    );
  });
});
