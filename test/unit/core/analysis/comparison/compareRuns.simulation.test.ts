import { describe, expect, it } from 'vitest';
import { repeats } from '../../../../support/repeats';
import { type RunsTruth, simulateComparisons } from '../../../../support/simulatedRuns';

const sweeps = repeats(250, 4000);
/** Three standard errors of a share of 5 %. */
const chance = 3 * Math.sqrt((0.05 * 0.95) / sweeps);

const usual: RunsTruth = {
  ...{ configurations: 5, blocks: 8, past: 5, runs: 1 },
  ...{ dayPercent: 2, configurationDayPercent: 0.3, blockPercent: 2, cvPercent: 0.7, correlation: 0.5 },
};

describe.each([0, 0.3, 0.5])('equal runs of two days, each day with its own %s %% of each configuration', (percent) => {
  it.each([
    [2, 3],
    [5, 5],
    [11, 3],
  ])('%i configurations with a past of %i runs are told apart in 5 of 100 at most', (configurations, past) => {
    const truth = { ...usual, configurations, past, configurationDayPercent: percent };
    expect(simulateComparisons(truth, sweeps, 51).ratioDiffers).toBeLessThan(0.05 + chance);
  });
});

it('nothing is judged without a past, though the runs alone would tell most apart', () => {
  const { ratioDiffers, differs, withinDiffers } = simulateComparisons({ ...usual, past: 0 }, sweeps, 52);
  expect([ratioDiffers, differs]).toEqual([0, 0]);
  expect(withinDiffers).toBeGreaterThan(0.4);
});

it('a configuration that differs from day to day more than the others is no false alarm either, nor is a short run after long ones', () => {
  const uneven = { ...usual, configurationDayPercent: [0.3, 0.3, 0.3, 0.3, 1.2] };
  expect(simulateComparisons(uneven, sweeps, 53).ratioDiffers).toBeLessThan(0.05 + chance);
  const noisyReference = { ...usual, configurationDayPercent: [0.9, 0.3, 0.3, 0.3, 0.3] };
  expect(simulateComparisons(noisyReference, sweeps, 54).ratioDiffers).toBeLessThan(0.05 + chance);
  const short = { ...usual, configurationDayPercent: 0, blocks: 5, pastBlocks: 12 };
  expect(simulateComparisons(short, sweeps, 55).ratioDiffers).toBeLessThan(0.05 + chance);
});

it('a ratio that truly differs by 3 % is found, and one that does by the margin is not called equivalent', () => {
  expect(simulateComparisons({ ...usual, changePercent: 3 }, sweeps, 56).ratioFound).toBeGreaterThan(0.6);
  const calm = { ...usual, configurationDayPercent: 0, cvPercent: 0.2, changePercent: 1 };
  expect(simulateComparisons(calm, sweeps, 57).ratioEquivalent).toBeLessThan(0.05 + chance);
});

it('three runs a side tell joules themselves apart in 5 of 100 at most where nothing changed, and a large change mostly', () => {
  const sides = { ...usual, past: 0, runs: 3, configurations: 2 };
  expect(simulateComparisons(sides, sweeps, 58).differs).toBeLessThan(0.05 + chance);
  expect(simulateComparisons({ ...sides, runs: 5, commonPercent: 12 }, sweeps, 59).found).toBeGreaterThan(0.9);
});
