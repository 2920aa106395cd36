import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Difference,
  differenceInterval,
  isAbove,
  isWithin,
  lowestOf,
  toBest,
} from '../../../../src/core/statistics/comparison';

const tails = { worse: 0.01, equivalent: 0.02 };
const difference = (mean: number, rest: Partial<Difference> = {}): Difference => ({
  ...{ mean, error: 0.001, degreesOfFreedom: 10, n: 6, edge: 0 },
  ...rest,
});

describe('how one stands to the best', () => {
  it('is nothing on fewer than five blocks, however clear it is', () => {
    expect(toBest('x', difference(0.5, { n: 4 }), tails, 1)).toMatchObject({ relation: 'unresolved', blocks: 4 });
    expect(toBest('x', difference(0.5, { n: 5 }), tails, 1)).toMatchObject({ relation: 'worse', blocks: 5 });
    expect(isAbove(difference(0.5, { n: 4 }), 0.01, 4)).toBe(true);
  });

  it('is equivalent where the whole interval lies within the margin, also where it is surely more', () => {
    expect(toBest('x', difference(0), tails, 1)).toMatchObject({ relation: 'equivalent', withinMargin: true });
    expect(toBest('x', difference(0), tails, 0.1)).toMatchObject({ relation: 'unresolved', withinMargin: false });
    expect(toBest('x', difference(-0.05), tails, 1)).toMatchObject({ relation: 'unresolved' });
    const little = toBest('x', difference(0.006), tails, 1);
    expect(little).toMatchObject({ relation: 'equivalent' });
    expect(little.low).toBeGreaterThan(0);
    expect(toBest('x', difference(0.0099), tails, 1)).toMatchObject({ relation: 'worse', withinMargin: false });
  });

  it('has an interval about the difference, in percent, and none of a single block', () => {
    const { differencePercent, low, high } = toBest('x', difference(0.5), tails, 1);
    expect(differencePercent).toBeCloseTo(Math.expm1(0.5) * 100, 9);
    expect(low!).toBeLessThan(differencePercent!);
    expect(high!).toBeGreaterThan(differencePercent!);
    const none = { error: Number.NaN, degreesOfFreedom: 0 };
    expect(toBest('x', difference(1, { ...none, n: 1 }), tails, 1)).toMatchObject({
      low: null,
      relation: 'unresolved',
    });
    expect(toBest('x', difference(Number.NaN, { ...none, n: 0 }), tails, 1)).toMatchObject({ differencePercent: null });
  });

  it('widens by what is not known, whatever the scatter', () => {
    const at = (edge: number) => differenceInterval(difference(0.02, { edge }), 0.01)!;
    expect(at(0).low - at(0.01).low).toBeCloseTo(0.01, 12);
    expect(isWithin(difference(0, { edge: 0.02 }), 0.02, 1)).toBe(false);
  });

  it('is never worse both ways', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (mean, error) => {
          const one = isAbove(difference(mean, { error }), 0.4);
          expect(one && isAbove(difference(-mean, { error }), 0.4)).toBe(false);
        },
      ),
    );
  });
});

describe('the lowest', () => {
  it('has the smallest worst difference to any other; nobody is it where none is', () => {
    const values: Record<string, number> = { a: 3, b: 1, c: 2 };
    expect(lowestOf(['a', 'b', 'c'], (x, y) => difference(values[x]! - values[y]!))).toBe('b');
    expect(lowestOf(['a'], () => difference(0))).toBe('a');
    expect(lowestOf([], () => difference(0))).toBeNull();
  });
});
