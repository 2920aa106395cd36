import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchCost } from '../../../../src/core/latency/partialBatch';
import { type QueueInput, simulateQueue } from '../../../../src/core/latency/queue';
import { requestsOfTrials } from '../../../../src/core/latency/requestLatency';
import type { ConfigurationResult } from '../../../../src/core/values/result';
import { mean } from '../../../../src/core/statistics/statistics';
import { judge } from '../../../../src/core/analysis/verdict/judge';
import { queueInput } from '../../../support/queueInput';
import { emptyResult, termsOf, trialOf } from '../../../support/simulatedSweep';

const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

const queue = (rest: Partial<QueueInput>, requests = 200_000) => simulateQueue(queueInput(rest), requests);

/** A configuration whose every trial has the same throughput, with idle power. */
function steady(batchSize: number, batchMs: number, joulesPerUnit: number, blocks = 5): ConfigurationResult {
  return emptyResult(batchSize, {
    trials: Array.from({ length: blocks }, (_, i) =>
      trialOf(i + 1, joulesPerUnit, {
        batchMs: Array(40).fill(batchMs),
        unitsPerSecond: (batchSize * 1000) / batchMs,
        idleWatts: 20,
      }),
    ),
  });
}

describe('request latency by simulation', () => {
  it.each([0.3, 0.5, 0.8])('waits as an M/D/1 queue at load %f', (load) => {
    const service = 50;
    const outcome = queue({ arrivalRate: (load * 1000) / service }, 400_000);
    const wait = average(outcome.latencyMs) - service;
    const expected = (load * service) / (2 * (1 - load));
    expect(Math.abs(wait / expected - 1)).toBeLessThan(0.05);
    expect(outcome.load).toBeCloseTo(load, 1);
  });

  it('does not count the first tenth, in which the queue still fills', () => {
    expect(queue({}, 1000).latencyMs).toHaveLength(900);
    expect(queue({ batchSize: 4 }, 1000).latencyMs).toHaveLength(900);
  });

  it('waits as an M/G/1 queue where service times differ (Pollaczek–Khinchine)', () => {
    const batchMs = [20, 80];
    const rate = 10;
    const second = mean(batchMs.map((s) => s * s));
    const expected = ((rate / 1000) * second) / (2 * (1 - (rate / 1000) * 50));
    const wait = average(queue({ batchMs, arrivalRate: rate }, 400_000).latencyMs) - 50;
    expect(Math.abs(wait / expected - 1)).toBeLessThan(0.05);
  });

  it.each([2, 8, 32])('fills a batch of %i in (B − 1)/2λ on average', (batchSize) => {
    // Service so short that nothing queues.
    const outcome = queue({ batchSize, batchMs: [0.001] });
    expect(Math.abs(average(outcome.latencyMs) / (((batchSize - 1) / 2 / 10) * 1000) - 1)).toBeLessThan(0.02);
    // All of them full.
    expect(outcome.batchEnergyPerRequest).toBeCloseTo(1 / batchSize, 12);
  });

  it('never lets a request wait longer than timeout and service when nothing queues', () => {
    const outcome = queue({
      batchSize: 8,
      batchMs: [0.01],
      timeoutMs: 100,
      timeRatio: Float64Array.from({ length: 9 }, (_, k) => k / 8),
    });
    expect(outcome.latencyMs.every((latency) => latency <= 100.011)).toBe(true);
    // Some were not full.
    expect(outcome.batchEnergyPerRequest).toBeNull();
  });

  it('serves every request alone at a timeout of 0', () => {
    const outcome = queue(
      { batchSize: 8, timeoutMs: 0, batchMs: [80], timeRatio: new Float64Array(9).fill(0.5) },
      20_000,
    );
    // The last one is left out: its batch was still open when the arrivals ended.
    expect(outcome.batches).toBe(19_999);
  });

  it('is the same each time, and sees the same requests in every configuration', () => {
    expect(queue({}, 5000).latencyMs).toEqual(queue({}, 5000).latencyMs);
    expect(queue({ stream: 2 }, 5000).latencyMs).not.toEqual(queue({}, 5000).latencyMs);
  });

  it('meets the same requests in the same block, whichever trial that was', () => {
    const of = (first: number) => {
      const result = steady(4, 300, 2);
      result.trials.forEach((trial, i) => (trial.trial = first + 3 * i));
      return requestsOfTrials(result, [result], { arrivalRate: 5, percentile: 95 });
    };
    expect(of(100)).toEqual(of(1));
    const [first, second] = of(1);
    expect(first).not.toEqual(second);
  });

  it('exists only while arrivals stay below the throughput', () => {
    const result = steady(4, 160, 2); // 25 images/s
    expect(requestsOfTrials(result, [result], { arrivalRate: 25, percentile: 95 }).every((r) => r === null)).toBe(true);
    expect(requestsOfTrials(result, [result], { arrivalRate: 20, percentile: 95 }).every((r) => r !== null)).toBe(true);
  });

  it('sees that a timeout can starve a server which full batches would not', () => {
    const alone = steady(16, 800, 2); // 20 images/s; partial batches cost as much as full ones
    expect(requestsOfTrials(alone, [alone], { arrivalRate: 15, percentile: 95 })[0]).not.toBeNull();
    expect(requestsOfTrials(alone, [alone], { arrivalRate: 15, percentile: 95, batchTimeoutMs: 10 })[0]).toBeNull();
  });

  it('has a server for each instance', () => {
    // 80 images/s of four processes together.
    const trials = [1, 2, 3].map((block) =>
      trialOf(block, 2, { batchMs: [40, 60], unitsPerSecond: 80, idleWatts: 20 }),
    );
    const result = emptyResult(1, { instances: 4, trials });
    const met = requestsOfTrials(result, [result], { arrivalRate: 60, percentile: 95 });
    trials.forEach(({ block, batchMs }, i) => {
      const expected = queue({ servers: 4, arrivalRate: 60, batchMs, stream: block }, 22_223);
      expect(met[i]!.max).toBe(expected.maxMs);
    });
    // 2 − 20/80 J of an image's own, and the idle power of the one machine.
    expect(met[0]!.joulesPerRequest).toBeCloseTo(1.75 + 20 / 60, 10);
    expect(requestsOfTrials(result, [result], { arrivalRate: 80, percentile: 95 })[0]).toBeNull();
  });

  it('takes the cost of a partial batch from configurations with as many instances', () => {
    const of = (batchSize: number, instances: number, ms: number) =>
      emptyResult(batchSize, {
        instances,
        trials: [trialOf(1, 2, { batchMs: [ms], unitsPerSecond: (instances * batchSize * 1000) / ms })],
      });
    const result = of(4, 2, 100);
    const terms = { arrivalRate: 8, percentile: 95, batchTimeoutMs: 0 };
    const p50 = (others: ConfigurationResult[]) => requestsOfTrials(result, [result, ...others], terms)[0]!.p50;
    // All are alone in their batch, which costs as much as a full one where no smaller one is known.
    expect(p50([])).toBeCloseTo(100, 6);
    expect(p50([of(1, 1, 30)])).toBeCloseTo(100, 6);
    expect(p50([of(1, 2, 40)])).toBeCloseTo(40, 6);
  });

  it('rises with the load', () => {
    const result = steady(1, 50, 2);
    fc.assert(
      fc.property(fc.double({ min: 1, max: 17, noNaN: true }), (rate) => {
        const at = (arrivalRate: number) => requestsOfTrials(result, [result], { arrivalRate, percentile: 95 })[0]!;
        expect(at(rate * 1.1).p95).toBeGreaterThanOrEqual(at(rate).p95);
      }),
      { numRuns: 15 },
    );
  });
});

