import type { PacedValue } from '../../src/core/values/result';

/** A paced trial of 600 requests at 10 requests/s, in full batches, answered after these milliseconds in turn. */
export function pacedOf(
  block: number,
  joulesPerRequest: number,
  requestMs: readonly number[] = [10, 20, 30],
  rest: Partial<PacedValue> = {},
): PacedValue {
  return {
    ...{ trial: 100 + block, block, arrivalRate: 10, arrivals: 'drawn', batching: 'full', batchTimeoutMs: null },
    ...{ instances: 1, requests: 600, seconds: 60, joulesPerRequest },
    requestMs: Array.from({ length: 600 }, (_, i) => requestMs[i % requestMs.length]! * (1 + 0.001 * block)),
    ...{ load: 0.4, meanBatchSize: 1.5, padded: false },
    ...rest,
  };
}
