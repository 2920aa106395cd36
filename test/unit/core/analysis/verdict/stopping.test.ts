import { describe, expect, it } from 'vitest';
import { intervalTail } from '../../../../../src/core/statistics/confidence';
import { meanInterval } from '../../../../../src/core/statistics/statistics';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { decideNext, isSatisfied } from '../../../../../src/core/analysis/verdict/stopping';
import { sampledAccuracy } from '../../../../support/sampledAccuracy';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

it('stops, of a single configuration, once half the interval of J/image is within what was asked for, and not before', () => {
  const values = [2.02, 1.98, 2.02, 1.98, 2];
  const results = [emptyResult(8, { trials: values.map((joules, i) => trialOf(i + 1, joules)) })];
  const decide = (intervalPercent: number) => {
    const terms = termsOf({ min: 5, max: 12, intervalPercent });
    return decideNext(results, terms, { blocksFinished: 5, settled: [] });
  };
  const { low, high, mean } = meanInterval(values, intervalTail(termsOf({ min: 5, max: 12 }).measure.repeats, true));
  const halfPercent = (50 * (high! - low!)) / mean;
  expect(decide(1.01 * halfPercent)).toMatchObject({
    action: 'stop',
    message: expect.stringContaining('the verdict is reached'),
  });
  const wider = decide(0.99 * halfPercent);
  expect(wider).toMatchObject({
    action: 'continue',
    message: expect.stringContaining('its interval is wider than ± '),
  });
});

describe('blocks that were added', () => {
  /** Two batch sizes, one of which takes a tenth less, told apart where there is little noise, in as many blocks. */
  const sweep = (blocks: number, noise: number) =>
    [1, 2].map((batchSize) =>
      emptyResult(batchSize, {
        trials: Array.from({ length: blocks }, (_, i) =>
          trialOf(i + 1, (1 + 0.1 * batchSize) * (2 + noise * ((i * batchSize) % 3))),
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

  it('move the end of a run whose verdict is open, and no further', () => {
    const addedBlocks = { upToBlock: 11, untilVerdict: true };
    expect(next(8, 0.6)).toMatchObject({ action: 'stop', message: 'the maximum of 8 blocks is reached' });
    for (const blocks of [8, 9, 10]) expect(next(blocks, 0.6, addedBlocks).action).toBe('continue');
    const message = 'the blocks that were added are measured, 11 in all';
    expect(next(11, 0.6, addedBlocks)).toMatchObject({ action: 'stop', message });
    expect(next(12, 0.6, addedBlocks).action).toBe('stop');
  });

  it('are wanted for themselves where the run had ended because no configuration keeps the service level', () => {
    const terms = { ...termsOf(repeats), sla: { requestLatencyMs: 1e-3, percentile: 95 as const, arrivalRate: 1 } };
    // Intervals of ± 20 %: only the limit is sure.
    const results = sweep(6, 0.3);
    const at = (addedBlocks?: { upToBlock: number; untilVerdict: boolean }) =>
      decideNext(results, { ...terms, ...(addedBlocks && { addedBlocks }) }, { blocksFinished: 6, settled: [] });
    expect(at()).toMatchObject({ action: 'stop', message: expect.stringContaining('keeps the service level') });
    expect(isSatisfied(results, terms, [])).toBe(true);
    expect(at({ upToBlock: 9, untilVerdict: false })).toMatchObject({ action: 'continue', settle: [] });
  });

  it('end sooner where the verdict is reached, unless it had been before', () => {
    expect(next(9, 0.001, { upToBlock: 11, untilVerdict: true })).toMatchObject({
      action: 'stop',
      message: 'after 9 blocks the verdict is reached',
    });
    // It had ended at the sixth block of eight: three more are three more.
    const all = { upToBlock: 9, untilVerdict: false };
    for (const blocks of [6, 7, 8]) expect(next(blocks, 0.001, all).action).toBe('continue');
    expect(next(9, 0.001, all).action).toBe('stop');
  });
});

describe('an accuracy that is open', () => {
  const sla = { requestLatencyMs: 60_000, percentile: 95, arrivalRate: 1, minAccuracy: 0.41 };
  const trials = (joules: number, batchMs: number) =>
    [1, 2, 3, 4, 5].map((block) =>
      trialOf(block, joules * (1 + 0.001 * Math.sin(block)), {
        idleWatts: 20,
        batchMs: Array<number>(40).fill(batchMs),
      }),
    );
  const lean = (accuracy: ReturnType<typeof sampledAccuracy>) =>
    emptyResult(1, { id: 'lean', model: 'lean', trials: trials(2, 100), ...accuracy });
  const large = (accuracy: ReturnType<typeof sampledAccuracy>) =>
    emptyResult(1, { id: 'large', model: 'large', trials: trials(3, 150), ...accuracy });
  const terms = { ...termsOf({ min: 5, max: 12, intervalPercent: 2 }), sla };
  const close = sampledAccuracy(0.412, 0.008, { own: 0.001, seed: 2 });

  it('is waited for by no look, and leaves the verdict open', () => {
    const results = [lean(close), large(sampledAccuracy(0.5, 0.008))];
    expect(decideNext(results, terms, { blocksFinished: 5, settled: [] })).toMatchObject({ action: 'stop' });
    const { verdict } = judge(results, terms);
    expect(verdict).toMatchObject({ kind: 'unresolved', openBecause: 'feasibility' });
    expect(verdict.sentence).toContain('too close to 0.41 to tell: more images would');
  });

  it('settles no model that might be the more accurate one', () => {
    const wide = {
      ...terms,
      measure: { ...terms.measure, equivalencePercent: 0.05 },
    };
    // Another one of the lean model, so that the choice is open and the run goes on.
    const twin = { ...lean(close), id: 'twin' };
    twin.trials = twin.trials.map((t, i) => ({ ...t, joulesPerUnit: t.joulesPerUnit * (1 + 0.01 * ((i % 3) - 1)) }));
    const settled = (other: ReturnType<typeof sampledAccuracy>) =>
      decideNext([lean(close), twin, large(other)], wide, { blocksFinished: 5, settled: [] }).settle.map(
        ({ id }) => id,
      );
    expect(settled(sampledAccuracy(0.405, 0.008, { own: 0.004, seed: 3 }))).toEqual([]);
    expect(settled(sampledAccuracy(0.38, 0.008, { own: 0.004, seed: 3 }))).toEqual(['large']);
  });
});
