import type { QueueInput } from '../../src/core/latency/queue';

/** Ten requests a second at one server that takes 50 ms for each, and what a test changes of that. */
export const queueInput = (rest: Partial<QueueInput>): QueueInput => ({
  ...{ servers: 1, arrivalRate: 10, batchSize: 1, timeoutMs: null, batchMs: [50] },
  ...{ timeRatio: null, stream: 1 },
  ...rest,
});
