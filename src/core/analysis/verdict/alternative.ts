import { leastRequestMs } from '../../latency/fastestBatch';
import { requestsOfTrials, type TrialRequests } from '../../latency/requestLatency';
import type { ConfigurationResult } from '../../values/result';
import type { Sla } from '../../spec/spec';
import { type ComparisonTails, comparisonTails, type Repeats, type TailsAt } from '../../statistics/confidence';

/** A measured configuration with what requests would meet in each of its trials. */
export type Alternative = {
  result: ConfigurationResult;
  /** Whether it is the only one that was to be measured. */
  isAlone?: boolean;
  /** Aligned with `result.trials`; empty without a service level. null: arrivals outrun that trial. */
  requests: (TrialRequests | null)[];
  /** Aligned with `result.trials`; empty without a service level. Milliseconds that each request takes at least, whatever arrives. */
  leastMs: number[];
};

export function alternativesOf(results: readonly ConfigurationResult[], sla: Sla | undefined): Alternative[] {
  const isAlone = results.filter(({ skipped }) => skipped === null).length === 1;
  return results.map((result) => ({
    result,
    isAlone,
    requests: sla ? requestsOfTrials(result, results, sla) : [],
    leastMs: sla ? leastRequestMs(result, results, sla) : [],
  }));
}

/** Tails for comparisons among all configurations that were to be measured, skipped ones left out. */
export function tailsFor(results: readonly ConfigurationResult[], repeats: Repeats): TailsAt {
  const count = results.filter((r) => r.skipped === null).length;
  const known: ComparisonTails[] = [];
  return (blocks) => (known[blocks] ??= comparisonTails(count, repeats, blocks));
}
