import type { ConfigurationResult } from '../values/result';
import type { Sla } from '../spec/spec';
import { percentilesInPlace } from '../statistics/quickselect';
import { dynamicJoulesPerUnit, partialBatchRatios } from './partialBatch';
import { type QueueInput, simulateRequests } from './queue';

/** What requests would have met, had they come to this trial's configuration at the arrival rate. Milliseconds and joules. */
export type TrialRequests = {
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** At the percentile of the service level. */
  atPercentile: number;
  /** Dynamic energy of its share of a batch + idle watts ÷ arrival rate; null without an idle baseline. */
  joulesPerRequest: number | null;
  /** Half-width in which that is known at worst, because the edges of windows and the idle watts are; left out: 0. */
  edgeJoulesPerRequest?: number;
  /** Of that what the edges of the trial's own windows do; the rest is of the idle watts, which all share. Left out: 0. */
  ownEdgeJoulesPerRequest?: number;
  /** By how much `joulesPerRequest` rises with each idle watt (seconds): 1 ÷ arrivals − share ÷ throughput; null where that is. */
  perIdleWatt: number | null;
};

/** What of the service level shapes the queue. */
export type ArrivalTerms = Pick<Sla, 'arrivalRate' | 'percentile' | 'batchTimeoutMs'>;

/**
 * Request latency and J/request of every trial, in the order of `result.trials`: fill + queue +
 * service by simulation, with service times drawn from the trial's own batches, and a server for each of its
 * instances. null for a trial whose throughput, or whose servers with the partial batches that a timeout makes, do not
 * keep up with the arrivals: then the queue grows without end and no latency exists.
 *
 * All was measured while all instances worked. A batch is taken to need the time and the dynamic joules that it needed
 * then, also while other instances rest. An idle neighbour usually makes a batch quicker (caches, memory and clock are
 * shared), so the latencies are upper bounds. The joules are no bound: with less contention a batch costs less, but what
 * the first busy core wakes is shared by fewer.
 *
 * @param all results of the run: other batch sizes tell what a partial batch costs
 */
export function requestsOfTrials(
  result: ConfigurationResult,
  all: readonly ConfigurationResult[],
  terms: ArrivalTerms,
): (TrialRequests | null)[] {
  const timeoutMs = terms.batchTimeoutMs ?? null;
  const ratios = partialRatiosFor(result, all, terms);
  const percents = [...new Set([50, 95, 99, terms.percentile])].sort((a, b) => a - b);
  return result.trials.map((trial) => {
    if (terms.arrivalRate >= trial.unitsPerSecond || trial.batchMs.length === 0) return null;
    const queue: QueueInput = {
      servers: result.instances,
      arrivalRate: terms.arrivalRate,
      batchSize: result.batchSize,
      timeoutMs,
      batchMs: trial.batchMs,
      timeRatio: ratios?.time ?? null,
      energyRatio: ratios?.energy ?? null,
      // The block, not the trial: all configurations of a block meet the same requests.
      stream: trial.block,
    };
    const { load, values, maxMs, perRequest } = ratios === null ? metOnce(queue, percents) : met(queue, percents);
    if (load >= 1) return null;
    const at = (percent: number) => values[percents.indexOf(percent)]!;
    const dynamic = dynamicJoulesPerUnit(trial);
    // Share × (gross − idle ÷ throughput) + idle ÷ arrivals. The share of a unit's dynamic joules is 1 where all batches are full.
    const share = perRequest === null ? null : result.batchSize * perRequest;
    const perIdleWatt = share === null ? null : 1 / terms.arrivalRate - share / trial.unitsPerSecond;
    const ownEdge = (share ?? 0) * (trial.edgeJoulesPerUnit ?? 0);
    const edge = ownEdge + Math.abs(perIdleWatt ?? 0) * (trial.edgeIdleWatts ?? 0);
    return {
      p50: at(50),
      p95: at(95),
      p99: at(99),
      max: maxMs,
      atPercentile: at(terms.percentile),
      joulesPerRequest:
        dynamic === null || trial.idleWatts === null || share === null
          ? null
          : dynamic * share + trial.idleWatts / terms.arrivalRate,
      perIdleWatt,
      ...(edge > 0 && { edgeJoulesPerRequest: edge }),
      ...(ownEdge > 0 && { ownEdgeJoulesPerRequest: ownEdge }),
    };
  });
}

/** What partial batches cost; null where every batch is full. */
export function partialRatiosFor(
  result: ConfigurationResult,
  all: readonly ConfigurationResult[],
  { batchTimeoutMs }: Pick<ArrivalTerms, 'batchTimeoutMs'>,
) {
  return batchTimeoutMs === undefined || result.batchSize === 1 ? null : partialBatchRatios(result, all);
}

/** What requests meet: their latencies at `percents`, in that order. */
type Met = { load: number; values: number[]; maxMs: number; perRequest: number | null };

function met(queue: QueueInput, percents: number[]): Met {
  const { load, latencyMs, maxMs, batchEnergyPerRequest } = simulateRequests(queue);
  return { load, values: percentilesInPlace(latencyMs, percents), maxMs, perRequest: batchEnergyPerRequest };
}

const known = new WeakMap<readonly number[], Map<string, Met>>();
const mostKnown = 50;

/** The same of batches that are always full: each block, each verdict and each slider looks at the same trials again. */
function metOnce(queue: QueueInput, percents: number[]): Met {
  const { batchMs, servers, arrivalRate, batchSize, stream } = queue;
  let ofTimes = known.get(batchMs);
  // A slider of the arrivals makes a new one at every stop.
  if (!ofTimes || ofTimes.size >= mostKnown) known.set(batchMs, (ofTimes = new Map()));
  const key = `${servers} ${arrivalRate} ${batchSize} ${stream} ${percents.join(' ')}`;
  const before = ofTimes.get(key);
  if (before) return before;
  const now = met(queue, percents);
  ofTimes.set(key, now);
  return now;
}
