import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { additiveModel } from '../../../../src/core/statistics/additiveModel';
import { withEdge } from '../../../../src/core/statistics/comparison';

/** ln cost in blocks from `first` on. */
const costs = (values: number[], first = 1) => new Map(values.map((value, i) => [first + i, value]));

describe('differences', () => {
  it('are of the blocks that both have', () => {
    // Block 3 was dear for all: who missed it is not the cheaper for that.
    const model = additiveModel(
      new Map([
        ['a', costs([1, 1, 9])],
        ['b', costs([2, 2])],
        ['c', costs([5], 9)],
      ]),
    );
    expect(model.difference('b', 'a')).toMatchObject({ mean: 1, n: 2 });
    expect(model.difference('a', 'c')).toMatchObject({ mean: Number.NaN, n: 0 });
    expect(model.difference('a', 'nobody').n).toBe(0);
    expect(additiveModel(new Map([['a', costs([])]])).ids).toEqual([]);
  });

  it('cancel what a block shares, and take what others say of the spread from those with the same blocks', () => {
    const normal = seededNormal(5);
    const blocks = Array.from({ length: 12 }, () => normal());
    const rows = Array.from({ length: 6 }, (_, i) => costs(blocks.map((b) => b + 0.1 * i + 0.01 * normal())));
    const all = new Map(rows.map((row, i) => [`c${i}`, row]));
    const whole = additiveModel(all).difference('c1', 'c0');
    expect(whole.mean).toBeCloseTo(0.1, 1);
    expect(whole.error).toBeLessThan(0.01);
    expect(whole.degreesOfFreedom).toBeGreaterThanOrEqual(11);
    // One that was settled early takes no part in what the others share later.
    const settled = new Map(all).set('c5', new Map([...rows[5]!].filter(([block]) => block <= 5)));
    expect(additiveModel(settled).difference('c1', 'c0').n).toBe(12);
    expect(additiveModel(settled).difference('c5', 'c0').n).toBe(5);
  });

  it('keep what is not known of each, and what all share', () => {
    const a = withEdge(costs([1, 2]), 0.01, { up: 0.1, down: -0.1 });
    const b = withEdge(costs([1, 2]), 0.02, { up: 0.07, down: -0.08 });
    const model = additiveModel(
      new Map([
        ['a', a],
        ['b', b],
      ]),
    );
    expect(model.difference('a', 'b').edge).toBeCloseTo(0.06, 12);
    expect(model.without(1).difference('a', 'b')).toMatchObject({ n: 1, edge: expect.closeTo(0.06, 12) });
  });
});

it('tells which trial strays: of two the one that is unlike its own others', () => {
  const model = additiveModel(
    new Map([
      ['a', costs([1, 1.01, 1.5, 0.99, 1, 1.02])],
      ['b', costs([2, 2.01, 2, 1.98, 2.01, 2])],
    ]),
  );
  expect(model.outliers()).toEqual([{ id: 'a', block: 3, deviation: expect.closeTo(0.49, 1) }]);
  expect(model.residual('a', 3)).toBeGreaterThan(0.2);
});
