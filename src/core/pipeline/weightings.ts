import type { PipelineAnswer, SolvePipeline } from './answer';
import { type Candidate, candidatesOf } from './candidates';
import { joinAccuracies } from './evaluate';
import type { PipelineProblem, PipelineWeights } from './problem';
import type { AnswerName } from './view';

/**
 * Ways to weigh a pipeline that have a name. The terms of the objective differ in scale (PAS 0 to 1, cores 1 to 200, joules 1 to 100), so
 * a weight says nothing by itself: each term is divided by its range first, as is usual with several objectives (Marler and Arora,
 * Structural and Multidisciplinary Optimization 26, 2004, section 2.3). `gamma` is 0 in all of them.
 */

export const wayNames = ['accuracy-first', 'balanced', 'energy-first', 'cost-first'] as const satisfies AnswerName[];

export type Way = { name: (typeof wayNames)[number]; weights: PipelineWeights; answer: PipelineAnswer };

type Term = 'accuracy' | 'cores' | 'joulesPerRequest';
const terms = ['accuracy', 'cores', 'joulesPerRequest'] as const satisfies Term[];
type PerTerm = Record<Term, number>;

/** Of the first term: each other decides only between what is as good in it to a thousandth of its range, both to two thousandths. */
const aside = 0.001;

const firsts = [
  ['accuracy-first', 'accuracy'],
  ['energy-first', 'joulesPerRequest'],
  ['cost-first', 'cores'],
] as const;

/**
 * - accuracy-first, energy-first, cost-first: one term has the weight 1, the others .001, each divided by its range over the options
 *   that the stages' own limits leave.
 * - balanced: all terms have the same weight, each divided by the distance from its best value to its worst one among these three
 *   solutions (its ideal and its nadir, of the payoff table): what is feasible and worth anything lies between them.
 *
 * @returns none where nothing is feasible, which no weight changes
 */
export function solveWays(problem: PipelineProblem, solve: SolvePipeline): Way[] {
  const rough = rangesOf(problem);
  const solved = (name: Way['name'], shares: PerTerm, ranges: PerTerm): Way => {
    const weights = weightsOf(shares, ranges);
    return { name, weights, answer: solve({ ...problem, weights }) };
  };
  const [accuracyFirst, energyFirst, costFirst] = firsts.map(([name, first]) =>
    solved(
      name,
      perTerm((term) => (term === first ? 1 : aside)),
      rough,
    ),
  ) as [Way, Way, Way];
  const ends = [accuracyFirst, energyFirst, costFirst];
  if (ends.some(({ answer }) => answer.status === 'infeasible')) return [];
  const payoff = perTerm((term) => {
    const values = ends.map(({ answer }) => answer[term]!);
    return distance(Math.min(...values), Math.max(...values));
  });
  const ranges = perTerm((term) => payoff[term] || rough[term]);
  const balanced = solved(
    'balanced',
    perTerm(() => 1),
    ranges,
  );
  return [accuracyFirst, balanced, energyFirst, costFirst];
}

const perTerm = (of: (term: Term) => number) => Object.fromEntries(terms.map((term) => [term, of(term)])) as PerTerm;

const weightsOf = (shares: PerTerm, ranges: PerTerm): PipelineWeights => ({
  alpha: shares.accuracy / ranges.accuracy,
  beta: shares.cores / ranges.cores,
  gamma: 0,
  delta: shares.joulesPerRequest / ranges.joulesPerRequest,
});

/** 0 where only the order of a sum makes a difference: a weight made of that would weigh rounding, or be beyond all numbers. */
const distance = (low: number, high: number) =>
  high - low > Math.max(1e-12, 1e-9 * Math.max(Math.abs(low), Math.abs(high))) ? high - low : 0;

/** From the best to the worst that each stage has by itself; 1 where all are alike, so that more replicas than needed are never free. */
function rangesOf(problem: PipelineProblem): PerTerm {
  const stages = candidatesOf(problem).filter((stage) => stage.length > 0);
  const extent = (of: (candidate: Candidate) => number, join: (values: number[]) => number) => {
    const ends = (end: (a: number, b: number) => number) =>
      join(stages.map((stage) => stage.map(of).reduce((a, b) => end(a, b))));
    return distance(ends(Math.min), ends(Math.max));
  };
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    accuracy:
      extent(
        ({ accuracy }) => accuracy,
        (values) => joinAccuracies(values, problem.accuracyMethod),
      ) || 1,
    cores: extent(({ cores }) => cores, sum) || 1,
    joulesPerRequest: extent(({ joulesPerRequest }) => joulesPerRequest, sum) || 1,
  };
}
