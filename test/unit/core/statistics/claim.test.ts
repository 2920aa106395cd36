import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimAmong } from '../../../../src/core/statistics/claim';
import type { Difference } from '../../../../src/core/statistics/comparison';

const levels = { verdict: 0.025, worse: 0.025, equivalent: 0.05 };
const tails = () => levels;
/** t(10) at 2.5 % is 2.228, at 5 % 1.812. */
const among = (costs: Record<string, number>, error: number, margin = 1) => {
  const difference = (first: string, second: string): Difference => ({
    ...{ mean: costs[first]! - costs[second]!, error },
    ...{ degreesOfFreedom: 10, n: 6, edge: 0 },
  });
  return claimAmong(Object.keys(costs), difference, tails, margin);
};

describe('what may be claimed', () => {
  it('is the lowest alone where each other is beaten, each by its own test', () => {
    expect(among({ a: 0, b: 0.03, c: 0.023 }, 0.01)).toEqual({ lowest: 'a', tied: ['a'], open: [] });
    expect(among({ a: 0, b: 0.03, c: 0.022 }, 0.01)).toEqual({
      ...{ lowest: 'a', tied: ['a'] },
      open: [{ id: 'c', from: 'a' }],
    });
  });

  it('is a tie wholly within the margin, also where one is surely more', () => {
    expect(among({ a: 0, b: 0.005, c: 0.5 }, 0.001)).toEqual({ lowest: 'a', tied: ['a', 'b'], open: [] });
  });

  it('is no tie where the tied are not within the margin of each other', () => {
    // b and c are 0.4 and 0.8 % above a; d, below b by as much as c is above it, is the lowest here.
    expect(among({ d: 0, b: 0.004, c: 0.008 }, 0.0005)!.tied).toEqual(['d', 'b', 'c']);
    const wide = (first: string, second: string): Difference => {
      const at: Record<string, number> = { a: 0, b: 0.003, c: 0.006 };
      // Of b and c little is known.
      const error = first !== 'a' && second !== 'a' ? 0.006 : 0.001;
      return { mean: at[first]! - at[second]!, error, degreesOfFreedom: 10, n: 6, edge: 0 };
    };
    expect(claimAmong(['a', 'b', 'c'], wide, tails, 1)).toEqual({
      ...{ lowest: 'a', tied: ['a', 'b'] },
      open: [{ id: 'c', from: 'b' }],
    });
  });

  it('leaves one out beside tied ones by a test that holds family-wise', () => {
    const at: Record<string, number> = { a: 0, b: 0.001, c: 0.03 };
    const difference = (first: string, second: string): Difference => ({
      mean: at[first]! - at[second]!,
      error: first === 'c' || second === 'c' ? 0.01 : 0.001,
      ...{ degreesOfFreedom: 10, n: 6, edge: 0 },
    });
    // t is 3.0, at a tail of 0.7 %.
    expect(claimAmong(['a', 'c'], difference, () => ({ ...levels, worse: 0.001 }), 1)!.open).toEqual([]);
    expect(claimAmong(['a', 'b', 'c'], difference, () => ({ ...levels, worse: 0.001 }), 1)).toEqual({
      ...{ lowest: 'a', tied: ['a', 'b'] },
      open: [{ id: 'c', from: 'a' }],
    });
  });

  it('keeps for one that is measured no further the level of its last look', () => {
    const difference = (first: string, second: string): Difference => ({
      mean: first === 'b' ? 0.025 : second === 'b' ? -0.025 : 0,
      ...{ error: 0.01, degreesOfFreedom: 10, n: 6, edge: 0 },
    });
    const later = (n: number) => (n === 6 ? levels : { ...levels, verdict: 0.001 });
    expect(claimAmong(['a', 'b'], difference, later, 1)!.open).toEqual([]);
    expect(claimAmong(['a', 'b'], difference, () => later(7), 1)!.open).toEqual([{ id: 'b', from: 'a' }]);
  });

  it('is nothing of nobody', () => {
    expect(among({}, 1)).toBeNull();
    expect(among({ a: 0 }, 1)).toEqual({ lowest: 'a', tied: ['a'], open: [] });
  });

  it('says something of each: tied, open, or beaten by one that is tied', () => {
    const costs = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(costs, fc.constantFrom(0.0003, 0.001, 0.003), (values, error) => {
        const at = Object.fromEntries(values.map((value, i) => [`c${i}`, value / 1000]));
        const { lowest, tied, open } = among(at, error)!;
        expect(at[lowest]).toBe(Math.min(...Object.values(at)));
        expect(tied).toContain(lowest);
        for (const [id, value] of Object.entries(at)) {
          if (tied.includes(id) || open.some((one) => one.id === id)) continue;
          expect(tied.some((other) => value - at[other]! > 2.2 * error)).toBe(true);
        }
        for (const a of tied) for (const b of tied) expect(Math.abs(at[a]! - at[b]!)).toBeLessThan(0.01);
      }),
    );
  });
});
