import { describe, expect, it } from 'vitest';
import {
  blocksToDecide,
  compare,
  differenceInterval,
  lowestCost,
  pairedDifference,
} from '../../../../src/core/statistics/comparison';
import { comparisonTails } from '../../../../src/core/statistics/confidence';
import { seededNormal } from '../../../support/simulatedSweep';

const tails = comparisonTails(2, { min: 5, max: 12, intervalPercent: 2 }, 5);
/** ln cost in blocks from `first` on. */
const costs = (values: number[], first = 1) => new Map(values.map((value, i) => [first + i, value]));
const clear = (blocks: number) =>
  compare('x', costs([0.5, 0.501, 0.5, 0.502, 0.5, 0.501].slice(0, blocks)), costs(Array(blocks).fill(0)), tails, 1);

describe('compare', () => {
  it('calls nothing worse on fewer than five blocks, however clear it is', () => {
    expect(clear(4)).toMatchObject({ relation: 'unresolved', blocks: 4, withinMargin: false });
    expect(clear(4).low).toBeGreaterThan(60);
    expect(clear(5)).toMatchObject({ relation: 'worse', blocks: 5 });
  });

  it('counts only blocks that both have', () => {
    const few = compare('x', costs(Array(6).fill(0.5)), costs(Array(6).fill(0), 3), tails, 1);
    expect(few).toMatchObject({ relation: 'unresolved', blocks: 4 });
    expect(compare('x', costs([1]), costs([1], 2), tails, 1)).toMatchObject({
      differencePercent: null,
      low: null,
      blocks: 0,
    });
  });

  it('is equivalent only when the whole interval lies within the margin, on either side', () => {
    const about = (mean: number) => costs([0.001, -0.001, 0.002, -0.002, 0, 0.001].map((x) => mean + x));
    const zero = costs(Array(6).fill(0));
    expect(compare('x', about(0), zero, tails, 1)).toMatchObject({ relation: 'equivalent', withinMargin: true });
    expect(compare('x', about(0), zero, tails, 0.1)).toMatchObject({ relation: 'unresolved', withinMargin: false });
    expect(compare('x', about(-0.05), zero, tails, 1)).toMatchObject({ relation: 'unresolved', withinMargin: false });
    expect(compare('x', about(0.006), zero, tails, 1)).toMatchObject({ relation: 'worse', withinMargin: true });
  });

  it('has an interval about the difference, in percent', () => {
    const { differencePercent, low, high } = clear(6);
    expect(differencePercent).toBeCloseTo(Math.expm1(0.50067) * 100, 2);
    expect(low!).toBeLessThan(differencePercent!);
    expect(high!).toBeGreaterThan(differencePercent!);
  });
});

it('has no interval of one difference', () => {
  expect(differenceInterval(pairedDifference(costs([1]), costs([0])), 0.025)).toBeNull();
  expect(differenceInterval(pairedDifference(costs([1, 1.1]), costs([0, 0])), 0.025)).not.toBeNull();
});

describe('blocks that would decide', () => {
  it('are the fewest at which the same difference and spread would tell', () => {
    const d = { mean: 0.02, sd: 0.03, n: 5, edge: 0 };
    const needed = blocksToDecide(d, tails, 1)!;
    expect(needed).toBeGreaterThan(5);
    const at = (n: number) => differenceInterval({ ...d, n }, tails.worse)!.low > 0;
    expect([at(needed - 1), at(needed)]).toEqual([false, true]);
  });

  it('are not foretold where they would be too many, or from one block', () => {
    expect(blocksToDecide({ mean: 0.011, sd: 0.5, n: 5, edge: 0 }, tails, 1)).toBeNull();
    expect(blocksToDecide({ mean: 1, sd: 0, n: 1, edge: 0 }, tails, 1)).toBeNull();
    // Two equal ones: within the margin soon.
    expect(blocksToDecide({ mean: 0, sd: 0.005, n: 5, edge: 0 }, tails, 1)).toBeLessThan(20);
    // Not where the edges of windows alone are wider than the margin.
    expect(blocksToDecide({ mean: 0, sd: 0.005, n: 5, edge: 0.02 }, tails, 1)).toBeNull();
  });
});

describe('the lowest cost', () => {
  it('is the lowest mean where all share all blocks', () => {
    const normal = seededNormal(1);
    const all = new Map(['a', 'b', 'c'].map((id) => [id, costs(Array.from({ length: 6 }, () => normal()))]));
    const mean = (id: string) => [...all.get(id)!.values()].reduce((sum, x) => sum + x, 0);
    expect(lowestCost(all)).toBe([...all.keys()].sort((a, b) => mean(a) - mean(b))[0]);
  });

  it('is by shared blocks where some lack, and none without any', () => {
    // Block 3 was dear for all: who missed it is not the cheaper for that.
    const all = new Map([
      ['a', costs([1, 1, 9])],
      ['b', costs([2, 2])],
    ]);
    expect(lowestCost(all)).toBe('a');
    expect(
      lowestCost(
        new Map([
          ['a', costs([])],
          ['b', costs([7])],
        ]),
      ),
    ).toBe('b');
    expect(lowestCost(new Map())).toBeNull();
  });
});
