import { expect, it } from 'vitest';
import { lnRatios } from '../../../../../src/core/analysis/comparison/lnRatios';
import { emptyResult, trialOf } from '../../../../support/simulatedSweep';

it('relates each block that both have to the same block of the reference', () => {
  const reference = emptyResult(1, { trials: [1, 2, 3].map((block) => trialOf(block, 2 * block)) });
  // Settled after the second block; a repeat of the first failed.
  const settled = emptyResult(2, { trials: [trialOf(2, 4), trialOf(4, 9)] });
  expect(lnRatios(settled, reference)).toEqual([0]);
  const doubled = emptyResult(2, { trials: [1, 2, 3].map((block) => trialOf(block, 4 * block)) });
  for (const ratio of lnRatios(doubled, reference)) expect(ratio).toBeCloseTo(Math.LN2, 12);
  expect(lnRatios(emptyResult(4), reference)).toEqual([]);
});
