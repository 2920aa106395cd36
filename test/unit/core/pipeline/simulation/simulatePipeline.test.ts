import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PipelineOption } from '../../../../../src/core/pipeline/problem';
import { createQueue } from '../../../../../src/core/latency/queue';
import { waitsForFull } from '../../../../support/queueInput';
import { loadCurve } from '../../../../../src/core/pipeline/simulation/loadCurve';
import { createArrivals } from '../../../../../src/core/pipeline/simulation/patternArrivals';
import {
  type Configuration,
  simulatePipeline,
  type SimulationInput,
} from '../../../../../src/core/pipeline/simulation/simulatePipeline';
import { naivePipeline } from '../../../../support/naivePipeline';
import { optionOf, problemOf, simulationOf } from '../../../../support/pipelines';

const constant = (requestsPerSecond: number) => loadCurve({ kind: 'constant', requestsPerSecond });
const oneStage = (option: Partial<PipelineOption>, more: Partial<SimulationInput> = {}) =>
  simulatePipeline(simulationOf(problemOf([[optionOf(option)]], { load: 10 }), more));
const setTo = (replicas: number, timeout = Infinity, option = 0): Configuration => ({
  choice: [{ option, replicas }],
  timeoutSeconds: [timeout],
});

describe('evenly spaced requests and one replica', () => {
  it('below saturation every request takes its service time, exactly as many are served', () => {
    const { all, intervals } = oneStage(
      { latencySeconds: 0.05, cores: 2, joulesPerRequest: 3, idleWattsPerCore: 5 },
      { arrivals: 'even', load: constant(10), seconds: 100 },
    );
    expect(all).toMatchObject({ arrived: 1000, served: 1000, dropped: 0, waiting: 0, violations: 0, servedLate: 0 });
    for (const seconds of [all.meanSeconds, all.p50Seconds, all.p95Seconds, all.p99Seconds])
      expect(seconds).toBeCloseTo(0.05, 9);
    expect(all.joules).toBeCloseTo(1000 * 3 + 100 * 2 * 5, 6);
    expect(all.idleJoules).toBeCloseTo(1000, 6);
    expect(all.joulesPerRequest).toBeCloseTo(4, 9);
    expect(all.meanCores).toBeCloseTo(2, 12);
    expect(intervals.map((one) => one.arrived)).toEqual(Array(10).fill(100));
  });

  it('above saturation the k-th request waits k (s − 1/λ)', () => {
    const { all } = oneStage(
      { latencySeconds: 0.125 },
      { arrivals: 'even', load: constant(16), seconds: 10, intervalSeconds: 10 },
    );
    // Starts at 0, .125, …; the one that starts at 9.875 is answered at 10, which is the end.
    expect(all).toMatchObject({ arrived: 160, served: 79, waiting: 81 });
    const mean = Array.from({ length: 79 }, (_, k) => 0.125 + k * 0.0625).reduce((a, b) => a + b) / 79;
    expect(all.meanSeconds).toBeCloseTo(mean, 9);
    expect(all.p50Seconds! / (0.125 + 39 * 0.0625)).toBeCloseTo(1, 2);
  });
});

it('full batches take what the queue of a single stage says', () => {
  const [batch, replicas, load] = [4, 2, 60];
  const { all } = oneStage(
    { batch, latencySeconds: 0.1 },
    { load: constant(load), seconds: 2000, intervalSeconds: 2000, seed: 3, first: setTo(replicas) },
  );
  const queue = createQueue({
    ...{
      servers: replicas,
      arrivalRate: load,
      batchSize: batch,
      policy: waitsForFull,
      batchMs: [100],
      timeRatio: null,
    },
    stream: 3,
  });
  const latencyMs = new Float64Array(all.served + batch);
  queue.serve(latencyMs, all.served);
  const mean = latencyMs.subarray(0, all.served).reduce((a, b) => a + b) / all.served / 1000;
  expect(all.meanSeconds! / mean).toBeCloseTo(1, 9);
});

