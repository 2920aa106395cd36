import type { ChosenStage } from './answer';
import { type Candidate, candidatesOf, chargedLimit, loosened } from './candidates';
import { stagesOf } from './choice';
import { brokenLimits, type Choice, evaluate, type Evaluation } from './evaluate';
import { type Key, type Label, labelsOf } from './labels';
import type { PipelineProblem } from './problem';

export type Alternatives = {
  alternatives: ChosenStage[][];
  /** There are no others; false: looking was ended, for there are more than are told, or too many beginnings. */
  isComplete: boolean;
};

/** How far from the optimum a solution counts as good as it: so much of what objectives can differ by, and of the terms what rounding makes. */
const equallyGood = 1e-9;
const rounding = 1e-14;

const mostTold = 10;
const mostLabels = 4000;
const mostVisits = 20_000;
/** Ends that beginnings are held against: a second's work. */
const mostLooks = 50_000_000;

/**
 * The other solutions as good as an optimal one, to 1e-9 of the spread of objectives, each with as few replicas as keep up with the load. A search
 * in depth that goes on only where the best end of a beginning may still reach the optimum: ends are kept beforehand as labels.
 */
export function alternativesOf(problem: PipelineProblem, optimum: Choice): Alternatives {
  const { weights, stages, accuracyMethod } = problem;
  const isProduct = accuracyMethod === 'multiply';
  const alpha = accuracyMethod === 'average' ? weights.alpha / stages.length : weights.alpha;
  const costOf = ({ cores, batch, joulesPerRequest }: Candidate) =>
    weights.beta * cores + weights.gamma * batch + weights.delta * joulesPerRequest;
  const lossOf = (one: Candidate) => costOf(one) - (isProduct ? 0 : alpha * one.accuracy);
  const limit = loosened(chargedLimit(problem));
  const keys: Key[] = [
    { join: 'sum', atMost: limit },
    { join: 'sum', atMost: Infinity },
    ...(isProduct ? [{ join: 'product', atMost: Infinity } as const] : []),
  ];
  const candidates = candidatesOf(problem);
  // From the last stage on: after k stages, the ends of k stages. Of a whole pipeline none is needed.
  const ends = labelsOf(
    candidates
      .slice(1)
      .reverse()
      .map((stage) =>
        stage.map((one) => ({
          ...{ option: one.option, replicas: one.replicas, tie: 0 },
          keys: [one.chargedSeconds, lossOf(one), ...(isProduct ? [one.accuracy] : [])],
        })),
      ),
    keys,
    { most: mostLabels, orNone: true },
  );
  if (ends.isThinned) return { alternatives: [], isComplete: false };
  const best = evaluate(problem, optimum);
  const margin = equallyGood * spreadOf(problem, candidates, lossOf) + rounding * sizeOf(problem, best);
  const least = best.objective - margin;
  // Sums in another order are forgiven once more: whoever gets through is evaluated.
  let looks = 0;
  const mayReach = (beginning: Beginning, s: number) => {
    const reaches = (end: readonly number[]) =>
      beginning.seconds + end[0]! <= limit &&
      -(beginning.loss + end[1]!) - (isProduct ? alpha * beginning.accuracy * end[2]! : 0) >= least - margin;
    const labels: readonly Pick<Label, 'keys'>[] = s === stages.length ? [nothing] : ends.after[stages.length - 1 - s]!;
    for (const { keys } of labels) {
      if (++looks > mostLooks) return false;
      if (reaches(keys)) return true;
    }
    return false;
  };
  const found: Choice[] = [];
  let visits = 0;
  const visit = (beginning: Beginning, s: number): void => {
    if (found.length > mostTold || ++visits > mostVisits || looks > mostLooks) return;
    if (s === stages.length) {
      const { choice } = beginning;
      const isOther = choice.some(({ option }, i) => option !== optimum[i]!.option);
      if (isOther && evaluate(problem, choice).objective >= least && brokenLimits(problem, choice).length === 0)
        found.push(choice);
      return;
    }
    for (const one of candidates[s]!) {
      const next: Beginning = {
        choice: [...beginning.choice, { option: one.option, replicas: one.replicas }],
        seconds: beginning.seconds + one.chargedSeconds,
        loss: beginning.loss + lossOf(one),
        accuracy: beginning.accuracy * one.accuracy,
      };
      if (mayReach(next, s + 1)) visit(next, s + 1);
    }
  };
  visit({ choice: [], seconds: 0, loss: 0, accuracy: 1 }, 0);
  return {
    alternatives: found.slice(0, mostTold).map((choice) => stagesOf(problem, choice)),
    isComplete: found.length <= mostTold && visits <= mostVisits && looks <= mostLooks,
  };
}

/** How far apart objectives of choices can lie at most. */
function spreadOf(
  { weights, accuracyMethod }: PipelineProblem,
  candidates: readonly (readonly Candidate[])[],
  lossOf: (one: Candidate) => number,
): number {
  const ends = (of: (one: Candidate) => number) =>
    candidates.map((stage) => stage.map(of)).map((values) => [values.reduce(smaller), values.reduce(larger)] as const);
  const sum = ends(lossOf).reduce((total, [low, high]) => total + (high - low), 0);
  if (accuracyMethod !== 'multiply') return sum;
  const products = ends(({ accuracy }) => accuracy).reduce(([a, b], [low, high]) => [a * low, b * high], [1, 1]);
  return sum + weights.alpha * (products[1]! - products[0]!);
}

const smaller = (a: number, b: number) => Math.min(a, b);
const larger = (a: number, b: number) => Math.max(a, b);

/** Of the terms of an objective: what it is rounded by goes with them, also where they cancel out. */
const sizeOf = ({ weights }: PipelineProblem, { objective, accuracy }: Evaluation) =>
  Math.abs(weights.alpha * accuracy) + Math.abs(weights.alpha * accuracy - objective);

type Beginning = { choice: Choice; seconds: number; loss: number; accuracy: number };

/** The end of a pipeline that is whole already. */
const nothing = { keys: [0, 0, -1] };
