import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchingPolicy } from '../../../../src/core/latency/batchingPolicy';
import { nextBatch } from '../../../../src/core/latency/nextBatch';
import { seededRandom } from '../../../../src/core/statistics/random';
import type { QueueInput } from '../../../../src/core/latency/queue';
import { percentilesInPlace } from '../../../support/quickselect';
import { latenciesByEvents } from '../../../support/eventQueue';
import { simulateQueue, unitArrivals } from '../../../support/queueRun';
import { queueInput, waitsForFull, whenFree } from '../../../support/queueInput';
import { serviceTimes } from '../../../support/serviceTimes';

const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Requests per second at which full batches of 50 ms on average make this load. */
const rateOf = (load: number, servers: number, batchSize = 1) => (load * servers * batchSize * 1000) / 50;
/** Time of a partial batch: half of it does not depend on how many requests there are. */
const halfFixed = (batchSize: number) =>
  Float64Array.from({ length: batchSize + 1 }, (_, k) => 0.5 + k / batchSize / 2);

const queues = fc
  .record({
    servers: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 96 })),
    batchSize: fc.integer({ min: 1, max: 9 }),
    load: fc.double({ min: 0.1, max: 1.05, noNaN: true }),
    batching: fc.constantFrom<BatchingPolicy['batching']>('full', 'timeout', 'when-free'),
    timeout: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true })),
    kind: fc.constantFrom('constant', 'exponential', 'bimodal'),
    stream: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ servers, batchSize, load, batching, timeout, kind, stream }) => {
    const arrivalRate = rateOf(load, servers, batchSize);
    return queueInput({
      servers,
      batchSize,
      arrivalRate,
      // In times that a batch takes to fill.
      policy: { batching, timeoutMs: batching === 'full' ? null : (timeout * batchSize * 1000) / arrivalRate },
      timeRatio: batching === 'full' ? null : halfFixed(batchSize),
      batchMs: serviceTimes[kind as keyof typeof serviceTimes].batchMs(50),
      stream,
    });
  });

