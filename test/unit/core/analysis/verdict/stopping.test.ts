import { expect, it } from 'vitest';
import { intervalTail } from '../../../../../src/core/statistics/confidence';
import { meanInterval } from '../../../../../src/core/statistics/statistics';
import { decideNext } from '../../../../../src/core/analysis/verdict/stopping';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

it('stops once half the interval of J/image is within what was asked for, and not before', () => {
  const values = [2.02, 1.98, 2.02, 1.98, 2];
  const results = [1, 8].map((batchSize) =>
    emptyResult(batchSize, { trials: values.map((joules, i) => trialOf(i + 1, batchSize * joules)) }),
  );
  const decide = (intervalPercent: number) => {
    const terms = termsOf({ min: 5, max: 12, intervalPercent });
    return decideNext(results, terms, { blocksFinished: 5, settled: [] });
  };
  const { low, high, mean } = meanInterval(values, intervalTail(termsOf({ min: 5, max: 12 }).measure.repeats));
  const halfPercent = (50 * (high! - low!)) / mean;
  expect(decide(1.01 * halfPercent)).toMatchObject({
    action: 'stop',
    message: expect.stringContaining('the verdict is reached'),
  });
  const wider = decide(0.99 * halfPercent);
  expect(wider).toMatchObject({ action: 'continue', message: expect.stringContaining('2 of 2 intervals are wider') });
});
