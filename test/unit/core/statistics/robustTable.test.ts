import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { robustTable } from '../../../../src/core/statistics/robustTable';

/** Rows of normal values with spreads of their own, and what each column shares. */
function table(spreads: number[], columns: number, seed: number): number[][] {
  const normal = seededNormal(seed);
  const shared = Array.from({ length: columns }, () => 0.05 * normal());
  return spreads.map((spread, row) => shared.map((value) => 0.1 * row + value + spread * normal()));
}

describe('the additive fit', () => {
  it('of two rows is the paired t test, where nothing strays', () => {
    const [a, b] = [
      [1.01, 2.02, 0.99, 1.5, 1.71, 1.2],
      [1.0, 2.0, 1.0, 1.49, 1.7, 1.21],
    ];
    const d = a!.map((value, i) => value - b![i]!);
    const mean = d.reduce((x, y) => x + y) / 6;
    const s = Math.sqrt(d.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5);
    const fit = robustTable([a!, b!]).difference(0, 1);
    expect(fit.mean).toBeCloseTo(mean, 12);
    expect(fit.error).toBeCloseTo(s / Math.sqrt(6), 12);
    expect(fit.degreesOfFreedom).toBe(5);
  });

  it('gives a pair among many up to twice the degrees of freedom of its own differences', () => {
    const { degreesOfFreedom } = robustTable(table(Array(11).fill(0.01), 12, 1)).difference(0, 1);
    expect(degreesOfFreedom).toBeGreaterThan(14);
    expect(degreesOfFreedom).toBeLessThanOrEqual(22);
  });

  it('finds each row’s own spread, over many tables', () => {
    const spreads = [0.02, 0.02, 0.01, 0.01, 0.01, 0.005];
    const sums = spreads.map(() => 0);
    const tables = 300;
    for (let i = 0; i < tables; i++)
      robustTable(table(spreads, 12, i)).spreads!.forEach((spread, row) => (sums[row]! += spread ** 2));
    // Pulling in takes a little of the variance of normal values too.
    sums.forEach((sum, row) => expect(Math.sqrt(sum / tables) / spreads[row]!).toBeGreaterThan(0.85));
    sums.forEach((sum, row) => expect(Math.sqrt(sum / tables) / spreads[row]!).toBeLessThan(1.2));
  });

  it('is moved by one value, however far out, by no more than its bound; and tells which it is', () => {
    const values = table(Array(5).fill(0.01), 10, 4);
    const before = robustTable(values);
    for (const far of [0.1, 10, 1000]) {
      const changed = values.map((row, r) => row.map((value, c) => (r === 2 && c === 3 ? value + far : value)));
      const after = robustTable(changed);
      const moved = after.difference(2, 0).mean - before.difference(2, 0).mean;
      expect(Math.abs(moved)).toBeLessThan(0.005);
      expect(after.difference(2, 0).error).toBeLessThan(2 * before.difference(2, 0).error);
      expect(after.outliers(2)).toEqual([{ column: 3, deviation: expect.any(Number) }]);
      expect(Math.abs(after.outliers(2)[0]!.deviation - far)).toBeLessThan(0.03);
      expect([0, 1, 3, 4].flatMap((row) => after.outliers(row))).toEqual([]);
    }
  });

  it('does not care what a column or a row has more of, nor for the unit', () => {
    const values = fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 6 }), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 6 }), (rows, shifts) => {
        const one = robustTable(rows).difference(0, 1);
        const shifted = robustTable(rows.map((row) => row.map((value, c) => value + shifts[c]!))).difference(0, 1);
        const scaled = robustTable(rows.map((row) => row.map((value) => 8 * value))).difference(0, 1);
        expect(shifted.mean).toBeCloseTo(one.mean, 2);
        expect(scaled.mean).toBeCloseTo(8 * one.mean, 4);
        expect(one.error).toBeGreaterThanOrEqual(0);
        expect(robustTable(rows).difference(1, 0).mean).toBeCloseTo(-one.mean, 9);
      }),
    );
  });

  it('has no error of one column or one row, and none where all is alike', () => {
    expect(robustTable([[1], [2]]).difference(0, 1)).toMatchObject({ mean: -1, error: Number.NaN });
    expect(robustTable([[1, 2, 3]]).spreads).toBeNull();
    const same = robustTable(Array.from({ length: 4 }, () => Array(6).fill(2)));
    expect(same.difference(0, 3)).toMatchObject({ mean: 0, error: 0 });
    expect(same.outliers(0)).toEqual([]);
  });
});
