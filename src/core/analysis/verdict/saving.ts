import type { ConfigurationSummary } from '../../metrics/summarySchema';
import { asPercent, differenceInterval } from '../../statistics/comparison';
import { fewestBlocks } from '../../statistics/sequential';
import type { TailsAt } from '../../statistics/confidence';
import { type Ranking, costsBy } from './cost';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import type { Saving, Verdict } from './verdictSchema';

/**
 * null where it is not known which configuration runs today, where that one was not measured, or where it is the winner.
 *
 * @param inUse id of the configuration that runs today
 */
export function savingAgainst(
  winner: string,
  inUse: string | null,
  alternatives: readonly Alternative[],
  summaries: readonly ConfigurationSummary[],
  ranking: Ranking,
  terms: AnalysisTerms,
  tails: TailsAt,
): Saving | null {
  const current = measuredInUse(inUse, alternatives);
  const chosen = alternatives.find((e) => e.result.id === winner);
  if (!current || !chosen || current.result.id === winner) return null;
  const { d, energy } = energyAgainst(chosen, current, alternatives, ranking, terms);
  if (d.n === 0) return null;
  // Nothing is told apart by fewer blocks than a verdict rests on.
  const interval = d.n < fewestBlocks ? null : differenceInterval(d, tails(d.n).saving);
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

/**
 * Energy of each measured configuration above that of the one in use, as the saving counts it and with its interval; null where a saving could
 * not be.
 */
export function differencesToInUse(
  inUse: string | null,
  alternatives: readonly Alternative[],
  ranking: Ranking,
  terms: AnalysisTerms,
  tails: TailsAt,
): Verdict['againstInUse'] {
  const current = measuredInUse(inUse, alternatives);
  if (!current) return null;
  const { energy } = energyAgainst(current, current, alternatives, ranking, terms);
  const own = alternatives.map((e) => {
    const { d, energy: counted } = energyAgainst(e, current, alternatives, ranking, terms);
    if (d.n === 0 || counted !== energy) return { id: e.result.id, percent: null, interval: null };
    const interval = e === current ? null : differenceInterval(d, tails(d.n).saving);
    return {
      id: e.result.id,
      percent: asPercent(d.mean),
      interval: interval && { low: asPercent(interval.low), high: asPercent(interval.high) },
    };
  });
  return {
    energy,
    percent: Object.fromEntries(own.map(({ id, percent }) => [id, percent])),
    intervals: Object.fromEntries(own.map(({ id, interval }) => [id, interval])),
  };
}

const measuredInUse = (inUse: string | null, alternatives: readonly Alternative[]) =>
  alternatives.find((e) => e.result.id === inUse && e.result.trials.length > 0);

/** Difference of ln energy within blocks, of one configuration above another; and by which energy. */
export function energyAgainst(
  one: Alternative,
  other: Alternative,
  alternatives: readonly Alternative[],
  ranking: Ranking,
  terms: AnalysisTerms,
) {
  // One of them may lie outside the service level, and then has no J/request: compare what both have.
  const perRequest =
    ranking.energy === 'joulesPerRequest' &&
    [one, other].every(({ requests }) => requests.every((r) => r?.joulesPerRequest != null));
  const energy: Ranking['energy'] = perRequest ? 'joulesPerRequest' : 'joulesPerUnit';
  const { energies } = energy === ranking.energy ? ranking : underFullLoad(alternatives, ranking, terms);
  return { d: energies.difference(one.result.id, other.result.id), energy };
}

const known = new WeakMap<Ranking, Ranking>();

/** By joules per unit of work; found once where a ranking is by the request. */
export function underFullLoad(alternatives: readonly Alternative[], ranking: Ranking, terms: AnalysisTerms): Ranking {
  if (ranking.energy === 'joulesPerUnit') return ranking;
  let other = known.get(ranking);
  if (!other) {
    const measured = alternatives.filter((e) => e.result.trials.length > 0);
    known.set(ranking, (other = costsBy('joulesPerUnit', measured, ranking.candidates, terms)));
  }
  return other;
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
