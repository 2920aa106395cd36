import { describe, expect, it } from 'vitest';
import { curveOf, type Standing } from '../../../../src/core/search/leftOut';
import { nextBlock } from '../../../../src/core/search/nextBlock';
import { emptyResult } from '../../../support/simulatedSweep';

const configurations = Array.from({ length: 24 }, (_, i) => emptyResult(i + 1));
const fresh: Standing = { trials: 0, lnCosts: new Map(), isAlways: false, isSettled: false, isBroken: false };
const tried = (costs: number[], rest: Partial<Standing> = {}): Standing => ({
  ...fresh,
  ...{ trials: costs.length, lnCosts: new Map(costs.map((cost, i) => [i + 1, cost])), ...rest },
});
const next = (standings: Standing[], block: number, trialsLeft: number) =>
  nextBlock(configurations, standings, curveOf(configurations, standings), {
    ...{ block, lastBlock: 12, trialsLeft, marginPercent: 1 },
  });

describe('the first block', () => {
  it('measures a part, the one in use among it', () => {
    const standings = configurations.map((_, i) => ({ ...fresh, isAlways: i === 10 }));
    const first = next(standings, 1, 115);
    expect(first.length).toBeGreaterThan(8);
    expect(first.length).toBeLessThan(20);
    expect(first).toContain(10);
    expect(first).toEqual([...first].sort((a, b) => a - b));
  });

  it('leaves trials for the blocks to come, however few there are', () => {
    expect(
      next(
        [...configurations.keys()].map(() => fresh),
        1,
        14,
      ).length,
    ).toBeLessThan(8);
  });
});

describe('a later block', () => {
  const rising = (i: number) => [0, 0.2].map((level) => level + 0.05 * i);
  const standings = configurations.map((_, i) => (i % 3 === 0 ? tried(rising(i)) : fresh));

  it('measures what could still be the lowest, and what is always measured', () => {
    const chosen = next(
      standings.map((s, i) => ({ ...s, isAlways: i === 20 })),
      3,
      100,
    );
    expect(chosen).toEqual(expect.arrayContaining([0, 1, 20]));
    expect(chosen).not.toContain(22);
  });

  it('never measures more than the trials that are left', () => {
    for (const left of [0, 1, 2, 5]) expect(next(standings, 3, left).length).toBeLessThanOrEqual(left);
  });

  it('goes on with those that can be compared, and not with those that are given up', () => {
    const five = (i: number) => Array.from({ length: 5 }, (_, b) => 0.1 * b + 0.05 * i);
    const compared = configurations.map((_, i) => (i < 3 ? tried(five(i), { isSettled: i === 2 }) : standings[i]!));
    const chosen = next(compared, 6, 60);
    expect(chosen).toEqual(expect.arrayContaining([0, 1]));
    expect(chosen).not.toContain(2);
  });

  it('tries what the trials reach where nothing measured keeps the limit', () => {
    const broken = configurations.map((_, i) => (i % 2 === 0 ? tried(rising(i), { isBroken: true }) : fresh));
    const chosen = next(broken, 2, 90);
    expect(chosen.length).toBeGreaterThan(8);
    expect(chosen.every((i) => i % 2 === 1)).toBe(true);
  });
});
