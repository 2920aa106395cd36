import type { ChosenStage } from './answer';
import { type Candidate, candidatesOf, chargedLimit, loosened } from './candidates';
import { stagesOf } from './choice';
import { brokenLimits, type Choice, evaluate } from './evaluate';
import { type Key, type Label, labelsOf } from './labels';
import type { PipelineProblem } from './problem';

export type Alternatives = {
  alternatives: ChosenStage[][];
  /** There are no others; false: looking was ended, for there are more than are told, or too many beginnings. */
  isComplete: boolean;
};

/** How far from the optimum a solution counts as good as it. */
const equallyGood = 1e-9;

const mostTold = 10;
const mostLabels = 4000;
const mostVisits = 20_000;
/** Ends that beginnings are held against: a second's work. */
const mostLooks = 50_000_000;

/**
 * The other solutions as good as an optimal one, to 1e-9 of the objective, each with as few replicas as keep up with the load. A search
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
  const least = evaluate(problem, optimum).objective - equallyGood;
  // Only sums in another order are to be forgiven: whoever gets through is evaluated.
  const tolerance = 1e-9 * Math.max(1, Math.abs(least));
  let looks = 0;
  const mayReach = (beginning: Beginning, s: number) => {
    const reaches = (end: readonly number[]) =>
      beginning.seconds + end[0]! <= limit &&
      -(beginning.loss + end[1]!) - (isProduct ? alpha * beginning.accuracy * end[2]! : 0) >= least - tolerance;
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

type Beginning = { choice: Choice; seconds: number; loss: number; accuracy: number };

/** The end of a pipeline that is whole already. */
const nothing = { keys: [0, 0, -1] };
