import { expect, it } from 'vitest';
import { choleskyFactor, solveLower, solveUpper } from '../../../../src/core/statistics/cholesky';
import { seededRandom } from '../../../../src/core/statistics/random';

it('factors matrices and solves their triangles', () => {
  const random = seededRandom(5);
  for (const count of [1, 2, 5, 12]) {
    const root = Array.from({ length: count }, () => Array.from({ length: count }, () => random() - 0.5));
    const matrix = root.map((a, i) =>
      root.map((b, j) => a.reduce((sum, value, k) => sum + value * b[k]!, 0) + (i === j ? 0.1 : 0)),
    );
    const factor = choleskyFactor(matrix);
    const b = matrix.map(() => random());
    const x = solveUpper(factor, solveLower(factor, b));
    matrix.forEach((row, i) => {
      expect(row.reduce((sum, value, j) => sum + value * x[j]!, 0)).toBeCloseTo(b[i]!, 9);
      expect(factor[i]!.slice(i + 1).every((value) => value === 0)).toBe(true);
    });
  }
});

it('refuses what is not positive definite', () => {
  expect(() =>
    choleskyFactor([
      [1, 2],
      [2, 1],
    ]),
  ).toThrow('not positive definite');
});
