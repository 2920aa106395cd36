import type { Sla } from '../spec/spec';

/** How a server forms batches of the requests that come to it. */
export type BatchingPolicy = {
  /**
   * `full`: a batch waits until it is full. `timeout`: it closes, full or not, when its first request has waited `timeoutMs`, whether a
   * server is free or not. `when-free`: a server that is free takes what waits, as many as a batch holds; where they are fewer it waits
   * for more, until the oldest has waited `timeoutMs`.
   */
  batching: NonNullable<Sla['batching']>;
  /** null with `full`. */
  timeoutMs: number | null;
};

/** What of the service level says how batches are formed. */
export type BatchingTerms = Pick<Sla, 'batching' | 'batchTimeoutMs'>;

export function batchingPolicy({ batching, batchTimeoutMs }: BatchingTerms): BatchingPolicy {
  const policy = batching ?? (batchTimeoutMs === undefined ? 'full' : 'timeout');
  return { batching: policy, timeoutMs: policy === 'full' ? null : (batchTimeoutMs ?? 0) };
}
