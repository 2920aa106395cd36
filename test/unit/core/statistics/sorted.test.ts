import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstIndex } from '../../../../src/core/statistics/sorted';

it('finds what looking at each would find', () => {
  const sorted = fc.array(fc.integer({ min: 0, max: 30 })).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(sorted, fc.integer({ min: -1, max: 31 }), (list, value) => {
      const looked = (found: number) => (found === -1 ? list.length : found);
      const above = (x: number) => x > value;
      const notBelow = (x: number) => x >= value;
      expect(firstIndex(list.length, (i) => above(list[i]!))).toBe(looked(list.findIndex(above)));
      expect(firstIndex(list.length, (i) => notBelow(list[i]!))).toBe(looked(list.findIndex(notBelow)));
    }),
  );
});

it('asks for few, and for none that is not there', () => {
  const asked: number[] = [];
  const at = (index: number) => firstIndex(1_000_000, (i) => asked.push(i) > 0 && i >= index);
  for (const index of [0, 1, 499_999, 999_999, 1_000_000]) {
    asked.length = 0;
    expect(at(index)).toBe(index);
    expect(asked.length).toBeLessThanOrEqual(20);
    expect(Math.max(...asked)).toBeLessThan(1_000_000);
  }
  expect(firstIndex(0, () => true)).toBe(0);
});
