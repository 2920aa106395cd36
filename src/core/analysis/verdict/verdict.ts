import { configurationsInUse } from '../../configuration/inUse';
import { type Claim, claimAmong } from '../../statistics/claim';
import { asPercent, halfWidth, toBest } from '../../statistics/comparison';
import { confidencePercent, type TailsAt } from '../../statistics/confidence';
import { foretellBlocks } from '../../statistics/foretell';
import { fewestBlocks } from '../../statistics/sequential';
import { mean } from '../../statistics/statistics';
import type { ToBest } from '../../statistics/toBest';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import { type Ranking, rank } from './cost';
import { decisiveTrial } from './decisiveTrial';
import { nearestRelaxations } from './relaxation';
import { isLeftOut, stillPossible } from './searched';
import type { Decision, Feasibility, Relaxation } from './verdictSchema';

/** Decides among the configurations whose feasibility is `yes` or open: one of the latter could be the winner. */
export function decide(
  alternatives: readonly Alternative[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
  tails: TailsAt,
): { decision: Decision; ranking: Ranking } {
  const excluded = new Set(feasibility.filter((f) => f.feasible === 'no').map((f) => f.id));
  const candidates = alternatives.filter(
    (e) => e.result.trials.length > 0 && !excluded.has(e.result.id) && !isLeftOut(e),
  );
  const ids = candidates.map((e) => e.result.id);
  const ranking = rank(alternatives, ids, terms, tails);
  return { decision: decideAmong(candidates, ranking, alternatives, feasibility, terms, tails), ranking };
}

/** Of what is told as the noise of a machine: a plain 95 % interval, whatever a look may spend. */
const plainTail = 0.025;

function decideAmong(
  candidates: readonly Alternative[],
  ranking: Ranking,
  alternatives: readonly Alternative[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
  tails: TailsAt,
): Decision {
  const measured = alternatives.filter((e) => e.result.trials.length > 0);
  const isOpen = (id: string) => feasibility.some((f) => f.id === id && f.feasible === 'unresolved');
  const blocks = Math.max(0, ...alternatives.map((e) => e.result.trials.length));
  const today = configurationsInUse(
    alternatives.map((e) => e.result),
    terms.current,
  ).map(({ id }) => id);
  const inUse = today.length === 1 ? today[0]! : null;
  const marginPercent = terms.measure.equivalencePercent;
  const base = {
    marginPercent,
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
    moreBlocksRange: null,
    noisePercent: null,
    decisiveTrial: null,
    outliers: [],
    relaxations: [] as Relaxation[],
  };
  const ids = ranking.candidates;
  const claim = claimAmong(ids, ranking.costs.difference, tails, marginPercent);
  const reference = claim?.lowest ?? null;
  const comparisons = (beaten: 'verdict' | 'worse') =>
    reference === null ? [] : compareAll(ids, ranking, reference, beaten, tails, marginPercent);
  const open = (openBecause: Decision['openBecause'], more: Partial<Decision> = {}): Decision => ({
    ...base,
    kind: 'unresolved',
    reference,
    comparisons: comparisons('worse'),
    openBecause,
    ...more,
  });

  const all = alternatives.filter((e) => e.result.skipped === null).length;
  const everyOne = measured.length === all || blocks > fewestBlocks;
  const least = Math.max(fewestBlocks, terms.measure.repeats.min);
  if (candidates.length === 0 && measured.length > 0 && everyOne && blocks >= terms.measure.repeats.min) {
    if (stillPossible(alternatives, ranking, terms).length > 0) return open('not-tried');
    const relaxations = nearestRelaxations(measured, feasibility, terms);
    return { ...base, kind: 'infeasible', reference: null, comparisons: [], relaxations };
  }
  if (blocks < least) return open('too-few-blocks', { moreBlocks: least - blocks });
  if (measured.length < 2) return open('nothing-to-compare');
  // A candidate without a cost could still be the winner, or the only one.
  if (claim === null || ids.length < candidates.length) return open('feasibility');

  const undecided = claim.open;
  if ([...claim.tied, ...undecided.map(({ id }) => id)].some(isOpen)) return open('feasibility');
  const difference = ({ id, from }: Claim['open'][number]) => ranking.costs.difference(id, from);
  if (undecided.some((pair) => difference(pair).n < fewestBlocks)) return open('too-few-blocks');
  if (undecided.length > 0) {
    const widest = Math.max(...undecided.map((pair) => halfWidth(difference(pair), plainTail)!));
    return open('comparison', { noisePercent: asPercent(widest) });
  }

  // What is left out has no test: the claim holds of all only where the smooth curve rules it out.
  if (stillPossible(alternatives, ranking, terms).length > 0) return open('not-tried');

  // Their tests are those of the claim.
  const result = {
    ...base,
    reference: claim.lowest,
    comparisons: comparisons(claim.tied.length === 1 ? 'verdict' : 'worse'),
  };
  const { tied } = claim;
  if (tied.length === 1) return { ...result, kind: 'greenest', winner: claim.lowest };
  const winner = inUse !== null && tied.includes(inUse) ? inUse : quickest(candidates, tied, terms);
  return { ...result, kind: 'tied', winner, tied };
}

/** What takes longer to find out than a stopping rule would wait: which trials stray, how many more blocks an open comparison needs, whether one trial decides. */
export function lookedInto(
  decision: Decision,
  ranking: Ranking,
  alternatives: readonly Alternative[],
  tails: TailsAt,
): Decision {
  const { costs, candidates } = ranking;
  const { marginPercent, blocks, kind } = decision;
  const looked = { ...decision, outliers: outliersOf(ranking, alternatives) };
  if (decision.openBecause === 'comparison') {
    const range = foretellBlocks(candidates, costs, blocks, tails, marginPercent);
    return { ...looked, moreBlocks: range?.high ?? null, moreBlocksRange: range };
  }
  if (kind !== 'greenest' && kind !== 'tied') return looked;
  const tied = kind === 'tied' ? decision.tied : [decision.reference!];
  return { ...looked, decisiveTrial: decisiveTrial(tied, candidates, costs, marginPercent) };
}

/** Of tied ones: by request latency at the SLA's percentile where all have it, else by mean batch latency. */
function quickest(candidates: readonly Alternative[], tied: readonly string[], terms: AnalysisTerms): string {
  const among = candidates.filter((c) => tied.includes(c.result.id));
  const request = ({ requests }: Alternative) => requests.map((r) => r?.atPercentile ?? Number.NaN);
  const batch = ({ result }: Alternative) => result.trials.map((t) => mean(t.batchMs));
  const isMet = terms.sla !== undefined && among.every((c) => request(c).every((ms) => ms > 0));
  const latency = (c: Alternative) => mean(isMet ? request(c) : batch(c));
  return [...among].sort((a, b) => latency(a) - latency(b))[0]!.result.id;
}

function compareAll(
  ids: readonly string[],
  ranking: Ranking,
  reference: string,
  beaten: 'verdict' | 'worse',
  tails: TailsAt,
  margin: number,
): ToBest[] {
  return ids
    .filter((id) => id !== reference)
    .map((id) => {
      const d = ranking.costs.difference(id, reference);
      const { [beaten]: worse, equivalent } = tails(d.n);
      return toBest(id, d, { worse, equivalent }, margin);
    })
    .sort((a, b) => (a.differencePercent ?? Infinity) - (b.differencePercent ?? Infinity));
}

/** Trials whose energy strays, with their numbers. */
function outliersOf({ energies }: Ranking, measured: readonly Alternative[]): Decision['outliers'] {
  return energies.outliers().flatMap(({ id, block, deviation }) => {
    const trials = measured.find((e) => e.result.id === id)!.result.trials;
    const trial = trials.find((t) => t.block === block)!.trial;
    return [{ configuration: id, block, trial, percent: asPercent(deviation) }];
  });
}
