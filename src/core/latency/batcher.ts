import type { BatchingPolicy } from './batchingPolicy';
import { nextBatch } from './nextBatch';

/** Requests in the order of their arrival, `size` of them from `first` on, and who serves them. */
export type Batch = { first: number; size: number; server: number };

/** Gathers requests into batches as a server's policy says, and gives each to one of several servers alike. */
export type Batcher = {
  /** The next request has come; requests come in order. */
  arrive(): void;
  /** A server has answered its batch. */
  free(server: number): void;
  /** A batch that begins now; to be asked until there is none. */
  begin(nowMs: number): Batch | null;
  /** When to ask again though nobody comes and no server is free by then; null: never. */
  askAgainMs(): number | null;
  /** Requests that have come and are in no batch that has begun. */
  waiting(): number;
};

/**
 * @param first number of the first request
 * @param arrivedMs when a request came that has come
 */
export function createBatcher(
  policy: BatchingPolicy,
  batchSize: number,
  servers: number,
  { first, arrivedMs }: { first: number; arrivedMs: (request: number) => number },
): Batcher {
  /** The one that has been free the longest first. */
  const free = Array.from({ length: servers }, (_, server) => server);
  /** Closed batches that wait for a server, by size. */
  const line: number[] = [];
  /** The first request that is in no batch which has begun; that is in no closed batch; that has not come. */
  let [begun, closed, upcoming] = [first, first, first];
  let askAgainMs: number | null = null;

  /** The size of the batch that can be made of those that are in none. */
  const next = (nowMs: number): number | null => {
    if (upcoming === closed) return null;
    const oldestMs = arrivedMs(closed);
    // Who looks late at a batch that has closed by its timeout must not put into it those who came after that.
    const untilMs = policy.batching === 'timeout' ? oldestMs + (policy.timeoutMs ?? 0) : Infinity;
    let count = 0;
    while (count < batchSize && closed + count < upcoming && arrivedMs(closed + count) <= untilMs) count++;
    const found = nextBatch(policy, batchSize, { count, oldestMs }, nowMs);
    if (found === null) return null;
    if ('size' in found) return found.size;
    askAgainMs = found.waitUntilMs;
    return null;
  };
  const give = (size: number): Batch => {
    const batch = { first: begun, size, server: free.shift()! };
    begun += size;
    return batch;
  };

  return {
    arrive: () => void upcoming++,
    free: (server) => void free.push(server),
    begin(nowMs) {
      askAgainMs = null;
      if (policy.batching === 'when-free') {
        const size = free.length > 0 ? next(nowMs) : null;
        if (size === null) return null;
        closed += size;
        return give(size);
      }
      for (let size = next(nowMs); size !== null; size = next(nowMs)) {
        closed += size;
        line.push(size);
      }
      return free.length > 0 && line.length > 0 ? give(line.shift()!) : null;
    },
    askAgainMs: () => askAgainMs,
    waiting: () => upcoming - begun,
  };
}
