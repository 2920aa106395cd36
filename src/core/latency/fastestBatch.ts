import type { ConfigurationResult } from '../values/result';
import type { BatchingTerms } from './batchingPolicy';
import { partialRatiosFor } from './requestLatency';

/**
 * Milliseconds that every request of a trial takes at least, in the order of `result.trials`: a request is answered with its
 * batch, so not before the fastest batch that was measured; where batches go that are not full, the fastest size of those.
 * It holds at any arrival rate, for nothing of the queue is in it. ∞ for a trial without a batch.
 *
 * @param all results of the run: other batch sizes tell what a partial batch takes
 */
export function leastRequestMs(
  result: ConfigurationResult,
  all: readonly ConfigurationResult[],
  terms: BatchingTerms,
): number[] {
  const ratios = partialRatiosFor(result, all, terms)?.time;
  const quickest = Math.min(1, ...(ratios?.subarray(1) ?? []));
  return result.trials.map(({ batchMs }) => quickest * batchMs.reduce((least, ms) => Math.min(least, ms), Infinity));
}
