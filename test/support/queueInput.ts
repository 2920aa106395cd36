import type { BatchingPolicy } from '../../src/core/latency/batchingPolicy';
import type { QueueInput } from '../../src/core/latency/queue';

export const waitsForFull: BatchingPolicy = { batching: 'full', timeoutMs: null };
export const closesAfter = (timeoutMs: number): BatchingPolicy => ({ batching: 'timeout', timeoutMs });
export const whenFree = (timeoutMs = 0): BatchingPolicy => ({ batching: 'when-free', timeoutMs });

/** Ten requests a second at one server that takes 50 ms for each, and what a test changes of that. */
export const queueInput = (rest: Partial<QueueInput>): QueueInput => ({
  ...{ servers: 1, arrivalRate: 10, batchSize: 1, policy: waitsForFull, batchMs: [50] },
  ...{ timeRatio: null, stream: 1 },
  ...rest,
});
