import { leastRequestMs } from '../../latency/fastestBatch';
import { requestsOfTrials, type TrialRequests } from '../../latency/requestLatency';
import type { ConfigurationResult } from '../../values/result';
import type { Sla } from '../../spec/spec';
import { comparisonTails, type Repeats } from '../../statistics/confidence';

/** A measured configuration with what requests would meet in each of its trials. */
export type Alternative = {
  result: ConfigurationResult;
  /** Aligned with `result.trials`; empty without a service level. null: arrivals outrun that trial. */
  requests: (TrialRequests | null)[];
  /** Aligned with `result.trials`; empty without a service level. Milliseconds that each request takes at least, whatever arrives. */
  leastMs: number[];
};

export function alternativesOf(results: readonly ConfigurationResult[], sla: Sla | undefined): Alternative[] {
  return results.map((result) => ({
    result,
    requests: sla ? requestsOfTrials(result, results, sla) : [],
    leastMs: sla ? leastRequestMs(result, results, sla) : [],
  }));
}

/** Tails for comparisons among all configurations that were to be measured, skipped ones left out; at the look after `blocks`. */
export function tailsFor(results: readonly ConfigurationResult[], repeats: Repeats, blocks = blocksOf(results)) {
  return comparisonTails(results.filter((r) => r.skipped === null).length, repeats, blocks);
}

/** Most trials of any. */
const blocksOf = (results: readonly ConfigurationResult[]) => Math.max(0, ...results.map((r) => r.trials.length));
