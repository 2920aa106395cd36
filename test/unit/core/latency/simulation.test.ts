import { describe, expect, it } from 'vitest';
import { mixturePercentile } from '../../../../src/core/latency/latencyDistribution';
import type { QueueInput } from '../../../../src/core/latency/queue';
import { simulateRequests } from '../../../../src/core/latency/simulation';
import { closesAfter, queueInput } from '../../../support/queueInput';
import { serviceTimes } from '../../../support/serviceTimes';

const rateOf = (load: number, servers = 1, batchSize = 1) => (load * servers * batchSize * 1000) / 50;
const simulate = (rest: Partial<QueueInput>, percent = 95, most?: number) =>
  simulateRequests(queueInput(rest), percent, most);

describe('how many requests are simulated', () => {
  it('is as many as the percentile needs to be known to 1 %', () => {
    const [calm, busy] = [simulate({ arrivalRate: rateOf(0.2) }), simulate({ arrivalRate: rateOf(0.8) })];
    expect(calm.standardError).toBeLessThan(0.01);
    expect(busy.standardError).toBeLessThan(0.01);
    expect(busy.distribution.total).toBeGreaterThan(10 * calm.distribution.total);
    // p99 needs more than p50.
    const at = (percent: number) => simulate({ arrivalRate: rateOf(0.6) }, percent).distribution.total;
    expect(at(99)).toBeGreaterThan(at(50));
  });

  it('has a bound, and says the error that is left', () => {
    const near = simulate({ arrivalRate: rateOf(0.98) }, 95, 200_000);
    expect(near.distribution.total).toBeLessThanOrEqual(200_000);
    expect(near.standardError).toBeGreaterThan(0.01);
  });

  it('is not more where the queue grows without end', () => {
    const { load, distribution } = simulate({ arrivalRate: rateOf(1.2) });
    expect(load).toBeGreaterThanOrEqual(1);
    expect(distribution.total).toBeLessThan(30_000);
  });

  it('has each of many servers busy thirty times', () => {
    const [servers, batchSize] = [96, 32];
    const { distribution } = simulate({ servers, batchSize, arrivalRate: rateOf(0.5, servers, batchSize) });
    expect(distribution.total).toBeGreaterThanOrEqual(30 * servers * batchSize);
  });

  it('sees the load that partial batches make', () => {
    // Full batches alone would load the server by half.
    const partial = { batchSize: 8, arrivalRate: rateOf(0.5, 1, 8), policy: closesAfter(40), batchMs: [50] };
    const { load } = simulate({ ...partial, timeRatio: new Float64Array(9).fill(1) });
    expect(load).toBeGreaterThan(0.8);
    expect(load).toBeLessThan(1);
  });
});

it('has no bias that several streams share: p95 of M/M/1 within the errors that it says', () => {
  const batchMs = serviceTimes.exponential.batchMs(50);
  for (const load of [0.5, 0.8]) {
    // Kleinrock 1975, §3.2: sojourns are exponential with mean S ÷ (1 − ρ).
    const expected = (50 / (1 - load)) * Math.log(20);
    const streams = [1, 2, 3, 4, 5, 6, 7, 8];
    const off = streams.map((stream) => {
      const { distribution, standardError } = simulate({ arrivalRate: rateOf(load), batchMs, stream });
      return { ratio: mixturePercentile([distribution], 95) / expected - 1, standardError };
    });
    const mean = off.reduce((sum, { ratio }) => sum + ratio, 0) / streams.length;
    expect(Math.abs(mean)).toBeLessThan(0.012);
    // The error that is said is the error that is made: root mean square of the quotient is 1, but for chance.
    const quotient = Math.sqrt(off.reduce((sum, o) => sum + (o.ratio / o.standardError) ** 2, 0) / streams.length);
    expect(quotient).toBeGreaterThan(0.3);
    expect(quotient).toBeLessThan(2);
  }
});