describe('batches', () => {
  it('that are not full start at the timeout, and cost as much as full ones where nothing else is known', () => {
    const { all } = oneStage(
      { batch: 4, latencySeconds: 0.1, joulesPerRequest: 2 },
      { arrivals: 'even', load: constant(10), seconds: 10, first: setTo(1, 0.15) },
    );
    // Requests at 0 and .1 start at .15, those at .2 and .3 at .35, …
    expect(all.served).toBe(98);
    expect(all.meanSeconds).toBeCloseTo((0.25 + 0.15) / 2, 6);
    expect(all.joules).toBeCloseTo(50 * 8, 6);
  });

  it('that are not full cost what smaller batches were measured to', () => {
    const options = [
      optionOf({ batch: 4, latencySeconds: 0.1, joulesPerRequest: 2 }),
      optionOf({ batch: 2, latencySeconds: 0.04, joulesPerRequest: 2.5 }),
    ];
    const { all } = simulatePipeline(
      simulationOf(problemOf([options]), { arrivals: 'even', seconds: 10, first: setTo(1, 0.15) }),
    );
    expect(all.meanSeconds).toBeCloseTo((0.19 + 0.09) / 2, 6);
    expect(all.joules).toBeCloseTo(50 * 5, 6);
  });

  it('fill within the time to fill at the load when requests are evenly spaced', () => {
    const { all } = oneStage(
      { batch: 8, latencySeconds: 0.1, joulesPerRequest: 1 },
      { arrivals: 'even', load: constant(10), seconds: 8000, intervalSeconds: 100, first: setTo(1, 0.7) },
    );
    expect(all.joules).toBeCloseTo(80_000, 3);
  });

  it('take in those that come while all replicas work', () => {
    const { all } = oneStage(
      { batch: 4, latencySeconds: 1 },
      { arrivals: 'even', load: constant(2), seconds: 9.9, intervalSeconds: 10, first: setTo(1, 0) },
    );
    // One at 0, then those of .5 and 1 (which arrives after the batch of that moment): two a second.
    expect(all.joules).toBe(10 * 4);
    expect(all.served).toBeGreaterThanOrEqual(15);
  });

  it('leave a replica free after batch ÷ throughput where their latency is longer', () => {
    const quick = oneStage(
      { latencySeconds: 0.3, throughput: 10 },
      { arrivals: 'even', load: constant(10), seconds: 100 },
    );
    expect(quick.all.meanSeconds).toBeCloseTo(0.3, 6);
    expect(quick.all.waiting).toBe(3);
  });

  it('are answered before their replica is free where batch ÷ throughput is longer', () => {
    const slow = oneStage(
      { latencySeconds: 0.05, throughput: 10 },
      { arrivals: 'even', load: constant(5), seconds: 100.06, intervalSeconds: 200 },
    );
    expect(slow.all).toMatchObject({ arrived: 501, served: 501, waiting: 0 });
    expect(slow.all.p99Seconds).toBeCloseTo(0.05, 9);
  });

  it('of as many replicas as are saturated come to n × throughput, within 1 %', () => {
    const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const drawn = fc.record({
      ...{ batch: fc.constantFrom(1, 2, 8, 64), replicas: fc.integer({ min: 1, max: 5 }) },
      ...{ latencySeconds: real(0.01, 1), share: real(0.1, 10) },
    });
    fc.assert(
      fc.property(drawn, ({ batch, replicas, latencySeconds, share }) => {
        const throughput = (share * batch) / latencySeconds;
        const half = (250 * batch) / throughput;
        const { intervals } = oneStage(
          { batch, latencySeconds, throughput },
          {
            ...{ load: constant(1.5 * replicas * throughput), first: setTo(replicas) },
            ...{ seconds: 2 * half, intervalSeconds: half },
          },
        );
        expect(intervals[1]!.served / half / (replicas * throughput)).toBeCloseTo(1, 2);
      }),
      { numRuns: 40, seed: 5 },
    );
  });
});

it('drops what is older than the limit when its batch would start', () => {
  const { all } = oneStage(
    { latencySeconds: 1 },
    { arrivals: 'even', load: constant(2), seconds: 100.25, intervalSeconds: 200, dropSeconds: 0.6 },
  );
  // Of each two the first starts at once or after .5 s, the second would after 1 s.
  expect(all.dropped).toBeGreaterThan(95);
  expect(all.served).toBeGreaterThan(95);
  expect(all.arrived).toBe(all.served + all.dropped + all.waiting);
  expect(all.violations).toBeGreaterThanOrEqual(all.dropped);
});