describe('energy per request', () => {
  it('is dynamic energy and a share of idle power when batches are full', () => {
    const result = steady(8, 400, 3); // 20 images/s: 3 − 20/20 = 2 J dynamic
    const met = requestsOfTrials(result, [result], { arrivalRate: 5, percentile: 95 })[0]!;
    expect(met.joulesPerRequest).toBeCloseTo(2 + 20 / 5, 10);
  });

  it('comes to J/image as arrivals come to the throughput', () => {
    const result = steady(1, 50, 3);
    const met = requestsOfTrials(result, [result], { arrivalRate: 19.99, percentile: 50 })[0];
    if (met) expect(met.joulesPerRequest).toBeCloseTo(3, 2);
  });

  it('counts partial batches at what smaller batches cost', () => {
    // Dynamic energy per image is 2 J at batch 1 and 1 J at batch 2: a batch of one costs 2 J, of two 2 J.
    const one = steady(1, 50, 3); // 20/s
    const two = steady(2, 100, 2);
    const met = requestsOfTrials(two, [one, two], { arrivalRate: 2, percentile: 95, batchTimeoutMs: 0 })[0]!;
    expect(met.joulesPerRequest).toBeCloseTo(2 + 20 / 2, 6);
  });

  it('needs an idle baseline', () => {
    const result = emptyResult(1, { trials: [trialOf(1, 2)] });
    expect(requestsOfTrials(result, [result], { arrivalRate: 5, percentile: 95 })[0]?.joulesPerRequest).toBeNull();
  });
});

