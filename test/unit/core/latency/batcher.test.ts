import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, createBatcher } from '../../../../src/core/latency/batcher';
import type { BatchingPolicy } from '../../../../src/core/latency/batchingPolicy';

/** Serves all of these at once a server is free, each batch for so long; what began when. */
function serveAll(policy: BatchingPolicy, batchSize: number, servers: number, atMs: number[], serviceMs: number) {
  const batcher = createBatcher(policy, batchSize, servers, { first: 0, arrivedMs: (request) => atMs[request]! });
  const busyUntil = new Map<number, number>();
  const began: (Batch & { atMs: number })[] = [];
  let upcoming = 0;
  for (let nowMs = 0; ;) {
    for (const [server, untilMs] of busyUntil) {
      if (untilMs > nowMs) continue;
      busyUntil.delete(server);
      batcher.free(server);
    }
    for (; upcoming < atMs.length && atMs[upcoming]! <= nowMs; upcoming++) batcher.arrive();
    for (let batch = batcher.begin(nowMs); batch !== null; batch = batcher.begin(nowMs)) {
      began.push({ ...batch, atMs: nowMs });
      busyUntil.set(batch.server, nowMs + serviceMs);
    }
    const next = Math.min(atMs[upcoming] ?? Infinity, batcher.askAgainMs() ?? Infinity, ...busyUntil.values());
    if (next === Infinity) return began;
    nowMs = next;
  }
}
const shortly = (began: ReturnType<typeof serveAll>) => began.map(({ atMs, first, size }) => [atMs, first, size]);

describe('a batcher', () => {
  it('takes what waits as soon as a server is free, as many as a batch holds', () => {
    const policy: BatchingPolicy = { batching: 'when-free', timeoutMs: 0 };
    expect(shortly(serveAll(policy, 2, 1, [0, 1, 2, 3, 50], 10))).toEqual([
      [0, 0, 1],
      [10, 1, 2],
      [20, 3, 1],
      [50, 4, 1],
    ]);
  });

  it('lets a free server wait for more, as long as the oldest may wait', () => {
    const policy: BatchingPolicy = { batching: 'when-free', timeoutMs: 5 };
    expect(shortly(serveAll(policy, 3, 1, [0, 1, 20, 21, 22], 10))).toEqual([
      [5, 0, 2],
      [22, 2, 3],
    ]);
  });

  it('closes a batch by its timeout while all servers are busy, and lets closed ones wait in their order', () => {
    const policy: BatchingPolicy = { batching: 'timeout', timeoutMs: 5 };
    expect(shortly(serveAll(policy, 4, 1, [0, 6, 7, 12, 13], 100))).toEqual([
      [5, 0, 1],
      [105, 1, 2],
      [205, 3, 2],
    ]);
  });

  it('waits for full batches and serves no others', () => {
    const policy: BatchingPolicy = { batching: 'full', timeoutMs: null };
    expect(shortly(serveAll(policy, 2, 2, [0, 1, 2, 3, 4], 10))).toEqual([
      [1, 0, 2],
      [3, 2, 2],
    ]);
  });

  it('does not put into a batch that has closed whom it is told of late', () => {
    const atMs = [0, 3, 6];
    const policy: BatchingPolicy = { batching: 'timeout', timeoutMs: 5 };
    const batcher = createBatcher(policy, 4, 1, { first: 0, arrivedMs: (request) => atMs[request]! });
    for (const _ of atMs) batcher.arrive();
    expect(batcher.begin(7)).toEqual({ first: 0, size: 2, server: 0 });
    expect(batcher.begin(7)).toBeNull();
    expect(batcher.askAgainMs()).toBe(11);
  });

  it('gives a batch to the server that has been free the longest', () => {
    const policy: BatchingPolicy = { batching: 'when-free', timeoutMs: 0 };
    const servers = serveAll(policy, 1, 3, [0, 20, 40, 60], 5).map(({ server }) => server);
    expect(servers).toEqual([0, 1, 2, 0]);
  });

  it('serves each request once, in order, in batches no larger than allowed, at most one a server at a time', () => {
    const policies: BatchingPolicy[] = [
      { batching: 'when-free', timeoutMs: 0 },
      { batching: 'when-free', timeoutMs: 7 },
      { batching: 'timeout', timeoutMs: 7 },
      { batching: 'timeout', timeoutMs: 0 },
    ];
    fc.assert(
      fc.property(
        fc.array(fc.nat(200), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b)),
        fc.constantFrom(...policies),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (atMs, policy, batchSize, servers) => {
          const began = serveAll(policy, batchSize, servers, atMs, 13);
          let next = 0;
          for (const { first, size, atMs: beganMs } of began) {
            expect(first).toBe(next);
            expect(size).toBeGreaterThan(0);
            expect(size).toBeLessThanOrEqual(batchSize);
            next += size;
            expect(beganMs).toBeGreaterThanOrEqual(atMs[next - 1]!);
            expect(
              began.filter((other) => other.atMs <= beganMs && beganMs < other.atMs + 13).length,
            ).toBeLessThanOrEqual(servers);
          }
          expect(next).toBe(atMs.length);
        },
      ),
    );
  });
});
