import { dynamicJoulesPerUnit, partialBatchRatios } from '../../latency/partialBatch';
import type { QueueInput } from '../../latency/queue';
import { serversOf } from '../../latency/requestLatency';
import type { Sla } from '../../spec/spec';
import { mean } from '../../statistics/statistics';
import type { ConfigurationResult } from '../../values/result';

/** A measured configuration as a server, its trials as one: what a search over policies simulates. */
export type PooledServer = Omit<QueueInput, 'arrivalRate' | 'policy' | 'stream'> & {
  id: string;
  /** Requests a second with full batches. */
  capacity: number;
  /** Dynamic joules of a batch of 0…batchSize requests. */
  batchJoules: Float64Array;
  /** No batch costs less per request. */
  leastJoules: number;
  /** No request is answered sooner. */
  leastMs: number;
  idleWatts: number;
};

/** null without a trial, a batch, or an idle baseline. */
export function pooledServer(
  result: ConfigurationResult,
  all: readonly ConfigurationResult[],
  terms: Pick<Sla, 'instances'>,
): PooledServer | null {
  const { id, batchSize, trials } = result;
  const batchMs = trials.flatMap((trial) => trial.batchMs);
  const dynamic = trials.map(dynamicJoulesPerUnit).filter((joules) => joules !== null);
  if (batchMs.length === 0 || dynamic.length < trials.length) return null;
  const { time, energy } = partialBatchRatios(result, all);
  if (!time || !energy) return null;
  const servers = serversOf(result, terms);
  const fullJoules = batchSize * mean(dynamic);
  const batchJoules = energy.map((ratio) => ratio * fullJoules);
  const sizes = Array.from({ length: batchSize }, (_, i) => i + 1);
  const fastest = batchMs.reduce((least, ms) => Math.min(least, ms), Infinity);
  return {
    ...{ id, servers, batchSize, batchMs, timeRatio: time, batchJoules },
    capacity: (servers * batchSize * 1000) / mean(batchMs),
    leastJoules: Math.min(...sizes.map((size) => batchJoules[size]! / size)),
    leastMs: fastest * Math.min(...sizes.map((size) => time[size]!)),
    idleWatts: mean(trials.map((trial) => trial.idleWatts!)),
  };
}
