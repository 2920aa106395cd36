import { describe, expect, it } from 'vitest';
import { repeats } from '../../../support/repeats';
import { type IdleTruth, simulateIdle } from '../../../support/simulatedIdle';

// Whole sweeps with idle windows that are off by 5 % each, and all of a run by 2 % to one side; larger tables: test/bench/simulateIdle.ts.

const sweeps = repeats(200, 3000);
/** A share of 5 % strays by so much in one of twenty series of 200. */
const chance = repeats(0.025, 0);
const usual: IdleTruth = {
  ...{ arrivalRate: 15, throughputs: [40, 20], joulesPerRequest: 12, idleSdPercent: 5 },
  ...{ biasPercent: { off: 2, side: 'either' }, idleAt: 'blocks', noise: 'calm' },
};
const simulate = (rest: Partial<IdleTruth>, terms = {}) => simulateIdle({ ...usual, ...rest }, sweeps, 21, terms);

describe('by simulation of sweeps whose idle watts are off', () => {
  it.each([
    { throughputs: [40, 30] },
    { throughputs: [40, 20] },
    { arrivalRate: 4, throughputs: [40, 10], joulesPerRequest: 32 },
    { throughputs: [40, 30], noise: 'realistic' as const },
    { throughputs: [40, 20], idleSdPercent: 2 },
    { throughputs: [40, 20], idleAt: 'thrice' as const },
    { throughputs: [40, 35, 30] },
  ])(
    'equal joules per request name a false greenest in at most 5.5 percent, and else the one of least J/image: %o',
    (rest) => {
      const r = simulate(rest);
      expect(r.falseGreenest).toBeLessThanOrEqual(0.055 + chance);
      if (r.byUnitTrue !== null) expect(r.byUnitTrue).toBeGreaterThanOrEqual(0.945);
    },
  );

  it('one window that is taken as exact would name one in most sweeps', () => {
    expect(simulate({ idleAt: 'once' }).falseGreenest).toBeGreaterThan(0.5);
  });

  it.each([
    { side: 'up' as const, idleAt: 'blocks' as const },
    { side: 'down' as const, idleAt: 'blocks' as const },
    { side: 'down' as const, idleAt: 'thrice' as const },
  ])(
    'intervals of net joules, joules per request, difference and saving hold the truth in at least 94 percent: %o',
    ({ side, idleAt }) => {
      const rest = { idleAt, biasPercent: { off: 2, side }, throughputs: [40, 30], joulesPerRequest: [12, 13] };
      const r = simulate(rest, { currentBatchSize: 2 });
      expect(r.coverage.netJoulesPerUnit).toBeGreaterThanOrEqual(0.94 - chance);
      expect(r.coverage.joulesPerRequest).toBeGreaterThanOrEqual(0.94 - chance);
      expect(r.differenceCoverage).toBeGreaterThanOrEqual(0.94 - chance);
      expect(r.savings).toBeGreaterThan(0.9);
      expect(r.wrongSavings).toBeLessThanOrEqual(0.05 + chance);
    },
  );

  it('a difference as large as the margin is called tied in at most 5 %', () => {
    const rest = { throughputs: [40, 30], joulesPerRequest: [12, 12.12], idleSdPercent: 2 };
    for (const side of ['up', 'down'] as const)
      expect(simulate({ ...rest, biasPercent: { off: 2, side } }).wrongTied).toBeLessThanOrEqual(0.05 + chance);
  });
});