describe('a queue of several servers', () => {
  it('has no more than it needs, whatever a log says: with as many as requests nobody waits', () => {
    for (const servers of [2000, 1e9, Number.MAX_SAFE_INTEGER]) {
      const { latencyMs } = simulateQueue(queueInput({ servers, arrivalRate: 1e6 }), 2000);
      expect(Math.max(...latencyMs)).toBeCloseTo(50, 9);
      expect(Math.min(...latencyMs)).toBeCloseTo(50, 9);
    }
  });

  it('answers every request when an event simulation with the same arrivals and batch times does', () => {
    const requests = 2000;
    fc.assert(
      fc.property(queues, (q) => {
        const unit = unitArrivals(q.stream, requests);
        // The batch times as the program draws them.
        const random = seededRandom(q.stream * 104_729 + 1);
        const expected = latenciesByEvents({
          ...q,
          requests,
          arrivesAt: (request) => (unit[request]! * 1000) / q.arrivalRate,
          serviceMs: (size) => q.batchMs[Math.floor(random() * q.batchMs.length)]! * (q.timeRatio?.[size] ?? 1),
        });
        const found = simulateQueue(q, requests).latencyMs;
        // Of those that still wait for companions when the arrivals end the event simulation has no answer.
        expect(found.length).toBeGreaterThanOrEqual(expected.length - 200);
        const off = found
          .subarray(0, expected.length - 200)
          .reduce((worst, ms, i) => Math.max(worst, Math.abs(ms - expected[i + 200]!)), 0);
        expect(off).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('forms the batches that a server would by the rule for one moment (nextBatch)', () => {
    fc.assert(
      fc.property(queues, (q) => {
        const found = simulateQueue(q, 500);
        const expected = latenciesByRule(q, 500);
        const off = found.latencyMs.reduce((worst, ms, i) => Math.max(worst, Math.abs(ms - expected[i + 50]!)), 0);
        expect(off).toBeLessThan(1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it('is Lindley’s recursion, bit for bit, where it has one server', () => {
    const q = queueInput({ arrivalRate: 15, batchMs: [20, 50, 80] });
    const unit = unitArrivals(1, 5000);
    const random = seededRandom(104_730);
    let freeAt = 0;
    const expected = Array.from({ length: 5000 }, (_, i) => {
      const at = unit[i]! * (1000 / 15);
      freeAt = Math.max(at, freeAt) + q.batchMs[Math.floor(random() * 3)]!;
      return freeAt - at;
    });
    expect([...simulateQueue(q, 5000).latencyMs]).toEqual(expected.slice(500));
  });

  // Erlang 1917: the closed forms of M/M/c.
  it.each([
    [1, 0.8],
    [2, 0.5],
    [4, 0.8],
    [16, 0.8],
    [16, 0.9],
    [64, 0.95],
  ])('waits as M/M/%i at load %f', (servers, load) => {
    const meanMs = 1000;
    // Whole milliseconds: an answer after a whole number of them did not wait.
    const batchMs = serviceTimes.exponential.batchMs(meanMs).map(Math.round);
    const counted = 360_000;
    const streams = load > 0.9 ? 12 : 4;
    const latencyMs = new Float64Array(streams * counted);
    for (let stream = 0; stream < streams; stream++) {
      const q = queueInput({ servers, arrivalRate: load * servers, batchMs, stream });
      latencyMs.set(simulateQueue(q, 400_000).latencyMs, stream * counted);
    }
    const waited = latencyMs.reduce((sum, ms) => sum + (Math.abs(ms - Math.round(ms)) > 1e-5 ? 1 : 0), 0);
    const offered = load * servers;
    const chance = erlangC(servers, offered);
    expect(Math.abs(waited / latencyMs.length / chance - 1)).toBeLessThan(0.03);
    const wait = average(latencyMs) - meanMs;
    expect(Math.abs(wait / ((chance * meanMs) / (servers - offered)) - 1)).toBeLessThan(load > 0.9 ? 0.12 : 0.06);
    // Chance that an answer takes longer than t, a wait of rate c − a on top of a service of rate 1.
    const spare = servers - offered;
    const beyond = (t: number) =>
      Math.abs(spare - 1) < 1e-9
        ? Math.exp(-t) * (1 + chance * t)
        : Math.exp(-t) + (chance / (1 - spare)) * (Math.exp(-spare * t) - Math.exp(-t));
    for (const percent of [50, 95]) {
      const [found] = percentilesInPlace(latencyMs, [percent]);
      expect(Math.abs(beyond(found! / meanMs) / (1 - percent / 100) - 1)).toBeLessThan(0.08);
    }
  });

  it('lets a request wait as often as the one server of M/D/1 is busy', () => {
    const { latencyMs } = simulateQueue(queueInput({ arrivalRate: rateOf(0.6, 1) }), 400_000);
    const waited = latencyMs.reduce((sum, ms) => sum + (ms > 50 + 1e-6 ? 1 : 0), 0) / latencyMs.length;
    expect(Math.abs(waited / 0.6 - 1)).toBeLessThan(0.01);
  });

  it.each([2, 4, 8])('waits as E%i/M/1 where batches fill', (batchSize) => {
    const load = 0.6;
    const arrivalRate = rateOf(load, 1, batchSize);
    const batchMs = serviceTimes.exponential.batchMs(50);
    const all = [1, 2, 3, 4].map((stream) =>
      average(simulateQueue(queueInput({ batchSize, arrivalRate, batchMs, stream }), 400_000).latencyMs),
    );
    // Batches close after B exponential gaps: σ = (Bρ / (Bρ + 1 − σ))ᴮ, and a batch stays for S / (1 − σ) (Kleinrock 1975, §6.4).
    let sigma = 0.5;
    for (let i = 0; i < 200; i++) sigma = ((batchSize * load) / (batchSize * load + 1 - sigma)) ** batchSize;
    const expected = ((batchSize - 1) / 2 / arrivalRate) * 1000 + 50 / (1 - sigma);
    expect(Math.abs(all.reduce((a, b) => a + b) / 4 / expected - 1)).toBeLessThan(0.02);
  });

  // Not so with when-free: one more server is free sooner, so that batches are smaller, and cost more a request.
  it('never answers a request later for one more server, where batches close without one', () => {
    fc.assert(
      fc.property(queues, (q) => {
        fc.pre(q.policy.batching !== 'when-free');
        const few = simulateQueue(q, 2000);
        const more = simulateQueue({ ...q, servers: q.servers + 1 }, 2000);
        expect(more.latencyMs.every((ms, i) => ms <= few.latencyMs[i]! + 1e-6)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('answers in the order of arrival where all batches take equally long, and never sooner than one server as fast as all', () => {
    fc.assert(
      fc.property(queues, (q) => {
        const constant = { ...q, batchMs: [50], policy: waitsForFull };
        const unit = unitArrivals(q.stream, 2000);
        const { latencyMs } = simulateQueue(constant, 2000);
        const answered = [...latencyMs].map((ms, i) => ms + (unit[i + 200]! * 1000) / q.arrivalRate);
        expect(answered.every((at, i) => i === 0 || at >= answered[i - 1]! - 1e-6)).toBe(true);
        const fast = simulateQueue({ ...constant, servers: 1, batchMs: [50 / q.servers] }, 2000);
        expect(fast.latencyMs.every((ms, i) => ms <= latencyMs[i]! + 1e-6)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([2, 4, 16])('waits less with %i servers than each of them with its own share of the requests', (servers) => {
    const p95 = (count: number) =>
      percentilesInPlace(
        simulateQueue(queueInput({ servers: count, arrivalRate: rateOf(0.8, count) }), 100_000).latencyMs,
        [95],
      )[0]!;
    expect(p95(servers)).toBeLessThan(p95(1));
  });

  it('lets nobody wait while a server is always free', () => {
    const { latencyMs } = simulateQueue(queueInput({ servers: 96, arrivalRate: rateOf(0.2, 96) }), 20_000);
    expect(latencyMs.every((ms) => Math.abs(ms - 50) < 1e-6)).toBe(true);
  });

  it('is busy for the share of the time that arrivals ask for, spread over all servers', () => {
    fc.assert(
      fc.property(queues, (q) => {
        const { load } = simulateQueue(q, 2000);
        const twice = simulateQueue({ ...q, servers: 2 * q.servers }, 2000);
        expect(load).toBeGreaterThan(0);
        expect(twice.load).toBeCloseTo(load / 2, 12);
      }),
      { numRuns: 30 },
    );
    for (const [servers, load] of [
      [2, 0.3],
      [16, 0.6],
      [96, 0.9],
    ] as const) {
      const outcome = simulateQueue(queueInput({ servers, arrivalRate: rateOf(load, servers) }), 200_000);
      expect(Math.abs(outcome.load / load - 1)).toBeLessThan(0.01);
    }
  });
});

describe('a server that takes what waits when it is free', () => {
  const q = { batchSize: 8, timeRatio: halfFixed(8) };

  it('serves each alone while it is idle, and full batches alone near what it can do', () => {
    // A batch of one takes 28 of 50 ms.
    const calm = simulateQueue(queueInput({ ...q, policy: whenFree(), arrivalRate: 0.1 }), 20_000);
    expect(calm.batchesOfSize[1]! / 20_000).toBeGreaterThan(0.99);
    const busy = simulateQueue(queueInput({ ...q, policy: whenFree(), arrivalRate: rateOf(0.99, 1, 8) }), 400_000);
    expect(busy.batchesOfSize[8]! / busy.batchesOfSize.reduce((a, b) => a + b)).toBeGreaterThan(0.9);
    expect(busy.load).toBeCloseTo(0.99, 9);
  });

  it('waits as M/M/1 with batches of up to B (bulk service, Bailey 1954)', () => {
    // Batches take as long whatever they hold: μ = 20/s, and r in (0, 1) solves λ − (λ + μ) r + μ rᴮ⁺¹ = 0 (Gross & Harris 1998, §3.2.2).
    const batchMs = serviceTimes.exponential.batchMs(50);
    for (const arrivalRate of [5, 20, 60]) {
      const [lambda, mu, most] = [arrivalRate, 20, 4];
      let root = 0.5;
      for (let i = 0; i < 500; i++) root = (lambda + mu * root ** (most + 1)) / (lambda + mu);
      // Of the line alone, which joins no batch that is under way: p₀ idle servers, the rest geometric.
      const idle = 1 / (1 + lambda / (mu * (1 - root)));
      const waiting = ((lambda / mu) * idle * root) / (1 - root) ** 2;
      const expected = 50 + (1000 * waiting) / lambda;
      const policy = whenFree();
      const all = [1, 2, 3, 4].map((stream) =>
        average(
          simulateQueue(
            queueInput({
              batchSize: most,
              timeRatio: new Float64Array(5).fill(1),
              batchMs,
              arrivalRate,
              policy,
              stream,
            }),
            400_000,
          ).latencyMs,
        ),
      );
      expect(Math.abs(all.reduce((a, b) => a + b) / 4 / expected - 1)).toBeLessThan(0.02);
    }
  });

  it('lets the first of a batch wait for others while it is idle, and no longer than the delay', () => {
    const waits = (timeoutMs: number) =>
      simulateQueue(queueInput({ ...q, batchMs: [0.01], policy: whenFree(timeoutMs) }), 50_000);
    for (const delay of [0, 30, 300]) {
      const { latencyMs, batchesOfSize } = waits(delay);
      expect(Math.max(...latencyMs)).toBeLessThanOrEqual(delay + 0.011);
      // Those that come within the delay go along: one and λ·d more.
      const batches = batchesOfSize.reduce((a, b) => a + b);
      if (delay < 100) expect(Math.abs(50_000 / batches / (1 + delay / 100) - 1)).toBeLessThan(0.02);
    }
  });

  it('is the timeout’s queue where there are always servers to spare', () => {
    const input = queueInput({ ...q, servers: 500, arrivalRate: 100, policy: whenFree(40) });
    const timeout = { ...input, policy: { batching: 'timeout', timeoutMs: 40 } as const };
    expect(simulateQueue(input, 20_000).latencyMs).toEqual(simulateQueue(timeout, 20_000).latencyMs);
  });
});

/** Latencies by asking `nextBatch` at each moment at which something may have changed, and nothing else of the program. */
function latenciesByRule(q: QueueInput, requests: number): number[] {
  // More than are looked at, so that the last of these have whom to wait for.
  const arrivals = [...unitArrivals(q.stream, requests + 200)].map((unit) => (unit * 1000) / q.arrivalRate);
  const random = seededRandom(q.stream * 104_729 + 1);
  const serverFree = Array.from({ length: q.servers }, () => 0);
  const answered: number[] = [];
  let first = 0;
  let now = 0;
  while (first < requests) {
    const earliest = Math.min(...serverFree);
    // A server is asked for at once by what closes without one, else when one is free.
    now = Math.max(arrivals[first]!, q.policy.batching === 'when-free' ? earliest : 0);
    let size = 0;
    while (size === 0) {
      const count = arrivals.findLastIndex((at) => at <= now) + 1 - first;
      const next = nextBatch(q.policy, q.batchSize, { count, oldestMs: arrivals[first]! }, now);
      if (next && 'size' in next) size = next.size;
      else {
        const arrival = arrivals[first + count]!;
        now = next ? Math.min(arrival, next.waitUntilMs) : arrival;
      }
    }
    const start = Math.max(now, earliest);
    const drawn = q.batchMs[Math.floor(random() * q.batchMs.length)]!;
    const done = start + drawn * (q.timeRatio?.[size] ?? 1);
    serverFree[serverFree.indexOf(earliest)] = done;
    for (let i = first; i < first + size; i++) answered.push(done - arrivals[i]!);
    first += size;
  }
  return answered;
}

/** Chance that a request finds all servers busy (Erlang C), by the recursion of Erlang B. */
function erlangC(servers: number, offered: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}
