import { groupsExcept } from '../../configuration/factors';
import { mayBeInUse } from '../../configuration/inUse';
import { type Curve, curveOf, ruledOut, type Standing } from '../../search/leftOut';
import { mean } from '../../statistics/statistics';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import type { Ranking } from './cost';
import { breaksAccuracy } from './feasibility';
import type { Verdict } from './verdictSchema';

/** What is known of each configuration that could be measured. */
export type Searched = { alternatives: Alternative[]; standings: Standing[]; curve: Curve };

/** @param settled ids that are measured no more, for good */
export function searched(
  all: readonly Alternative[],
  ranking: Ranking,
  terms: AnalysisTerms,
  settled: readonly string[] = [],
): Searched {
  const alternatives = all.filter(({ result }) => result.skipped === null);
  const broken = brokenOnes(alternatives, terms);
  const standings = alternatives.map(({ result }): Standing => ({
    trials: result.trials.length,
    lnCosts: ranking.costs.costs.get(result.id) ?? new Map<number, number>(),
    isAlways: mayBeInUse(result, terms.current),
    isSettled: settled.includes(result.id),
    isBroken: broken.has(result.id),
  }));
  const configurations = alternatives.map(({ result }) => result);
  return { alternatives, standings, curve: curveOf(configurations, standings) };
}

/** Whether a search has left it out with too few trials for a comparison: it is judged by the smooth curve, not by tests. */
export const isLeftOut = ({ result }: Alternative): boolean => result.isLeftOut === true;

/**
 * Ids of those that are left out although they may be the choice, the most promising first: by the terms at hand, which may be others than those that
 * they were left out by. Empty where all of them together are improbable enough.
 */
export function stillPossible(all: readonly Alternative[], ranking: Ranking, terms: AnalysisTerms): string[] {
  if (!all.some(isLeftOut)) return [];
  const { alternatives, standings, curve } = searched(all, ranking, terms);
  const left = alternatives.flatMap((alternative, i) => (isLeftOut(alternative) && !standings[i]!.isAlways ? [i] : []));
  const { equivalencePercent } = terms.measure;
  const out = ruledOut(left, standings, curve, equivalencePercent);
  return left
    .filter((i) => !out.has(i))
    .sort((a, b) => curve.chance(b, equivalencePercent) - curve.chance(a, equivalencePercent))
    .map((i) => alternatives[i]!.result.id);
}

/** What a search left out; null where all were measured. */
export function leftOutOf(
  alternatives: readonly Alternative[],
  ranking: Ranking,
  terms: AnalysisTerms,
): NonNullable<Verdict['search']> | null {
  const left = alternatives.filter(isLeftOut).map(({ result }) => result);
  if (left.length === 0) return null;
  return {
    notTried: left.filter(({ trials }) => trials.length === 0).map(({ id }) => id),
    notFollowedUp: left.filter(({ trials }) => trials.length > 0).map(({ id }) => id),
    mayBeLower: stillPossible(alternatives, ranking, terms),
  };
}

/** How far beyond the limit the latency of every trial has to be, before few trials are enough not to follow it. */
const plainlySlow = 1.2;
/** Below this load requests hardly wait for others' batches: from there on larger batches only take longer. */
const quietLoad = 0.8;

type Break = 'outrun' | 'slow' | 'other';

/** Those that break the service level plainly; and those never tried that stand between two of the same series which break it alike. */
function brokenOnes(alternatives: readonly Alternative[], terms: AnalysisTerms): Set<string> {
  const { sla } = terms;
  if (!sla) return new Set();
  const own = new Map<string, Break>();
  for (const { result, requests } of alternatives) {
    if (breaksAccuracy(result, sla)) own.set(result.id, 'other');
    else if (result.trials.length === 0) continue;
    else if (result.trials.every((t) => t.unitsPerSecond * plainlySlow < sla.arrivalRate)) own.set(result.id, 'outrun');
    else if (requests.every((r) => r !== null && r.atPercentile > plainlySlow * sla.requestLatencyMs))
      own.set(result.id, mean(requests.map((r) => r!.load)) < quietLoad ? 'slow' : 'other');
  }
  const broken = new Set(own.keys());
  for (const series of groupsExcept(
    ['batchSize'],
    alternatives.map(({ result }) => result),
  )) {
    const bySize = series.sort((a, b) => a.batchSize - b.batchSize);
    bySize.forEach((one, i) => {
      if (one.trials.length > 0) return;
      const below = bySize.slice(0, i).findLast(({ trials }) => trials.length > 0);
      const above = bySize.slice(i + 1).find(({ trials }) => trials.length > 0);
      const [a, b] = [below, above].map((neighbour) => (neighbour ? own.get(neighbour.id) : undefined));
      if (a === b && (a === 'outrun' || a === 'slow')) broken.add(one.id);
    });
  }
  return broken;
}
