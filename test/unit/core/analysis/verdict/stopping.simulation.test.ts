import { describe, expect, it } from 'vitest';
import { repeats } from '../../../../support/repeats';
import { simulateMany, termsOf } from '../../../../support/simulatedSweep';

// Whole sweeps through the real stopping rule and verdict, seeds fixed; larger tables: test/bench/simulateVerdict.ts.

const sweeps = repeats(1000, 5000);
/** A share of 5 % strays by so much in one of twenty series of 1,000; the bounds below are those of 5,000. */
const chance = repeats(0.007, 0);

describe('by simulation of sweeps whose truth is known', () => {
  it('five equal configurations name a false greenest in at most 5.5 %, intervals cover ≥ 94 %', () => {
    const r = simulateMany({ joules: [2, 2, 2, 2, 2], cvPercent: 0.7, blockPercent: 1 }, termsOf(), sweeps, 11);
    expect(r.wrongGreenest).toBeLessThanOrEqual(0.055 + chance);
    expect(r.lowestCoverage).toBeGreaterThanOrEqual(0.94 - chance);
  });

  it('two equal ones, the hardest case: at most 5.5 % false greenest', () => {
    const r = simulateMany({ joules: [2, 2], cvPercent: 0.7 }, termsOf(), sweeps, 12);
    expect(r.wrongGreenest).toBeLessThanOrEqual(0.055 + chance);
    expect(r.wrongGreenest).toBeGreaterThan(0.01);
    expect(r.tied).toBeGreaterThan(0.5);
  });

  it.each([3, 8])('%i equal ones: at most 5.5 % false greenest', (count) => {
    const r = simulateMany({ joules: Array(count).fill(2), cvPercent: 1 }, termsOf(), 600, 13);
    expect(r.wrongGreenest).toBeLessThanOrEqual(0.055 + chance);
    expect(r.lowestCoverage).toBeGreaterThanOrEqual(0.93);
  });

  it.each([0.3, 1, 2, 3, 4, 5])(
    'one configuration, where stopping hurts most: coverage at least 94 percent at a CV of %f percent',
    (cvPercent) => {
      const r = simulateMany({ joules: [2], cvPercent }, termsOf(), sweeps, 14);
      expect(r.coverage).toBeGreaterThanOrEqual(0.94 - chance);
    },
  );

  it('a true 3 % at a trial CV of 0.7 % is told by six blocks or seven', () => {
    const truth = { joules: [2, 2.06, 2.06, 2.06, 2.06], cvPercent: 0.7 };
    const r = simulateMany(truth, termsOf(), 600, 15);
    expect(r.greenest).toBeGreaterThan(0.99);
    expect(r.wrongGreenest).toBeLessThan(0.01);
    expect(r.meanBlocks).toBeLessThan(6.7);
  });

  it('a difference as large as the margin is called tied in at most 5 %', () => {
    const r = simulateMany({ joules: [2, 2.02], cvPercent: 0.5 }, termsOf(), repeats(1000, 5000), 16);
    expect(r.wrongTied).toBeLessThanOrEqual(0.05 + chance);
  });

  it('the saving’s interval covers although the winner is chosen by the data', () => {
    const r = simulateMany(
      { joules: [2, 2.01, 2.02, 2.3], cvPercent: 0.4 },
      termsOf({ currentBatchSize: 4 }),
      1000,
      17,
    );
    expect(r.savings).toBeGreaterThan(500);
    expect(r.savingCoverage).toBeGreaterThanOrEqual(0.95);
  });
});
