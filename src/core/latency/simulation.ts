import { mean, standardDeviation } from '../statistics/statistics';
import {
  addLatencies,
  emptyDistribution,
  type LatencyDistribution,
  merged,
  mixturePercentile,
  trimmed,
} from './latencyDistribution';
import { createQueue, type QueueInput, type QueueState } from './queue';

export type Simulation = QueueState & {
  /** Of every request after the warm-up. */
  distribution: LatencyDistribution;
  /** Standard error of the percentile that was asked for, over it: what is left of chance in the simulation. */
  standardError: number;
};

/** The standard error at which a simulation ends. */
export const enoughError = 0.01;

/** The least that is counted; 200 full batches besides, and 30 for each server, so that all have been busy; of these a million at most. */
const fewestRequests = 20_000;
/** The most that is counted, if nobody asks for less: some tenths of a second: at a load of .95 that leaves 2 to 6 % of one trial (docs/statistics.md). */
const mostRequests = 5_000_000;

/** Parts of the run whose own percentiles tell the error (batch means). As a run grows, they do: two and two are joined. */
const fewestParts = 16;

/**
 * Simulates a queue until the percentile is known to 1 %, by the method of batch means (Conway 1963) with a fixed number of parts:
 * each time twice as many requests, in parts twice as long, so that they become the more independent of each other the more the queue
 * remembers. What does not end so, for the load is too near 1, has the error that it says.
 */
export function simulateRequests(input: QueueInput, percent: number, most = mostRequests): Simulation {
  const { servers, batchSize, batchMs, timeRatio } = input;
  const queue = createQueue(input);
  const forBatches = Math.min(Math.max(200, 30 * servers) * batchSize, 1_000_000);
  let partLength = Math.ceil(Math.max(fewestRequests, forBatches) / (2 * fewestParts));
  const leastMs = Math.min(1, ...(timeRatio?.subarray(1) ?? [])) * batchMs.reduce((a, b) => Math.min(a, b), Infinity);
  const buffer = new Float64Array(chunkLength + batchSize);
  // The queue fills from empty: that is not counted.
  for (let left = Math.max(partLength, 3 * servers * batchSize); left > 0;)
    left -= queue.serve(buffer, Math.min(left, chunkLength));
  let parts: LatencyDistribution[] = [];
  for (;;) {
    while (parts.length < 2 * fewestParts) {
      const part = emptyDistribution(leastMs);
      for (let left = partLength; left > 0;) {
        const count = queue.serve(buffer, Math.min(left, chunkLength));
        addLatencies(part, buffer, count);
        left -= count;
      }
      parts.push(part);
    }
    const all = merged(parts);
    const own = parts.map((part) => mixturePercentile([part], percent));
    const standardError = Math.max(...[1, 2, 4].map((length) => relativeError(own, length)));
    const state = queue.state();
    if (standardError < enoughError || state.load >= 1 || 2 * all.total > most)
      return { ...state, distribution: trimmed(all), standardError };
    parts = Array.from({ length: fewestParts }, (_, i) => merged(parts.slice(2 * i, 2 * i + 2)));
    partLength *= 2;
  }
}

const chunkLength = 16_384;

/**
 * Standard error of the mean of parts over it, from means of so many that follow one another. Parts that are too short to be independent
 * show too small an error, longer ones more of it.
 */
function relativeError(own: readonly number[], length: number): number {
  const means = Array.from({ length: own.length / length }, (_, i) => mean(own.slice(i * length, (i + 1) * length)));
  return standardDeviation(means) / Math.sqrt(means.length) / mean(own);
}
