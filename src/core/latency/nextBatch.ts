import type { BatchingPolicy } from './batchingPolicy';

/** Requests that are in no batch yet, first come first. */
export type Waiting = { count: number; oldestMs: number };

/** How many of those that wait make a batch now, or the moment at which they do if nobody else comes. */
export type NextBatch = { size: number } | { waitUntilMs: number };

/**
 * What a server does at one moment, whatever has been before. With `when-free` it is asked when an instance is free; with `full` and
 * `timeout` at any time, since a batch closes there while all are busy and then waits for one in its line. Whoever asks later than
 * `waitUntilMs` counts, with `timeout`, only those that had come by then.
 *
 * @returns null where nothing but another request makes a batch: nobody waits, or the policy waits for a full one however long
 */
export function nextBatch(
  { batching, timeoutMs }: BatchingPolicy,
  batchSize: number,
  waiting: Waiting,
  nowMs: number,
): NextBatch | null {
  if (waiting.count >= batchSize) return { size: batchSize };
  if (waiting.count === 0 || batching === 'full') return null;
  const waitUntilMs = waiting.oldestMs + (timeoutMs ?? 0);
  return nowMs >= waitUntilMs ? { size: waiting.count } : { waitUntilMs };
}
