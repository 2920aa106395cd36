import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leastRequestMs } from '../../../../src/core/latency/fastestBatch';
import { requestsOfTrials } from '../../../../src/core/latency/requestLatency';
import { emptyResult, trialOf } from '../../../support/simulatedSweep';

const of = (batchSize: number, ...times: number[][]) =>
  emptyResult(batchSize, {
    trials: times.map((batchMs, i) =>
      trialOf(i + 1, 2, { batchMs, unitsPerSecond: (batchSize * 1000) / Math.max(...batchMs) }),
    ),
  });

it('is the fastest batch of each trial', () => {
  const result = of(4, [120, 100, 140], [90, 95]);
  expect(leastRequestMs(result, [result], {})).toEqual([100, 90]);
});

it('is the fastest partial batch where a timeout sends them out', () => {
  const [one, four] = [of(1, [40]), of(4, [100, 120])];
  // A batch of one takes 40 of the 110 ms that a full one takes on average.
  const [least] = leastRequestMs(four, [one, four], { batchTimeoutMs: 20 });
  expect(Math.abs(least! - (100 * 40) / 110)).toBeLessThan(0.4);
  // With no smaller size measured it takes as long as a full one.
  expect(leastRequestMs(four, [four], { batchTimeoutMs: 20 })).toEqual([100]);
});

it('is the fastest partial batch where a free server takes what waits', () => {
  const [one, four] = [of(1, [40]), of(4, [100, 120])];
  const [least] = leastRequestMs(four, [one, four], { batching: 'when-free' });
  expect(Math.abs(least! - (100 * 40) / 110)).toBeLessThan(0.4);
  expect(leastRequestMs(four, [one, four], { batching: 'full' })).toEqual([100]);
});

it('is nothing that a request could undercut, at any load, however batches are formed', () => {
  const times = fc.array(fc.double({ min: 20, max: 200, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      times,
      fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      fc.option(fc.nat(300)),
      fc.boolean(),
      (batchMs, load, wait, isFree) => {
        const [one, four] = [of(1, [30]), of(4, batchMs)];
        const terms = {
          ...{ arrivalRate: load * four.trials[0]!.unitsPerSecond, percentile: 1 },
          ...(wait !== null && { batchTimeoutMs: wait }),
          ...(isFree && { batching: 'when-free' as const }),
        };
        const met = requestsOfTrials(four, [one, four], terms)[0];
        const [least] = leastRequestMs(four, [one, four], terms);
        // Of all requests the lowest hundredth.
        if (met) expect(met.atPercentile).toBeGreaterThanOrEqual(least! - 1e-6);
      },
    ),
    { numRuns: 60 },
  );
});
