import { describe, expect, it } from 'vitest';
import { repeats } from '../../../../support/repeats';
import { type PairTruth, simulatePairs } from '../../../../support/simulatedPairs';
import { simulateComparisons } from '../../../../support/simulatedRuns';

const pairs = repeats(250, 4000);
/** Three standard errors of a share of 5.5 %. */
const chance = 3 * Math.sqrt((0.055 * 0.945) / pairs);

const usual: PairTruth = {
  ...{ configurations: 3, blocks: 8 },
  ...{ blockPercent: 2, cvPercent: 0.7, driftPercent: 3, outliers: 0 },
};

describe.each([0, 0.03])('equal experiments measured in turns, %s of all trials straying', (outliers) => {
  it.each([
    [1, 5, false],
    [1, 12, true],
    [3, 8, false],
    [5, 12, true],
  ])(
    '%i configurations, %i blocks, stopping early: %s, are told apart in 5.5 of 100 at most',
    (configurations, blocks, stopping) => {
      const { differs } = simulatePairs({ ...usual, configurations, blocks, stopping, outliers }, pairs, 71);
      expect(differs).toBeLessThan(0.055 + chance);
    },
  );
});

it('a change of 2 % is found more often than by two runs of two days, where a past tells of the days', () => {
  const { found } = simulatePairs({ ...usual, configurations: 3, changePercent: 2 }, pairs, 72);
  const between = simulateComparisons(
    {
      ...{ configurations: 3, blocks: 8, past: 5, runs: 1, changePercent: 2 },
      ...{ dayPercent: 2, configurationDayPercent: 0.3, blockPercent: 2, cvPercent: 0.7, correlation: 0.5 },
    },
    repeats(150, 1000),
    73,
  ).ratioFound;
  expect(found).toBeGreaterThan(0.9);
  expect(found).toBeGreaterThan(between + 0.2);
});

it('a change by the margin is not called equivalent', () => {
  const { equivalent } = simulatePairs({ ...usual, cvPercent: 0.2, blocks: 12, changePercent: 1 }, pairs, 74);
  expect(equivalent).toBeLessThan(0.055 + chance);
});
