import { configurationsInUse } from '../../configuration/inUse';
import { blocksToDecide, compare, lowestCost, pairedDifference } from '../../statistics/comparison';
import { type ComparisonTails, confidencePercent } from '../../statistics/confidence';
import { fewestBlocks } from '../../statistics/sequential';
import { type Ranking, rank } from './cost';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import { nearestRelaxations } from './relaxation';
import type { Decision, Feasibility, Relaxation } from './verdictSchema';
import type { ToBest } from '../../statistics/toBest';

/** Decides among the configurations whose feasibility is `yes` or open: one of the latter could be the winner. */
export function decide(
  alternatives: readonly Alternative[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
  tails: ComparisonTails,
): { decision: Decision; ranking: Ranking } {
  const excluded = new Set(feasibility.filter((f) => f.feasible === 'no').map((f) => f.id));
  const candidates = alternatives.filter((e) => e.result.trials.length > 0 && !excluded.has(e.result.id));
  const ranking = rank(candidates, terms, tails);
  return { decision: decideAmong(candidates, ranking, alternatives, feasibility, terms, tails), ranking };
}

function decideAmong(
  candidates: readonly Alternative[],
  ranking: Ranking,
  alternatives: readonly Alternative[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
  tails: ComparisonTails,
): Decision {
  const measured = alternatives.filter((e) => e.result.trials.length > 0);
  const isOpen = (id: string) => feasibility.some((f) => f.id === id && f.feasible === 'unresolved');
  const blocks = Math.max(0, ...alternatives.map((e) => e.result.trials.length));
  const today = configurationsInUse(
    alternatives.map((e) => e.result),
    terms.current,
  ).map(({ id }) => id);
  const inUse = today.length === 1 ? today[0]! : null;
  const base = {
    marginPercent: terms.measure.equivalencePercent,
    tied: [] as string[],
    winner: null,
    metric: ranking.metric,
    energy: ranking.energy,
    inUse,
    mayBeInUse: today.length > 1 ? today : [],
    feasibility: [...feasibility],
    blocks,
    confidencePercent,
    estimated: terms.estimated,
    missing: terms.missing,
    openBecause: null,
    moreBlocks: null,
    relaxations: [] as Relaxation[],
  };
  const reference = lowestCost(ranking.costs);
  const comparisons = reference === null ? [] : compareAll(ranking, reference, tails, terms.measure.equivalencePercent);
  const open = (openBecause: Decision['openBecause'], moreBlocks: number | null = null): Decision => ({
    ...base,
    kind: 'unresolved',
    reference,
    comparisons,
    openBecause,
    moreBlocks,
  });

  const all = alternatives.filter((e) => e.result.skipped === null).length;
  const everyOne = measured.length === all || blocks > fewestBlocks;
  if (candidates.length === 0 && measured.length > 0 && everyOne && blocks >= terms.measure.repeats.min) {
    const relaxations = nearestRelaxations(measured, feasibility, terms);
    return { ...base, kind: 'infeasible', reference: null, comparisons: [], relaxations };
  }
  const least = Math.max(fewestBlocks, terms.measure.repeats.min);
  if (blocks < least) return open('too-few-blocks', least - blocks);
  if (measured.length < 2) return open('nothing-to-compare');
  // A candidate without a cost could still be the winner, or the only one.
  const unknown = candidates.some((e) => (ranking.costs.get(e.result.id)?.size ?? 0) === 0);
  if (reference === null || unknown) return open('feasibility');

  const contenders = comparisons.filter((c) => c.relation !== 'worse');
  const undecided = contenders.filter((c) => c.relation === 'unresolved');
  if ([reference, ...contenders.map((c) => c.id)].some(isOpen)) return open('feasibility');
  if (undecided.some((c) => c.blocks < fewestBlocks)) return open('too-few-blocks');
  if (undecided.length > 0) return open('comparison', moreBlocks(ranking, reference, undecided, tails, terms));

  const result = { ...base, reference, comparisons };
  if (contenders.length === 0) return { ...result, kind: 'greenest', winner: reference };
  const tied = [reference, ...contenders.map((c) => c.id)];
  const winner = inUse !== null && tied.includes(inUse) ? inUse : reference;
  return { ...result, kind: 'tied', winner, tied };
}

function compareAll(ranking: Ranking, reference: string, tails: ComparisonTails, margin: number): ToBest[] {
  const best = ranking.costs.get(reference)!;
  return [...ranking.costs]
    .filter(([id]) => id !== reference)
    .map(([id, costs]) => compare(id, costs, best, tails, margin))
    .sort((a, b) => (a.differencePercent ?? Infinity) - (b.differencePercent ?? Infinity));
}

/** The slowest of the open comparisons decides. */
function moreBlocks(
  ranking: Ranking,
  reference: string,
  undecided: readonly ToBest[],
  tails: ComparisonTails,
  terms: AnalysisTerms,
): number | null {
  let most = 0;
  for (const { id, blocks } of undecided) {
    const d = pairedDifference(ranking.costs.get(id)!, ranking.costs.get(reference)!);
    const needed = blocksToDecide(d, tails, terms.measure.equivalencePercent);
    if (needed === null) return null;
    most = Math.max(most, needed - blocks);
  }
  return Math.max(1, most);
}
