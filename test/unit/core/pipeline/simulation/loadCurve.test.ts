import { expect, it } from 'vitest';
import { largestLoad, loadCurve, meanLoad, periodOf } from '../../../../../src/core/pipeline/simulation/loadCurve';

const steps = loadCurve({
  kind: 'steps',
  steps: [
    { seconds: 10, requestsPerSecond: 4 },
    { seconds: 30, requestsPerSecond: 8 },
  ],
});

it('has the length of its pattern', () => {
  expect(periodOf(steps)).toBe(40);
  expect(periodOf(loadCurve({ kind: 'trace', requestsPerSecond: [1, 2, 3], file: 'a.csv' }))).toBe(3);
  expect(periodOf(loadCurve({ kind: 'constant', requestsPerSecond: 5 }))).toBe(Infinity);
});

it('is averaged over any time, beginning anew where it ends', () => {
  expect(meanLoad(steps, 10)).toBe(4);
  expect(meanLoad(steps, 40)).toBe(7);
  expect(meanLoad(steps, 50)).toBe((280 + 40) / 50);
  expect(meanLoad(loadCurve({ kind: 'constant', requestsPerSecond: 5 }), 123)).toBe(5);
});

it('tells its largest load between two moments, the second not included', () => {
  expect(largestLoad(steps, 0, 10)).toBe(4);
  expect(largestLoad(steps, 5, 15)).toBe(8);
  expect(largestLoad(steps, 40, 50)).toBe(4);
  expect(largestLoad(steps, 75, 85)).toBe(8);
});

it('is averaged over any number of periods at once', () => {
  const short = loadCurve({
    kind: 'steps',
    steps: [
      { seconds: 1e-9, requestsPerSecond: 2 },
      { seconds: 1e-9, requestsPerSecond: 4 },
    ],
  });
  expect(meanLoad(short, 3600)).toBeCloseTo(3, 9);
  expect(largestLoad(short, 0, 3600)).toBe(4);
});
