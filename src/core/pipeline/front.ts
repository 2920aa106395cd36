import { type Candidate, candidatesOf, chargedLimit, isClearlyWithin, joulesLimit, loosened } from './candidates';
import { stagesOf } from './choice';
import { brokenLimits, evaluate } from './evaluate';
import { type Key, labelsOf, type Step, stepsOf } from './labels';
import type { PipelineProblem } from './problem';
import type { FrontAxis, FrontPoint } from './view';

export type Front = {
  points: FrontPoint[];
  /** There were too many beginnings to keep all: points are feasible, but better ones may be missing between them. */
  isThinned: boolean;
  /** Of how many points these are; a chart needs no more. */
  found: number;
};

/** After each stage: so with up to 63 options a stage none is left out before the third. */
const mostLabels = 4000;
const mostPoints = 200;

type Counted = { of(candidate: Candidate): number; key: Key };

/**
 * The Pareto front over two objectives, with all limits: no other choice is at least as good in both and better in one. By non-dominated
 * beginnings (`labels.ts`); exact unless it says that it is thinned.
 *
 * @returns points by the first objective, from its least on
 */
export function frontOf(problem: PipelineProblem, axes: readonly [FrontAxis, FrontAxis]): Front {
  const objectives = [...new Set(axes)].map((axis) => objectiveOf(axis, problem));
  const counted = [...objectives, ...limitsBeside(axes, problem)];
  const candidates = candidatesOf(problem);
  const tieOf = tieBreaker(candidates.flat());
  const steps = candidates.map((stage) =>
    stage.map((candidate): Step => ({
      ...{ option: candidate.option, replicas: candidate.replicas, tie: tieOf(candidate) },
      keys: counted.map(({ of }) => of(candidate)),
    })),
  );
  const keys = counted.map(({ key }) => key);
  const { after, isThinned } = labelsOf(steps, keys, {
    decisive: objectives.length,
    most: mostLabels,
    accepts: (label) =>
      label.keys.every((value, k) => isClearlyWithin(value, keys[k]!.atMost)) ||
      brokenLimits(problem, stepsOf(label)).length === 0,
  });
  const points = (after.at(-1) ?? []).map(stepsOf).map((choice): FrontPoint => {
    const { accuracy, cores, latencySeconds, joulesPerRequest } = evaluate(problem, choice);
    return { accuracy, cores, latencySeconds, joulesPerRequest, stages: stagesOf(problem, choice) };
  });
  points.sort((a, b) => a[axes[0]] - b[axes[0]] || a[axes[1]] - b[axes[1]]);
  return { points: spread(points), isThinned, found: points.length };
}

function objectiveOf(axis: FrontAxis, problem: PipelineProblem): Counted {
  switch (axis) {
    case 'accuracy':
      return problem.accuracyMethod === 'multiply'
        ? { of: ({ accuracy }) => accuracy, key: { join: 'product', atMost: Infinity } }
        : { of: ({ accuracy }) => -accuracy, key: unlimited };
    case 'cores':
      return { of: ({ cores }) => cores, key: unlimited };
    case 'latencySeconds':
      return problem.queueing === 'intended'
        ? charged(problem)
        : { of: ({ latencySeconds }) => latencySeconds, key: unlimited };
    case 'joulesPerRequest':
      return joules(problem);
  }
}

const unlimited: Key = { join: 'sum', atMost: Infinity };

const charged = (problem: PipelineProblem): Counted => ({
  of: ({ chargedSeconds }) => chargedSeconds,
  key: { join: 'sum', atMost: loosened(chargedLimit(problem)) },
});

const joules = (problem: PipelineProblem): Counted => ({
  of: ({ joulesPerRequest }) => joulesPerRequest,
  key: { join: 'sum', atMost: loosened(joulesLimit(problem)) },
});

/** The limits of what is no objective itself. */
function limitsBeside(axes: readonly FrontAxis[], problem: PipelineProblem): Counted[] {
  const isCharged = problem.queueing === 'intended' && axes.includes('latencySeconds');
  const isJoules = axes.includes('joulesPerRequest') || joulesLimit(problem) === Infinity;
  return [...(isCharged ? [] : [charged(problem)]), ...(isJoules ? [] : [joules(problem)])];
}

/** Of choices that are alike in all that counts, the one that takes less of the rest: each by its largest value. */
function tieBreaker(candidates: readonly Candidate[]): (candidate: Candidate) => number {
  const of = ['joulesPerRequest', 'cores', 'latencySeconds'] as const;
  const scales = of.map((key) => candidates.reduce((largest, one) => Math.max(largest, one[key]), 0) || 1);
  return (candidate) => of.reduce((sum, key, i) => sum + candidate[key] / scales[i]!, 0);
}

/** At most so many, evenly chosen by rank, the ends among them. */
function spread(points: FrontPoint[]): FrontPoint[] {
  if (points.length <= mostPoints) return points;
  return Array.from(
    { length: mostPoints },
    (_, i) => points[Math.round((i * (points.length - 1)) / (mostPoints - 1))]!,
  );
}
