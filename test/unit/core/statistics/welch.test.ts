import { expect, it } from 'vitest';
import { halfWidth } from '../../../../src/core/statistics/runContrast';
import { welchDifference } from '../../../../src/core/statistics/welch';

it('of the sleep data (Student 1908) is the one in the textbooks', () => {
  const a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
  const b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  const d = welchDifference(a, b)!;
  expect(d.mean).toBeCloseTo(1.58, 12);
  expect(d.degreesOfFreedom).toBeCloseTo(17.776, 3);
  const half = halfWidth(d, 0.025)!;
  expect(d.mean - half).toBeCloseTo(-0.2054832, 6);
  expect(d.mean + half).toBeCloseTo(3.3654832, 6);
});

it('needs two values on each side, and no spread', () => {
  expect(welchDifference([], [1])).toBeNull();
  expect(halfWidth(welchDifference([1], [1, 2])!, 0.025)).toBeNull();
  expect(halfWidth(welchDifference([1, 1], [2, 2, 2])!, 0.025)).toBe(0);
});
