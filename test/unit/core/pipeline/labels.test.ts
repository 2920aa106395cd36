import { describe, expect, it } from 'vitest';
import { type Key, labelsOf, type Step, stepsOf } from '../../../../src/core/pipeline/labels';
import { seededRandom } from '../../../../src/core/statistics/random';

const sum: Key = { join: 'sum', atMost: Infinity };
const step = (option: number, keys: number[], tie = 0): Step => ({ option, replicas: 1, keys, tie });
const optionsOf = (label: Parameters<typeof stepsOf>[0]) => stepsOf(label).map(({ option }) => option);

describe('labels', () => {
  it.each([1, 2, 3, 4, 5])('are those that no other beats in %i keys', (count) => {
    const random = seededRandom(count);
    const values = () => Array.from({ length: count }, () => Math.floor(random() * 6));
    const stages = Array.from({ length: 3 }, () => Array.from({ length: 7 }, (_, o) => step(o, values())));
    const { after, isThinned } = labelsOf(
      stages,
      values().map(() => sum),
      { most: 1000 },
    );
    const all = stages.reduce<number[][]>(
      (begun, steps) => begun.flatMap((keys) => steps.map((one) => keys.map((key, k) => key + one.keys[k]!))),
      [Array.from({ length: count }, () => 0)],
    );
    const isBeaten = (keys: number[]) =>
      all.some((other) => other.every((v, k) => v <= keys[k]!) && other.some((v, k) => v < keys[k]!));
    const expected = new Set(all.filter((keys) => !isBeaten(keys)).map(String));
    expect(new Set(after[2]!.map(({ keys }) => String(keys)))).toEqual(expected);
    expect(after[2]).toHaveLength(expected.size);
    expect(isThinned).toBe(false);
  });

  it('are as large as can be in a product', () => {
    const product: Key = { join: 'product', atMost: Infinity };
    const stages = [
      [step(0, [0.5, 1]), step(1, [0.9, 3])],
      [step(0, [0.8, 1]), step(1, [0.2, 1])],
    ];
    const { after } = labelsOf(stages, [product, sum], { most: 10 });
    expect(after[1]!.map(({ keys }) => keys)).toEqual([
      [-0.9 * 0.8, 4],
      [-0.5 * 0.8, 2],
    ]);
    expect(after[1]!.map(optionsOf)).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  it('keep limits with the least of what comes behind, and need no room left at the end', () => {
    const limited: Key = { join: 'sum', atMost: 5 };
    const stages = [[step(0, [1, 4]), step(1, [2, 1])], [step(0, [1, 2])]];
    const { after } = labelsOf(stages, [sum, limited], { most: 10, decisive: 1 });
    expect(after.map((labels) => labels.map(optionsOf))).toEqual([[[1]], [[1, 0]]]);
  });

  it('of equal keys are those with the lower tie, and ask last whether a whole one is accepted', () => {
    const stages = [
      [step(0, [1], 5), step(1, [1], 2)],
      [step(0, [1], 1), step(1, [2], 0)],
    ];
    const whole = (accepts?: () => boolean) =>
      labelsOf(stages, [sum], { most: 10, ...(accepts && { accepts }) }).after[1]!;
    expect(whole().map(optionsOf)).toEqual([[1, 0]]);
    expect(whole(() => false)).toEqual([]);
  });

  it('are thinned to so many at most, the best of each key among them', () => {
    const random = seededRandom(3);
    const steps = Array.from({ length: 500 }, (_, o) => {
      const x = random();
      return step(o, [x, 1 - x, random()]);
    });
    const { after, isThinned } = labelsOf([steps], [sum, sum, sum], { most: 60 });
    expect(labelsOf([steps, steps], [sum, sum, sum], { most: 60, orNone: true })).toEqual({
      after: [],
      isThinned: true,
    });
    expect(isThinned).toBe(true);
    expect(after[0]!.length).toBeLessThanOrEqual(60);
    expect(after[0]!.length).toBeGreaterThan(10);
    for (const k of [0, 1, 2]) {
      const best = Math.min(...steps.map(({ keys }) => keys[k]!));
      expect(after[0]!.some(({ keys }) => keys[k] === best)).toBe(true);
    }
  });
});

it('of very many steps are thinned before they are put together, the ends of each key among them', () => {
  const count = 3000;
  const steps = Array.from({ length: count }, (_, o) => step(o, [o, count - o, (o * 7919) % count]));
  const { after, isThinned } = labelsOf([steps, steps], [sum, sum, sum], { most: 4000 });
  expect(isThinned).toBe(true);
  const last = after[1]!;
  expect(last.length).toBeGreaterThan(1000);
  expect(Math.min(...last.map(({ keys }) => keys[0]!))).toBe(0);
  expect(Math.min(...last.map(({ keys }) => keys[1]!))).toBe(2);
});
