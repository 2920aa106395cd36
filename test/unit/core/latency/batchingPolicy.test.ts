import { expect, it } from 'vitest';
import { batchingPolicy } from '../../../../src/core/latency/batchingPolicy';

it('waits for full batches unless a timeout is given', () => {
  expect(batchingPolicy({})).toEqual({ batching: 'full', timeoutMs: null });
  expect(batchingPolicy({ batchTimeoutMs: 20 })).toEqual({ batching: 'timeout', timeoutMs: 20 });
  expect(batchingPolicy({ batching: 'timeout', batchTimeoutMs: 0 })).toEqual({ batching: 'timeout', timeoutMs: 0 });
});

it('lets requests wait for no others when a server is free, unless a delay is given', () => {
  expect(batchingPolicy({ batching: 'when-free' })).toEqual({ batching: 'when-free', timeoutMs: 0 });
  expect(batchingPolicy({ batching: 'when-free', batchTimeoutMs: 5 })).toEqual({ batching: 'when-free', timeoutMs: 5 });
});
