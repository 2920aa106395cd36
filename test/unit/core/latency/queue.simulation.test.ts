import { describe, expect, it } from 'vitest';
import type { BatchingPolicy } from '../../../../src/core/latency/batchingPolicy';
import type { QueueInput } from '../../../../src/core/latency/queue';
import { percentilesInPlace } from '../../../support/quickselect';
import { mean, spreadPercent } from '../../../../src/core/statistics/statistics';
import { latenciesByEvents, xoshiro } from '../../../support/eventQueue';
import { simulateQueue } from '../../../support/queueRun';
import { repeats } from '../../../support/repeats';
import { serviceTimes } from '../../../support/serviceTimes';

/**
 * p95 of the program's queue against that of an event simulation with arrivals and batch times of its own, drawn by another
 * generator: within 2 %. Both are repeated until the error of their ratio is small enough to tell.
 */
const meanMs = 50;
/** Requests of one repetition, of which the first tenth is not counted. */
const requests = 400_000;
/** Standard error of the ratio, percent, at which it is told; and how many repetitions there are at most. */
const errorPercent = 0.6;
const mostRepetitions = 2000;

type Case = {
  servers: number;
  batchSize: number;
  batching: BatchingPolicy['batching'];
  /** In times that a batch takes to fill. */
  timeout: number;
  kind: keyof typeof serviceTimes;
  load: number;
};

const policies = [
  { batching: 'full', timeout: 0 },
  { batching: 'timeout', timeout: 0.7 },
  { batching: 'when-free', timeout: 0 },
  { batching: 'when-free', timeout: 0.5 },
] as const;

function* allCases(): Generator<Case> {
  for (const servers of [1, 2, 4, 16])
    for (const batchSize of [1, 4, 8])
      for (const { batching, timeout } of batchSize === 1 ? policies.slice(0, 1) : policies)
        for (const kind of ['constant', 'exponential', 'bimodal'] as const)
          for (const load of [0.3, 0.6, 0.9]) yield { servers, batchSize, batching, timeout, kind, load };
}

const usual: Case[] = [
  { servers: 1, batchSize: 1, batching: 'full', timeout: 0, kind: 'constant', load: 0.9 },
  { servers: 2, batchSize: 4, batching: 'full', timeout: 0, kind: 'exponential', load: 0.6 },
  { servers: 4, batchSize: 4, batching: 'timeout', timeout: 0.7, kind: 'constant', load: 0.9 },
  { servers: 4, batchSize: 1, batching: 'full', timeout: 0, kind: 'bimodal', load: 0.6 },
  { servers: 16, batchSize: 1, batching: 'full', timeout: 0, kind: 'constant', load: 0.9 },
  { servers: 16, batchSize: 8, batching: 'timeout', timeout: 0.7, kind: 'exponential', load: 0.9 },
  { servers: 4, batchSize: 8, batching: 'when-free', timeout: 0.5, kind: 'exponential', load: 0.3 },
  { servers: 2, batchSize: 4, batching: 'when-free', timeout: 0, kind: 'constant', load: 0.6 },
];

describe('the queue and an event simulation of its own have the same p95', () => {
  const cases = repeats(0, 1) ? [...allCases()] : usual;
  it.each(cases)(
    '$servers servers, batch $batchSize, $batching $timeout, $kind, load $load',
    (one) => {
      const { servers, batchSize, kind, load } = one;
      const arrivalRate = (load * servers * batchSize * 1000) / meanMs;
      const timeRatio = Float64Array.from({ length: batchSize + 1 }, (_, k) => k / batchSize);
      const input: Omit<QueueInput, 'stream'> = {
        servers,
        batchSize,
        arrivalRate,
        policy: {
          batching: one.batching,
          timeoutMs: one.batching === 'full' ? null : (one.timeout * batchSize * 1000) / arrivalRate,
        },
        batchMs: serviceTimes[kind].batchMs(meanMs),
        timeRatio,
      };
      const ours: number[] = [];
      const theirs: number[] = [];
      const relativeError = (values: number[]) => spreadPercent(values)! / Math.sqrt(values.length);
      for (let n = 1; n <= mostRepetitions; n++) {
        ours.push(percentilesInPlace(simulateQueue({ ...input, stream: n }, requests).latencyMs, [95])[0]!);
        theirs.push(percentilesInPlace(byEvents(input, one, n), [95])[0]!);
        if (n >= 4 && Math.hypot(relativeError(ours), relativeError(theirs)) < errorPercent) break;
      }
      expect(Math.hypot(relativeError(ours), relativeError(theirs))).toBeLessThan(errorPercent);
      expect(Math.abs(mean(ours) / mean(theirs) - 1)).toBeLessThan(0.02);
    },
    900_000,
  );
});

function byEvents(input: Omit<QueueInput, 'stream'>, { kind }: Case, seed: number): Float64Array {
  const random = xoshiro(seed);
  let now = 0;
  const all = latenciesByEvents({
    ...input,
    requests,
    arrivesAt: () => (now += (-Math.log(random()) * 1000) / input.arrivalRate),
    serviceMs: (size) => serviceTimes[kind].draw(meanMs, random) * input.timeRatio![size]!,
  });
  return all.subarray(requests / 10);
}
