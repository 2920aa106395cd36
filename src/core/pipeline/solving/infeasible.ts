import type { Relaxation } from '../answer';
import { type BrokenLimit, evaluate, replicasFor } from '../evaluate';
import type { PipelineProblem } from '../problem';
import { bestChoice } from './bestChoice';
import { nearestLoad } from './nearestLoad';
import type { RunProgram } from './linearProgram';
import { type Limit, limits, type Question } from './question';

/** Replicas that a problem may ask for at most. */
const mostReplicas = 1_000_000;

/** A choice that keeps some of the limits, by the goal that can be told soonest. */
const choiceThatKeeps = (problem: PipelineProblem, kept: readonly BrokenLimit[], run: RunProgram) =>
  bestChoice({ problem, kept: new Set(kept), goal: 'leastSeconds' }, run);

/** The smallest set of limits that no choice keeps together; of several as small the first in the order of `limits`. */
export function bindingLimits(problem: PipelineProblem, run: RunProgram): Limit[] {
  const asked = limits.filter(
    (limit) => (limit !== 'joulesPerRequest' && limit !== 'watts') || problem.limits?.[limit] !== undefined,
  );
  for (let size = 1; size < asked.length; size++)
    for (const some of subsets(asked, size)) if (choiceThatKeeps(problem, some, run) === null) return some;
  return asked;
}

function subsets<T>(of: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return of.flatMap((first, at) => subsets(of.slice(at + 1), size - 1).map((rest) => [first, ...rest]));
}

/**
 * For each limit alone the nearest value at which an infeasible problem has a solution, the others as they are; what no value of helps is
 * left out. Of latency, energy and power the least that a choice comes to which keeps the rest; each was solved at.
 */
export function relaxationOf(problem: PipelineProblem, run: RunProgram): Relaxation {
  const least = (goal: Question['goal'], ...without: BrokenLimit[]) => {
    const kept = new Set<BrokenLimit>(limits.filter((limit) => !without.includes(limit)));
    const choice = bestChoice({ problem, kept, goal }, run);
    return choice && evaluate(problem, choice);
  };
  const inTime = least('leastSeconds', 'latency');
  const byEnergy = problem.limits?.joulesPerRequest === undefined ? null : least('leastJoules', 'joulesPerRequest');
  const byPower = problem.limits?.watts === undefined ? null : least('leastJoules', 'watts');
  const load = nearestLoad(problem, run);
  const scalingCap = smallestCap(problem, run);
  return {
    ...(inTime && { slaSeconds: inTime.chargedSeconds }),
    ...(load !== null && { load }),
    ...(scalingCap !== null && { scalingCap }),
    ...(byEnergy && { joulesPerRequest: byEnergy.joulesPerRequest }),
    ...(byPower && { watts: byPower.watts }),
  };
}

/** The fewest replicas that have to be allowed: found by halves among the numbers that some option asks for, since more never harm. */
function smallestCap(problem: PipelineProblem, run: RunProgram): number | null {
  const isFeasible = (scalingCap: number) => choiceThatKeeps({ ...problem, scalingCap }, limits, run) !== null;
  const needed = problem.stages.flatMap(({ options, replicas }) =>
    replicas === undefined ? options.map(({ throughput }) => replicasFor(throughput, problem.load)) : [replicas],
  );
  const caps = [...new Set(needed)]
    .filter((cap) => cap > problem.scalingCap && cap <= mostReplicas)
    .sort((a, b) => a - b);
  if (caps.length === 0 || !isFeasible(caps.at(-1)!)) return null;
  let low = 0;
  let high = caps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isFeasible(caps[middle]!)) high = middle;
    else low = middle + 1;
  }
  return caps[high]!;
}
