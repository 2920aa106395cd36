import { expect, it } from 'vitest';
import { withoutStrays } from '../../../../src/core/search/withoutStrays';

const grid = (change: (i: number, block: number) => number) =>
  Array.from({ length: 5 }, (_, b) =>
    Array.from({ length: 4 }, (__, i) => ({
      configuration: i,
      block: b + 1,
      lnCost: 0.1 * i + 0.2 * b + 0.004 * Math.sin(7 * i + 5 * b) + change(i, b),
    })),
  ).flat();

it('pulls in what is far from block and configuration, and leaves the rest', () => {
  const strays = grid((i, b) => (i === 2 && b === 3 ? 0.5 : 0));
  const kept = withoutStrays(strays, 4);
  const stray = kept.find((o) => o.configuration === 2 && o.block === 4)!;
  expect(Math.abs(stray.lnCost - (0.2 + 0.6))).toBeLessThan(0.1);
  const plain = grid(() => 0);
  withoutStrays(plain, 4).forEach((o, i) => expect(o.lnCost).toBeCloseTo(plain[i]!.lnCost, 9));
});

it('takes trials as they are where nothing tells how much they scatter', () => {
  const one = grid(() => 0).filter(({ block }) => block === 1);
  expect(withoutStrays(one, 4)).toEqual(one);
});
