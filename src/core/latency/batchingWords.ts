import { describeGiven } from '../statistics/wording';
import type { BatchingPolicy } from './batchingPolicy';

/** How a server forms batches, as a clause: it follows a colon or a semicolon. */
export function batchingClause({ batching, timeoutMs }: BatchingPolicy): string {
  if (batching === 'full') return 'a batch waits until it is full';
  const wait = `${describeGiven(timeoutMs ?? 0)} ms`;
  if (batching === 'timeout') return `a batch closes, full or not, when its first request has waited ${wait}`;
  const atMost = timeoutMs ? `, waiting at most ${wait}` : ', without waiting for more requests';
  return `batches form when an instance is free, as in Triton${atMost}`;
}
