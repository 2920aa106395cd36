import { expect, it } from 'vitest';
import { readingsWithin } from '../../../../src/core/energy/readings';

it('takes the readings behind one moment, up to and with another', () => {
  const at = (monotonicMs: number) => ({ monotonicMs, counters: [], busySeconds: 0, totalSeconds: 0 });
  const readings = [at(100), at(200), at(200), at(300)];
  const times = (from: number, to: number) => readingsWithin(readings, from, to).map((r) => r.monotonicMs);
  expect(times(100, 200)).toEqual([200, 200]);
  expect(times(99, 299)).toEqual([100, 200, 200]);
  expect(times(200, 1000)).toEqual([300]);
  expect(times(300, 1000)).toEqual([]);
  expect(times(0, 50)).toEqual([]);
  expect(readingsWithin([], 0, 1)).toEqual([]);
});
