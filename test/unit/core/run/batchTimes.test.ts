import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBatchTimes, thinnedBatchTimes } from '../../../../src/core/run/batchTimes';

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

it('keeps all where there are few', () => {
  const times = createBatchTimes(5);
  for (const ms of [3, 1, 2, 9]) times.add(ms);
  expect(times.kept()).toEqual([3, 1, 2, 9]);
  expect(times.count()).toBe(4);
  expect(createBatchTimes().kept()).toEqual([]);
});

it('keeps an even part of many, the count of all and the longest', () => {
  const list = fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { maxLength: 300 });
  fc.assert(
    fc.property(list, fc.integer({ min: 2, max: 20 }), (all, most) => {
      const times = createBatchTimes(most);
      for (const ms of all) times.add(ms);
      const kept = times.kept();
      expect(times.count()).toBe(all.length);
      expect(kept.length).toBeLessThanOrEqual(most);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(all.length, most / 2));
      if (all.length > 0) expect(Math.max(...kept)).toBe(Math.max(...all));
      expect(thinnedBatchTimes(all, most)).toEqual(all.length <= most ? all : kept);
    }),
  );
});

it('changes neither mean nor the order in time of a long window', () => {
  const all = Array.from({ length: 250_000 }, (_, i) => 1 + Math.sin(i / 500) / 10 + i / 1e6);
  const kept = thinnedBatchTimes(all);
  expect(kept.length).toBeLessThanOrEqual(100_000);
  expect(mean(kept) / mean(all)).toBeCloseTo(1, 4);
  expect(kept[1000]! - kept[0]!).toBeCloseTo(all[4000]! - all[0]!, 6);
});
