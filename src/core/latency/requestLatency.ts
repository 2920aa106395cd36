import type { ConfigurationResult } from '../values/result';
import type { Sla } from '../spec/spec';
import { batchingPolicy, type BatchingTerms } from './batchingPolicy';
import { type LatencyDistribution, mixturePercentile } from './latencyDistribution';
import { dynamicJoulesPerUnit, partialBatchRatios } from './partialBatch';
import type { QueueInput } from './queue';
import { simulateRequests, type Simulation } from './simulation';

/** What requests would have met, had they come to this trial's configuration at the arrival rate. Milliseconds and joules. */
export type TrialRequests = {
  latency: LatencyDistribution;
  /** Its percentile that the service level names. */
  atPercentile: number;
  /** What chance in the simulation leaves open of `atPercentile`, as its standard error over it. */
  standardError: number;
  /** Work that arrives over what its servers can do (`QueueState`), below 1. */
  load: number;
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
export type ArrivalTerms = Pick<Sla, 'arrivalRate' | 'percentile' | 'instances'> & BatchingTerms;

/** How many batches a configuration serves at once, by the service level or as it was measured. */
export const serversOf = ({ instances }: { instances: number }, terms: Pick<Sla, 'instances'>): number =>
  terms.instances ?? instances;

/** What all servers do over what those did that were measured: each is taken to be as quick as one of these. */
export const scaleOf = (result: { instances: number }, terms: Pick<Sla, 'instances'>): number =>
  serversOf(result, terms) / result.instances;

/**
 * Request latency and J/request of every trial, in the order of `result.trials`: fill + queue +
 * service by simulation, with service times drawn from the trial's own batches, and a server for each of its
 * instances, or as many as the service level says. null for a trial whose throughput, or whose servers with the partial batches
 * that a timeout makes, do not keep up with the arrivals: then the queue grows without end and no latency exists.
 *
 * All was measured while all instances worked. A batch is taken to need the time and the dynamic joules that it needed
 * then, also while other instances rest. An idle neighbour usually makes a batch quicker (caches, memory and clock are
 * shared), so the latencies are upper bounds. The joules are no bound: with less contention a batch costs less, but what
 * the first busy core wakes is shared by fewer.
 *
 * @param all results of the run: other batch sizes tell what a partial batch costs
 * @param mostSimulated requests of each trial; left out: until their percentile is known
 */
export function requestsOfTrials(
  result: ConfigurationResult,
  all: readonly ConfigurationResult[],
  terms: ArrivalTerms,
  mostSimulated?: number,
): (TrialRequests | null)[] {
  const policy = batchingPolicy(terms);
  const ratios = partialRatiosFor(result, all, terms);
  return result.trials.map((trial) => {
    if (terms.arrivalRate >= scaleOf(result, terms) * trial.unitsPerSecond || trial.batchMs.length === 0) return null;
    const queue: QueueInput = {
      servers: serversOf(result, terms),
      arrivalRate: terms.arrivalRate,
      batchSize: result.batchSize,
      policy,
      batchMs: trial.batchMs,
      timeRatio: ratios?.time ?? null,
      // The block, not the trial: all configurations of a block meet the same requests.
      stream: trial.block,
    };
    const { load, distribution, standardError, batchesOfSize } = simulateOnce(queue, terms.percentile, mostSimulated);
    if (load >= 1) return null;
    const perRequest = batchesPerRequest(batchesOfSize, ratios?.energy ?? null);
    const dynamic = dynamicJoulesPerUnit(trial);
    // Share × (gross − idle ÷ throughput) + idle ÷ arrivals. The share of a unit's dynamic joules is 1 where all batches are full.
    const share = perRequest === null ? null : result.batchSize * perRequest;
    const perIdleWatt = share === null ? null : 1 / terms.arrivalRate - share / trial.unitsPerSecond;
    const ownEdge = (share ?? 0) * (trial.edgeJoulesPerUnit ?? 0);
    const edge = ownEdge + Math.abs(perIdleWatt ?? 0) * (trial.edgeIdleWatts ?? 0);
    return {
      latency: distribution,
      atPercentile: mixturePercentile([distribution], terms.percentile),
      standardError,
      load,
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
  terms: BatchingTerms,
) {
  return batchingPolicy(terms).batching === 'full' || result.batchSize === 1 ? null : partialBatchRatios(result, all);
}

/** Energy of the batches in units of a full batch, per request: 1 ÷ size where all are full. null where some were not full and `ratio` is. */
function batchesPerRequest(ofSize: Float64Array, ratio: Float64Array | null): number | null {
  const full = ofSize.length - 1;
  let [energy, requests] = [0, 0];
  for (let size = 1; size <= full; size++) {
    const count = ofSize[size]!;
    if (count > 0) energy += count * (size === full ? 1 : (ratio?.[size] ?? Number.NaN));
    requests += count * size;
  }
  return Number.isNaN(energy) ? null : energy / requests;
}

const known = new WeakMap<readonly number[], Map<string, Simulation>>();
const mostKnown = 16;

/** Each block, each verdict and each slider looks at the same trials again: only those that are new are simulated. */
function simulateOnce(queue: QueueInput, percent: number, most?: number): Simulation {
  const { batchMs, servers, arrivalRate, batchSize, policy, timeRatio, stream } = queue;
  let ofTimes = known.get(batchMs);
  // A slider of the arrivals makes a new one at every stop.
  if (!ofTimes || ofTimes.size >= mostKnown) known.set(batchMs, (ofTimes = new Map()));
  const formed = `${policy.batching} ${policy.timeoutMs}`;
  const key = [servers, arrivalRate, batchSize, formed, timeRatio?.join(' '), stream, percent, most].join('|');
  const before = ofTimes.get(key);
  if (before) return before;
  const now = simulateRequests(queue, percent, most);
  ofTimes.set(key, now);
  return now;
}
