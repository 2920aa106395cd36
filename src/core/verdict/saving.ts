import type { ConfigurationSummary } from '../run/result';
import { asPercent, differenceInterval, pairedDifference } from '../statistics/comparison';
import type { ComparisonTails } from '../statistics/confidence';
import { type Ranking, rank } from './cost';
import type { AnalysisTerms, Evaluation } from './evaluation';
import type { Saving } from './verdictSchema';

/**
 * null where it is not known which configuration runs today, where that one was not measured, or where it is the winner.
 *
 * @param inUse id of the configuration that runs today
 */
export function savingAgainst(
  winner: string,
  inUse: string | null,
  evaluations: readonly Evaluation[],
  summaries: readonly ConfigurationSummary[],
  ranking: Ranking,
  terms: AnalysisTerms,
  tails: ComparisonTails,
): Saving | null {
  const current = evaluations.find((e) => e.result.id === inUse && e.result.trials.length > 0);
  const chosen = evaluations.find((e) => e.result.id === winner);
  if (!current || !chosen || current.result.id === winner) return null;
  // What runs today may lie outside the service level, and then has no J/request: compare what both have.
  const perRequest =
    ranking.energy === 'joulesPerRequest' && current.requests.every((r) => r?.joulesPerRequest != null);
  const { energies, energy } = rank([chosen, current], perRequest ? terms : { ...terms, sla: undefined });
  const d = pairedDifference(energies.get(winner)!, energies.get(current.result.id)!);
  if (d.n === 0) return null;
  const interval = differenceInterval(d, tails.saving);
  const [low, high] = interval ? [-asPercent(interval.high), -asPercent(interval.low)] : [null, null];
  return {
    against: current.result.id,
    percent: -asPercent(d.mean),
    low,
    high,
    significant: low !== null && high !== null && (low > 0 || high < 0),
    energy,
    latency: latencyPrice(
      summaries.find((s) => s.id === current.result.id),
      summaries.find((s) => s.id === winner),
      terms,
    ),
  };
}

function latencyPrice(
  from: ConfigurationSummary | undefined,
  to: ConfigurationSummary | undefined,
  terms: Pick<AnalysisTerms, 'sla'>,
): Saving['latency'] {
  const [before, after] = [from?.requestLatencyMs, to?.requestLatencyMs];
  if (terms.sla && before && after && before.atPercentile.value !== null && after.atPercentile.value !== null) {
    const { percentile, value } = after.atPercentile;
    return { of: 'request', percentile, from: before.atPercentile.value, to: value };
  }
  const [batchBefore, batchAfter] = [from?.batchLatencyMs, to?.batchLatencyMs];
  if (!batchBefore || !batchAfter) return null;
  if (batchBefore.p95 !== null && batchAfter.p95 !== null) {
    return { of: 'batch', percentile: 95, from: batchBefore.p95, to: batchAfter.p95 };
  }
  return { of: 'batch', percentile: 'max', from: batchBefore.max, to: batchAfter.max };
}
