import { expect, it } from 'vitest';
import { mostTrials, trialLimit } from '../../../../src/core/search/trialLimit';

it('is a share of the trials of all configurations in the most blocks', () => {
  expect(trialLimit({ maxTrialsPercent: 40 }, 24, 12)).toBe(115);
  const measure = { repeats: { max: 12 } };
  expect(mostTrials({ measure, search: { maxTrialsPercent: 40 } }, 24, 12)).toBe(115);
  expect(mostTrials({ measure, search: { maxTrialsPercent: 40 } }, 24, 2)).toBe(48);
  expect(mostTrials({ measure, search: undefined }, 24, 12)).toBe(288);
  // Blocks that were added beyond the plan count too.
  expect(mostTrials({ measure, search: { maxTrialsPercent: 50 } }, 10, 20)).toBe(100);
});