it('counts violations by the interval in which a request arrived', () => {
  const { all, intervals } = oneStage(
    { latencySeconds: 2.5 },
    { arrivals: 'even', load: constant(1), seconds: 10, intervalSeconds: 1, first: setTo(3) },
  );
  // The limit is 1 s: all answered ones are late, and of those that are left the ones of the seconds 7 and 8.
  expect(intervals.map((one) => one.violations)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
  expect(intervals.map((one) => one.servedLate)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(all.violationShareOfArrived).toBeCloseTo(0.9, 12);
  expect(all.lateShareOfServed).toBe(1);
});

describe('a change of configuration', () => {
  const two = [
    optionOf({ variant: 'small', accuracy: 0.5, cores: 1, latencySeconds: 0.4, idleWattsPerCore: 1 }),
    optionOf({ variant: 'large', accuracy: 0.9, cores: 4, latencySeconds: 0.8, idleWattsPerCore: 1 }),
  ];
  const changing = (more: Partial<SimulationInput>) =>
    simulatePipeline(
      simulationOf(problemOf([two]), {
        ...{ arrivals: 'even', load: constant(1), seconds: 30, intervalSeconds: 10.2, first: setTo(1) },
        decide: ({ length }) => (length === 1 ? setTo(2, Infinity, 1) : null),
        ...more,
      }),
    );

  it('lets running batches end, whose cores are held until then', () => {
    const { all, intervals } = changing({});
    // The request of second 10 is answered at 10.4 by the old one: .2 s of its core after the change.
    expect(intervals[1]!.meanCores * 10.2).toBeCloseTo(8 * 10.2 + 0.2, 9);
    expect(intervals[0]!.accuracy).toBeCloseTo(0.5, 12);
    expect(intervals[1]!.accuracy).toBeCloseTo((0.5 + 9 * 0.9) / 10, 9);
    expect(all.arrived).toBe(30);
    expect(all.served + all.waiting).toBe(30);
  });

  it('lets old replicas serve until the new ones are ready, and holds the cores of both', () => {
    const { intervals } = changing({ startSeconds: 5 });
    expect(intervals[1]!.meanCores * 10.2).toBeCloseTo(8 * 10.2 + 1 * (5 + 0.2), 9);
    // Requests of seconds 10 to 15 by the small one, 16 to 19 by the large one (that of 20 comes later).
    expect(intervals[1]!.accuracy).toBeCloseTo((6 * 0.5 + 4 * 0.9) / 10, 9);
  });

  it('of the batch alone keeps the replicas, and charges the idle power of the new option', () => {
    const batches = [
      optionOf({ batch: 1, cores: 2, latencySeconds: 0.4, idleWattsPerCore: 1 }),
      optionOf({ batch: 2, cores: 2, latencySeconds: 0.8, idleWattsPerCore: 3 }),
    ];
    const { intervals } = changing({ problem: problemOf([batches]), startSeconds: 5 });
    // The second replica holds its cores while it starts; the first one goes on.
    expect(intervals.map((one) => one.meanCores)).toEqual([2, 4, 4].map((cores) => expect.closeTo(cores, 9)));
    const watts = intervals.map((one) => one.idleJoules / one.seconds);
    expect(watts).toEqual([2 * 1, 4 * 3, 4 * 3].map((each) => expect.closeTo(each, 9)));
  });

  it('loses no request, whatever changes when', () => {
    fc.assert(
      fc.property(randomPipelines(), (input) => {
        const { all, intervals } = simulatePipeline(input);
        expect(all.arrived).toBe(all.served + all.dropped + all.waiting);
        let waiting = 0;
        for (const one of intervals) {
          waiting += one.arrived - one.served - one.dropped;
          expect(one.waiting).toBe(waiting);
          expect(one.violations).toBeLessThanOrEqual(one.arrived);
          expect(one.servedLate).toBeLessThanOrEqual(one.served);
        }
        expect(all.violations).toBeGreaterThanOrEqual(all.dropped + all.servedLate);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

it('is the same by the same seed, and another one by another', () => {
  const input = simulationOf(problemOf([[optionOf()], [optionOf({ batch: 2 })]], { load: 8 }), { seed: 5 });
  expect(simulatePipeline(input)).toEqual(simulatePipeline(input));
  expect(simulatePipeline({ ...input, seed: 6 })).not.toEqual(simulatePipeline(input));
});

it('comes to what a simulation of objects comes to in all its totals', () => {
  fc.assert(
    fc.property(randomPipelines(), (input) => {
      const { all, intervals } = simulatePipeline(input);
      const next = createArrivals(input.load, input.arrivals, input.seed);
      const arrivals: number[] = [];
      for (let at = next(); at < input.seconds; at = next()) arrivals.push(at);
      const configurations = intervals.map((_, i) => (i === 0 ? input.first : input.decide(Array(i).fill(0))!));
      const naive = naivePipeline({ ...input, arrivals, configurations });
      const served = naive.requests.filter((one) => one.end?.how === 'served');
      const took = served.map((one) => one.end!.at - one.arrived);
      const dropped = naive.requests.filter((one) => one.end?.how === 'dropped').length;
      expect(all).toMatchObject({ arrived: arrivals.length, served: served.length, dropped });
      expect(all.meanSeconds ?? 0).toBeCloseTo(took.reduce((a, b) => a + b, 0) / (took.length || 1), 6);
      expect(all.servedLate).toBe(took.filter((seconds) => seconds > input.problem.slaSeconds).length);
      expect(all.joules).toBeCloseTo(naive.joules, 6);
      expect(all.idleJoules).toBeCloseTo(naive.idleJoules, 6);
      expect(all.meanCores * all.seconds).toBeCloseTo(naive.coreSeconds, 6);
      const accuracies = served.map((one) => one.accuracies.reduce((a, b) => a + b));
      expect(all.accuracy ?? 0).toBeCloseTo(accuracies.reduce((a, b) => a + b, 0) / (served.length || 1), 6);
    }),
    { numRuns: 150, seed: 11 },
  );
});

/** One to three stages of up to three variants with a batch size each, and a configuration drawn for each interval. */
function randomPipelines(): fc.Arbitrary<SimulationInput> {
  const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const option = (variant: string) =>
    fc
      .record({
        ...{ batch: fc.constantFrom(1, 1, 2, 3, 8), accuracy: real(0, 1), cores: fc.integer({ min: 1, max: 4 }) },
        ...{ latencySeconds: real(0.01, 1), joulesPerRequest: real(0, 5), idleWattsPerCore: real(0, 3) },
        quicker: real(0.6, 1.6),
      })
      .map(({ quicker, ...one }) => ({ ...one, variant, throughput: (quicker * one.batch) / one.latencySeconds }));
  const stage = fc.tuple(option('a'), option('b'), option('c'));
  return fc
    .record({
      ...{
        stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
        load: real(0.5, 20),
        intervals: fc.integer({ min: 1, max: 6 }),
      },
      ...{ seed: fc.integer({ min: 1, max: 1000 }), dropSeconds: fc.oneof(real(0.05, 3), fc.constant(Infinity)) },
      ...{ startSeconds: fc.oneof(fc.constant(0), real(0, 12)), arrivals: fc.constantFrom('poisson', 'even') },
      draws: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 5 }), fc.oneof(real(0, 1), fc.constant(0))), {
        minLength: 18,
        maxLength: 18,
      }),
    })
    .map(({ stages, load, intervals, draws, ...more }) => {
      const problem = problemOf(stages, { load });
      const configurationOf = (interval: number): Configuration => {
        const own = stages.map((_, s) => draws[(3 * interval + s) % draws.length]!);
        return {
          choice: own.map(([option, replicas]) => ({ option, replicas })),
          timeoutSeconds: own.map(([, , timeout]) => timeout),
        };
      };
      return simulationOf(problem, {
        ...more,
        ...{ load: constant(load), seconds: 5 * intervals, intervalSeconds: 5, first: configurationOf(0) },
        decide: ({ length }) => configurationOf(length),
      });
    });
}
