import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BatchingPolicy } from '../../../../src/core/latency/batchingPolicy';
import { nextBatch } from '../../../../src/core/latency/nextBatch';

const full: BatchingPolicy = { batching: 'full', timeoutMs: null };
const timeout: BatchingPolicy = { batching: 'timeout', timeoutMs: 20 };
const whenFree: BatchingPolicy = { batching: 'when-free', timeoutMs: 0 };
const whenFreeDelayed: BatchingPolicy = { batching: 'when-free', timeoutMs: 20 };

it('is a full batch as soon as there are requests enough, whatever the policy', () => {
  for (const policy of [full, timeout, whenFree, whenFreeDelayed]) {
    expect(nextBatch(policy, 4, { count: 4, oldestMs: 100 }, 100)).toEqual({ size: 4 });
    expect(nextBatch(policy, 4, { count: 9, oldestMs: 100 }, 100)).toEqual({ size: 4 });
  }
});

it('is nothing where nobody waits, and where only another request can fill the batch', () => {
  for (const policy of [full, timeout, whenFree, whenFreeDelayed])
    expect(nextBatch(policy, 4, { count: 0, oldestMs: 0 }, 100)).toBeNull();
  expect(nextBatch(full, 4, { count: 3, oldestMs: 0 }, 1e9)).toBeNull();
});

it('takes what waits at once where no delay is given', () => {
  expect(nextBatch(whenFree, 4, { count: 1, oldestMs: 100 }, 100)).toEqual({ size: 1 });
});

it('waits for more until the oldest has waited long enough, and no longer', () => {
  for (const policy of [timeout, whenFreeDelayed]) {
    expect(nextBatch(policy, 4, { count: 2, oldestMs: 100 }, 119.9)).toEqual({ waitUntilMs: 120 });
    expect(nextBatch(policy, 4, { count: 2, oldestMs: 100 }, 120)).toEqual({ size: 2 });
  }
});

it('makes a batch at the moment that it names, of any times', () => {
  const anyMs = fc.double({ min: 0, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(anyMs, anyMs, fc.nat(1e8), fc.integer({ min: 1, max: 7 }), (oldestMs, nowMs, timeoutMs, count) => {
      const policy: BatchingPolicy = { batching: 'when-free', timeoutMs };
      const next = nextBatch(policy, 8, { count, oldestMs }, nowMs);
      if (next === null) throw new Error('nothing though somebody waits');
      if ('size' in next) {
        expect(next.size).toBe(count);
        return;
      }
      expect(next.waitUntilMs).toBeGreaterThan(nowMs);
      expect(nextBatch(policy, 8, { count, oldestMs }, next.waitUntilMs)).toEqual({ size: count });
    }),
  );
});
