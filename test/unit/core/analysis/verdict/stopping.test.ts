import { describe, expect, it } from 'vitest';
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

describe('blocks that were added', () => {
  /** Two batch sizes, one of which takes surely less, in as many blocks. */
  const sweep = (blocks: number, noise: number) =>
    [1, 2].map((batchSize) =>
      emptyResult(batchSize, {
        trials: Array.from({ length: blocks }, (_, i) =>
          trialOf(i + 1, batchSize * (2 + noise * ((i * batchSize) % 3))),
        ),
      }),
    );
  const repeats = { min: 5, max: 8, intervalPercent: 2 };
  const next = (blocks: number, noise: number, addedBlocks?: { upToBlock: number; untilVerdict: boolean }) =>
    decideNext(
      sweep(blocks, noise),
      { ...termsOf(repeats), ...(addedBlocks && { addedBlocks }) },
      { blocksFinished: blocks, settled: [] },
    );

  it('move the end of a run whose verdict or intervals are open, and no further', () => {
    const addedBlocks = { upToBlock: 11, untilVerdict: true };
    expect(next(8, 0.3)).toMatchObject({ action: 'stop', message: 'the maximum of 8 blocks is reached' });
    for (const blocks of [8, 9, 10]) expect(next(blocks, 0.3, addedBlocks).action).toBe('continue');
    const message = 'the blocks that were added are measured, 11 in all';
    expect(next(11, 0.3, addedBlocks)).toMatchObject({ action: 'stop', message });
    expect(next(12, 0.3, addedBlocks).action).toBe('stop');
  });

  it('end sooner where the verdict is reached, unless it had been before', () => {
    expect(next(9, 0.001, { upToBlock: 11, untilVerdict: true })).toMatchObject({
      action: 'stop',
      message: 'after 9 blocks every interval is within ± 2 % and the verdict is reached',
    });
    // It had ended at the sixth block of eight: three more are three more.
    const all = { upToBlock: 9, untilVerdict: false };
    for (const blocks of [6, 7, 8]) expect(next(blocks, 0.001, all).action).toBe('continue');
    expect(next(9, 0.001, all).action).toBe('stop');
  });
});