describe('cost of a partial batch', () => {
  const points = [
    { batchSize: 4, cost: 100 },
    { batchSize: 8, cost: 160 },
  ];

  it('lies on the line between and below the measured sizes', () => {
    expect(batchCost(points, 6)).toBe(130);
    expect(batchCost(points, 2)).toBe(70);
    expect(batchCost(points, 8)).toBe(160);
  });

  it('never falls below a proportional share nor rises above the smallest batch', () => {
    expect(
      batchCost(
        [
          { batchSize: 4, cost: 100 },
          { batchSize: 8, cost: 300 },
        ],
        1,
      ),
    ).toBe(25);
    expect(
      batchCost(
        [
          { batchSize: 4, cost: 100 },
          { batchSize: 8, cost: 90 },
        ],
        1,
      ),
    ).toBe(100);
    expect(batchCost([{ batchSize: 4, cost: 100 }], 1)).toBe(100);
  });
});

describe('speed', () => {
  it('follows a slider: five configurations × 12 trials in well under 150 ms', () => {
    const results = [1, 2, 4, 8, 16].map((b) => steady(b, 20 + 40 * b, 2, 12));
    const at = (arrivalRate: number) => ({
      ...termsOf(),
      sla: { requestLatencyMs: 2000, percentile: 95, arrivalRate },
    });
    judge(results, at(4));
    const times = [5, 6, 7, 8, 9].map((rate) => {
      const before = process.cpuUsage();
      judge(results, at(rate));
      return process.cpuUsage(before).user / 1000;
    });
    // CPU time, and the quickest of five: the machine may be busy with something else.
    expect(Math.min(...times)).toBeLessThan(150);
  });
});

it('is the same when asked again, and follows each of the terms', () => {
  const result = steady(4, 100, 2, 2);
  const of = (arrivalRate: number, percentile = 95) => requestsOfTrials(result, [result], { arrivalRate, percentile });
  const first = of(20);
  expect(of(20)).toEqual(first);
  expect(of(20, 50)[0]!.atPercentile).toBe(first[0]!.p50);
  expect(of(10)[0]!.p50).not.toBe(first[0]!.p50);
  expect(first[1]!.p50).not.toBe(first[0]!.p50);
  const two = { ...result, instances: 2 };
  const busy = { arrivalRate: 38, percentile: 95 };
  expect(requestsOfTrials(two, [two], busy)[0]!.p95).toBeLessThan(of(38)[0]!.p95);
});
