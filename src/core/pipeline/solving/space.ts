import { chargedLimit } from '../candidates';
import { type Choice, idleWattsPerCore, replicasFor, stageAccuracies } from '../evaluate';
import type { PipelineOption, PipelineProblem, PipelineStage } from '../problem';
import type { Question } from './question';

/** An option with its replicas, and what it adds to each sum over the stages. */
export type Candidate = {
  option: number;
  replicas: number;
  /** To the goal, without a product of accuracies. */
  value: number;
  /** Its factor of the product, 1 the largest of its stage; 1 where nothing is multiplied. */
  accuracy: number;
  /** To what is held against `slaSeconds`. */
  seconds: number;
  /** To joules per request: of the requests; of the cores held. Apart, because `evaluate` adds them up apart. */
  netJoules: number;
  idleJoules: number;
};

/** All that can be chosen: one candidate a stage. */
export type Space = {
  stages: Candidate[][];
  /** Weight of the product of the candidates' accuracies; 0: none counts. */
  productWeight: number;
  /** Infinity: no such limit. */
  mostSeconds: number;
  mostJoules: number;
};

/** Sums of doubles in another order differ by a few of their last bits: so much more is let through, and judged when it is whole. */
export const slack = 1 + 1e-9;

export const choiceOf = (candidates: readonly Candidate[]): Choice =>
  candidates.map(({ option, replicas }) => ({ option, replicas }));

export const joulesOf = ({ netJoules, idleJoules }: Candidate) => netJoules + idleJoules;

/**
 * The choices that a question is about, as sums over stages. Replicas are no variable: all weights and the idle power are at or above
 * nought, so that of an option the fewest replicas that keep up with the load are as good as any other number of them in the objective, in
 * each limit and in the latency, which does not know them; what is left is one of them for each option, exactly. Options that break a
 * limit with the least of all other stages are left out, too. Null: some stage has none left.
 */
export function spaceOf(question: Question): Space | null {
  const { problem, kept, goal } = question;
  const { load, limits } = problem;
  const isProduct = goal === 'objective' && problem.accuracyMethod === 'multiply' && problem.weights.alpha > 0;
  const space: Space = {
    stages: problem.stages.map((stage) => candidatesOf(stage, question)),
    productWeight: isProduct ? problem.weights.alpha : 0,
    mostSeconds: kept.has('latency') ? chargedLimit(problem) : Infinity,
    mostJoules: Math.min(
      (kept.has('joulesPerRequest') && limits?.joulesPerRequest) || Infinity,
      kept.has('watts') && limits?.watts ? limits.watts / load : Infinity,
    ),
  };
  for (const [most, of] of [
    [space.mostSeconds, (one: Candidate) => one.seconds],
    [space.mostJoules, joulesOf],
  ] as const)
    if (most < Infinity) space.stages = thatFit(space.stages, most, of);
  if (space.stages.some((stage) => stage.length === 0)) return null;
  if (isProduct) scaleAccuracies(space);
  return space;
}

function candidatesOf(stage: PipelineStage, { problem, kept, goal }: Question): Candidate[] {
  const { load, weights, accuracyMethod, normalizeAccuracy, queueing, stages } = problem;
  const accuracies = stageAccuracies(stage, normalizeAccuracy);
  const isMultiplied = accuracyMethod === 'multiply';
  const alpha = isMultiplied ? 0 : accuracyMethod === 'average' ? weights.alpha / stages.length : weights.alpha;
  return stage.options.flatMap((option, o): Candidate[] => {
    const replicas = replicasOf(option, stage, problem, kept);
    if (replicas === null || (stage.variant !== undefined && option.variant !== stage.variant)) return [];
    const seconds = option.latencySeconds + (queueing === 'intended' ? (option.batch - 1) / load : 0);
    const idleJoules = (idleWattsPerCore(option) * option.cores * replicas) / load;
    const joules = option.joulesPerRequest + idleJoules;
    const worth =
      alpha * accuracies[o]! -
      weights.beta * option.cores * replicas -
      weights.gamma * option.batch -
      weights.delta * joules;
    return [
      {
        option: o,
        replicas,
        value: goal === 'leastSeconds' ? -seconds : goal === 'leastJoules' ? -joules : worth,
        accuracy: isMultiplied ? accuracies[o]! : 1,
        seconds,
        netJoules: option.joulesPerRequest,
        idleJoules,
      },
    ];
  });
}

/** Null: the option cannot be taken with any number of them. */
function replicasOf(
  { throughput }: PipelineOption,
  { replicas: fixed }: PipelineStage,
  { load, scalingCap }: PipelineProblem,
  kept: Question['kept'],
): number | null {
  const isKept = kept.has('throughput');
  const replicas = fixed ?? (isKept ? replicasFor(throughput, load) : 1);
  if (!Number.isFinite(replicas)) return null;
  if (isKept && replicas * throughput < load) return null;
  return kept.has('scalingCap') && replicas > scalingCap ? null : replicas;
}

function thatFit(stages: Candidate[][], most: number, of: (one: Candidate) => number): Candidate[][] {
  const least = stages.map((stage) => stage.reduce((smallest, one) => Math.min(smallest, of(one)), Infinity));
  return stages.map((stage, s) => {
    const others = least.reduce((sum, value, other) => (other === s ? sum : sum + value), 0);
    return stage.filter((one) => others + of(one) <= most * slack);
  });
}

/** So that products lie between 0 and 1, which a solver's tolerances are made for. */
function scaleAccuracies(space: Space): void {
  for (const stage of space.stages) {
    const largest = stage.reduce((most, { accuracy }) => Math.max(most, accuracy), 0);
    space.productWeight *= largest;
    for (const one of stage) one.accuracy = largest === 0 ? 1 : one.accuracy / largest;
  }
  if (space.productWeight === 0) for (const stage of space.stages) for (const one of stage) one.accuracy = 1;
}

/**
 * The same without candidates than which another one of their stage is at least as good in everything that counts: value, factor of the
 * product, and what limits are on. Exact: put in the place of the other it makes no sum worse, also in doubles (rounding is monotonic), the
 * product no smaller (no factor is below nought), so what is left holds a best choice, and a choice that breaks no limit if there is one.
 */
export function withoutDominated(space: Space): Space {
  const hasSeconds = space.mostSeconds < Infinity;
  const hasJoules = space.mostJoules < Infinity;
  const isAsGood = (one: Candidate, other: Candidate) =>
    one.value >= other.value &&
    one.accuracy >= other.accuracy &&
    (!hasSeconds || one.seconds <= other.seconds) &&
    (!hasJoules || (one.netJoules <= other.netJoules && one.idleJoules <= other.idleJoules));
  const stages = space.stages.map((stage) => {
    const kept: Candidate[] = [];
    const bestFirst = [...stage].sort(
      (a, b) =>
        b.value - a.value ||
        b.accuracy - a.accuracy ||
        a.seconds - b.seconds ||
        a.netJoules - b.netJoules ||
        a.idleJoules - b.idleJoules ||
        a.option - b.option,
    );
    for (const one of bestFirst) if (!kept.some((better) => isAsGood(better, one))) kept.push(one);
    return kept;
  });
  return { ...space, stages };
}

/** How far apart goals of choices can lie at most. */
export function spreadOf({ stages, productWeight }: Space): number {
  let sum = 0;
  let least = 1;
  for (const stage of stages) {
    const values = stage.map(({ value }) => value);
    sum += values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
    least *= stage.reduce((smallest, { accuracy }) => Math.min(smallest, accuracy), 1);
  }
  return sum + productWeight * (1 - least);
}
