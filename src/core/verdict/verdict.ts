import { configurationsInUse } from '../configuration/inUse';
import { blocksToDecide, type Comparison, compare, lowestCost, pairedDifference } from '../statistics/comparison';
import { type ComparisonTails, confidencePercent } from '../statistics/confidence';
import { fewestBlocks } from '../statistics/sequential';
import { type Metric, type Ranking, rank } from './cost';
import type { AnalysisTerms, Evaluation } from './evaluation';
import type { Feasibility, Relaxation } from './feasibility';
import { nearestRelaxations } from './relaxation';

/** What the statistics decide; `verdictText.ts` puts it into words. */
export type Decision = {
  /**
   * `greenest`: better than every other candidate. `tied`: every other one is worse, or equivalent
   * within the margin. `unresolved`: neither can be said. `infeasible`: none keeps the service level.
   */
  kind: 'greenest' | 'tied' | 'unresolved' | 'infeasible';
  /** Margin of equivalence (TOST), percent. */
  marginPercent: number;
  /** The one to take: null while unresolved or infeasible. Of tied ones the current one, else the lowest. */
  winner: string | null;
  /** All tied ones, the lowest first. */
  tied: string[];
  metric: Metric;
  /** The candidate with the lowest cost so far, against which all others are compared. */
  reference: string | null;
  comparisons: Comparison[];
  feasibility: Feasibility[];
  /** Blocks that the comparisons rest on: most trials of any configuration. */
  blocks: number;
  confidencePercent: number;
  estimated: boolean;
  /** For `unresolved`: why. */
  openBecause: 'too-few-blocks' | 'comparison' | 'feasibility' | 'nothing-to-compare' | null;
  /** For `unresolved` comparisons: about how many more blocks would decide; null when not foreseeable. */
  moreBlocks: number | null;
  /** For `infeasible`: the smallest change of the service level that would let one configuration in. */
  relaxations: Relaxation[];
  /** Id of the configuration that runs today; null where nothing is said of it, or what is said fits none or several. */
  inUse: string | null;
  /** Ids of those that what is said of today fits, where it fits several: none of them is known to be in use. */
  mayBeInUse: string[];
  /** Whether energy is counted per image under full load or per request at the arrival rate. */
  energy: Ranking['energy'];
};

/** Decides among the configurations whose feasibility is `yes` or open: one of the latter could be the winner. */
export function decide(
  evaluations: readonly Evaluation[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
  tails: ComparisonTails,
): { decision: Decision; ranking: Ranking } {
  const excluded = new Set(feasibility.filter((f) => f.feasible === 'no').map((f) => f.id));
  const candidates = evaluations.filter((e) => e.result.trials.length > 0 && !excluded.has(e.result.id));
  const ranking = rank(candidates, terms);
  return { decision: decideAmong(candidates, ranking, evaluations, feasibility, terms, tails), ranking };
}

function decideAmong(
  candidates: readonly Evaluation[],
  ranking: Ranking,
  evaluations: readonly Evaluation[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
  tails: ComparisonTails,
): Decision {
  const measured = evaluations.filter((e) => e.result.trials.length > 0);
  const isOpen = (id: string) => feasibility.some((f) => f.id === id && f.feasible === 'unresolved');
  const blocks = Math.max(0, ...evaluations.map((e) => e.result.trials.length));
  const today = configurationsInUse(
    evaluations.map((e) => e.result),
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

  const all = evaluations.filter((e) => e.result.skipped === null).length;
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

function compareAll(ranking: Ranking, reference: string, tails: ComparisonTails, margin: number): Comparison[] {
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
  undecided: readonly Comparison[],
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
