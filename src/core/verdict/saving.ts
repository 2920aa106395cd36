import type { ConfigurationSummary } from '../run/result';
import { asPercent, differenceInterval, pairedDifference } from '../statistics/comparison';
import type { ComparisonTails } from '../statistics/confidence';
import { type Ranking, rank } from './cost';
import type { AnalysisTerms, Evaluation } from './evaluation';
import type { Saving } from './verdictSchema';

/** What runs today, among configurations with the batch size in use: the one most like the winner. */
export function currentConfiguration(
  winner: string,
  evaluations: readonly Evaluation[],
  terms: Pick<AnalysisTerms, 'current'>,
): Evaluation | null {
  const own = evaluations.find((e) => e.result.id === winner)?.result;
  const same = evaluations.filter((e) => e.result.batchSize === terms.current?.batchSize && e.result.trials.length > 0);
  const likeness = ({ result }: Evaluation) =>
    4 * Number(result.model === own?.model) +
    2 * Number(result.threads === own?.threads) +
    Number(result.spinning === own?.spinning);
  return same.sort((a, b) => likeness(b) - likeness(a))[0] ?? null;
}

/** null where no current batch size is named or measured, or the winner is the current one. */
export function savingAgainst(
  winner: string,
  evaluations: readonly Evaluation[],
  summaries: readonly ConfigurationSummary[],
  ranking: Ranking,
  terms: AnalysisTerms,
  tails: ComparisonTails,
): Saving | null {
  const current = currentConfiguration(winner, evaluations, terms);
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
