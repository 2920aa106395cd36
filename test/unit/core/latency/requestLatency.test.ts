import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchCost } from '../../../../src/core/latency/partialBatch';
import type { QueueInput } from '../../../../src/core/latency/queue';
import { simulateRequests } from '../../../../src/core/latency/simulation';
import { requestsOfTrials } from '../../../../src/core/latency/requestLatency';
import type { ConfigurationResult } from '../../../../src/core/values/result';
import { mean } from '../../../../src/core/statistics/statistics';
import { simulateQueue } from '../../../support/queueRun';
import { closesAfter, queueInput } from '../../../support/queueInput';
import { emptyResult, trialOf } from '../../../support/simulatedSweep';

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
    expect([...outcome.batchesOfSize.keys()].filter((size) => outcome.batchesOfSize[size]! > 0)).toEqual([batchSize]);
  });

  it('never lets a request wait longer than timeout and service when nothing queues', () => {
    const outcome = queue({
      batchSize: 8,
      batchMs: [0.01],
      policy: closesAfter(100),
      timeRatio: Float64Array.from({ length: 9 }, (_, k) => k / 8),
    });
    expect(outcome.latencyMs.every((latency) => latency <= 100.011)).toBe(true);
    // Some were not full.
    expect(outcome.batchesOfSize.filter((count) => count > 0).length).toBeGreaterThan(1);
  });

  it('serves every request alone at a timeout of 0', () => {
    const outcome = queue(
      { batchSize: 8, policy: closesAfter(0), batchMs: [80], timeRatio: new Float64Array(9).fill(0.5) },
      20_000,
    );
    expect([...outcome.batchesOfSize]).toEqual([0, 20_000, 0, 0, 0, 0, 0, 0, 0]);
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
      const expected = simulateRequests(queueInput({ servers: 4, arrivalRate: 60, batchMs, stream: block }), 95);
      expect(met[i]!.latency).toEqual(expected.distribution);
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
    const terms = { arrivalRate: 8, percentile: 50, batchTimeoutMs: 0 };
    const p50 = (others: ConfigurationResult[]) =>
      requestsOfTrials(result, [result, ...others], terms)[0]!.atPercentile;
    // All are alone in their batch, which costs as much as a full one where no smaller one is known.
    const near = (ms: number) => [ms * 0.995, ms * 1.005] as const;
    for (const [others, ms] of [
      [[], 100],
      [[of(1, 1, 30)], 100],
      [[of(1, 2, 40)], 40],
    ] as const) {
      const [low, high] = near(ms);
      expect(p50([...others])).toBeGreaterThan(low);
      expect(p50([...others])).toBeLessThan(high);
    }
  });

  it('rises with the load', () => {
    const result = steady(1, 50, 2);
    fc.assert(
      fc.property(fc.double({ min: 1, max: 17, noNaN: true }), (rate) => {
        const at = (arrivalRate: number) => requestsOfTrials(result, [result], { arrivalRate, percentile: 95 })[0]!;
        // Each is known to 1 %.
        expect(at(rate * 1.1).atPercentile).toBeGreaterThan(0.97 * at(rate).atPercentile);
      }),
      { numRuns: 15 },
    );
  });
});

