import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrivalMs, drawnArrivals, firstArrival } from '../../../../src/core/latency/replayedArrivals';
import { replayedRequests } from '../../../../src/core/spec/replayedRequests';

it('are exactly as many as the rate says, ascending, within their length, the same by the same seed', () => {
  expect(replayedRequests(10, 60)).toBe(600);
  expect(replayedRequests(0.01, 60)).toBe(1);
  const { atMs, periodMs } = drawnArrivals(600, 60, 7);
  expect([atMs.length, periodMs]).toEqual([600, 60_000]);
  expect(atMs[0]).toBeGreaterThanOrEqual(0);
  expect(atMs.at(-1)).toBeLessThan(60_000);
  expect([...atMs]).toEqual([...atMs].sort((a, b) => a - b));
  expect(drawnArrivals(600, 60, 7).atMs).toEqual(atMs);
  expect(drawnArrivals(600, 60, 8).atMs).not.toEqual(atMs);
});

it('bunch as those of a Poisson process do: counts of seconds scatter as much as their mean, but for what the whole count fixes', () => {
  const counts = new Float64Array(20_000);
  for (const at of drawnArrivals(100_000, 20_000, 3).atMs) counts[Math.floor(at / 1000)]!++;
  const mean = 5;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  // Standard error of a variance of n counts: about mean · √(2/n) = 1 %.
  expect(variance / mean).toBeGreaterThan(0.95);
  expect(variance / mean).toBeLessThan(1.05);
});

it('come again and again, before and after their own length', () => {
  const arrivals = { atMs: Float64Array.of(100, 400), periodMs: 1000 };
  expect([-3, -2, -1, 0, 1, 2, 5].map((index) => arrivalMs(arrivals, index))).toEqual([
    -1600, -900, -600, 100, 400, 1100, 2400,
  ]);
});

it('have a first one from any moment on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(999), { minLength: 1, maxLength: 20 }).map((list) => list.sort((a, b) => a - b)),
      fc.integer({ min: -5000, max: 5000 }),
      (list, fromMs) => {
        const arrivals = { atMs: Float64Array.from(list), periodMs: 1000 };
        const first = firstArrival(arrivals, fromMs);
        expect(arrivalMs(arrivals, first)).toBeGreaterThanOrEqual(fromMs);
        expect(arrivalMs(arrivals, first - 1)).toBeLessThan(fromMs);
      },
    ),
  );
});
