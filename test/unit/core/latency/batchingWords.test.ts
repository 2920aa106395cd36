import { expect, it } from 'vitest';
import { batchingPolicy } from '../../../../src/core/latency/batchingPolicy';
import { batchingClause } from '../../../../src/core/latency/batchingWords';

it('says how a server forms batches, and how long a request waits for others', () => {
  expect(batchingClause(batchingPolicy({}))).toBe('a batch waits until it is full');
  expect(batchingClause(batchingPolicy({ batchTimeoutMs: 1.5 }))).toBe(
    'a batch closes, full or not, when its first request has waited 1.5 ms',
  );
  expect(batchingClause(batchingPolicy({ batching: 'when-free' }))).toBe(
    'batches form when an instance is free, as in Triton, without waiting for more requests',
  );
  expect(batchingClause(batchingPolicy({ batching: 'when-free', batchTimeoutMs: 5 }))).toBe(
    'batches form when an instance is free, as in Triton, waiting at most 5 ms',
  );
});