describe('the server that batches are formed by', () => {
  /** README's machine at 10 requests/s, as a referee of its measurement recomputed it. */
  const machine = (
    [
      [1, 53.4, 0.101],
      [2, 59.1, 0.0918],
      [4, 62.7, 0.0867],
      [8, 64.9, 0.0839],
    ] as const
  ).map(([batchSize, unitsPerSecond, net]) =>
    emptyResult(batchSize, {
      trials: [1, 2, 3].map((block) =>
        trialOf(block, net + 1.54 / unitsPerSecond, {
          ...{ unitsPerSecond, idleWatts: 1.54 },
          batchMs: Array.from({ length: 100 }, (_, i) => ((batchSize * 1000) / unitsPerSecond) * (0.9 + i / 495)),
        }),
      ),
    }),
  );
  const of = (batchSize: number, batching: 'full' | 'when-free') => {
    const result = machine.find((r) => r.batchSize === batchSize)!;
    const met = requestsOfTrials(result, machine, { arrivalRate: 10, percentile: 95, batching });
    return { p95: mean(met.map((r) => r!.atPercentile)), joules: mean(met.map((r) => r!.joulesPerRequest!)) };
  };

  it('decides whether batch 8 takes a second and saves energy, or neither: 10 requests/s at README’s machine', () => {
    const [full, free, one] = [of(8, 'full'), of(8, 'when-free'), of(1, 'full')];
    expect(full.p95).toBeGreaterThan(980);
    expect(full.p95).toBeLessThan(1090);
    expect(free.p95).toBeGreaterThan(30);
    expect(free.p95).toBeLessThan(42);
    expect(100 * (full.joules / one.joules - 1)).toBeCloseTo(-6.7, 0);
    const saved = 100 * (free.joules / one.joules - 1);
    expect(saved).toBeLessThan(0);
    expect(saved).toBeGreaterThan(-0.7);
  });

  it('makes no difference at batch 1', () => {
    expect(of(1, 'when-free')).toEqual(of(1, 'full'));
  });

  it('runs as many instances as the service level says, whatever was measured', () => {
    const two = emptyResult(1, {
      instances: 2,
      trials: [trialOf(1, 2, { batchMs: [50], unitsPerSecond: 40, idleWatts: 20 })],
    });
    const at = (arrivalRate: number, instances?: number) =>
      requestsOfTrials(two, [two], { arrivalRate, percentile: 95, ...(instances && { instances }) })[0];
    expect(at(60)).toBeNull();
    const four = simulateRequests(queueInput({ servers: 4, arrivalRate: 60, batchMs: [50], stream: 1 }), 95);
    expect(at(60, 4)!.latency).toEqual(four.distribution);
    // What a batch takes is what was measured: 2 − 20/40 J.
    expect(at(60, 4)!.joulesPerRequest).toBeCloseTo(1.5 + 20 / 60, 10);
    expect(at(25, 1)).toBeNull();
    expect(at(15, 1)!.load).toBeGreaterThan(0.7);
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

  it('has nothing to tell before anything was measured, also with a timeout', () => {
    for (const batchSize of [1, 8]) {
      const none = emptyResult(batchSize, { trials: [] });
      const terms = { arrivalRate: 2, percentile: 95, batchTimeoutMs: 0 };
      expect(requestsOfTrials(none, [none], terms)).toEqual([]);
    }
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

describe('what was simulated before', () => {
  const result = steady(4, 100, 2, 3);
  const of = (arrivalRate: number, percentile = 95) => requestsOfTrials(result, [result], { arrivalRate, percentile });

  it('is the same when asked again, and follows each of the terms', () => {
    const first = of(20);
    expect(of(20)).toEqual(first);
    expect(of(20)[0]!.latency).toBe(first[0]!.latency);
    expect(of(20, 50)[0]!.atPercentile).toBeLessThan(first[0]!.atPercentile);
    expect(of(10)[0]!.atPercentile).not.toBe(first[0]!.atPercentile);
    expect(first[1]!.atPercentile).not.toBe(first[0]!.atPercentile);
    const two = { ...result, instances: 2 };
    const busy = { arrivalRate: 38, percentile: 95 };
    expect(requestsOfTrials(two, [two], busy)[0]!.atPercentile).toBeLessThan(of(38)[0]!.atPercentile);
  });

  it('is not simulated again for one more block, with a timeout neither', () => {
    for (const batchTimeoutMs of [undefined, 200]) {
      const [one, four] = [steady(1, 40, 2, 6), steady(4, 100, 2, 6)];
      // The next block is a bit slower: what a partial batch takes moves with it.
      one.trials[5] = { ...one.trials[5]!, batchMs: Array(40).fill(40.2) };
      const terms = { arrivalRate: 20, percentile: 95, ...(batchTimeoutMs !== undefined && { batchTimeoutMs }) };
      const after = (blocks: number) => {
        const [a, b] = [one, four].map((r) => ({ ...r, trials: r.trials.slice(0, blocks) }));
        return requestsOfTrials(b!, [a!, b!], terms);
      };
      const [before, now] = [after(5), after(6)];
      before.forEach((met, i) => expect(now[i]!.latency).toBe(met!.latency));
      expect(now).toHaveLength(6);
    }
  });
});
