import { type BrokenLimit, brokenLimits, type Choice, evaluate, publishedQueueSeconds } from '../evaluate';
import type { PipelineProblem } from '../problem';

/** Limits that a question may leave out; a fixed variant and fixed replicas always hold. In the order in which they are told. */
export const limits = [
  'latency',
  'throughput',
  'scalingCap',
  'joulesPerRequest',
  'watts',
] as const satisfies readonly BrokenLimit[];
export type Limit = (typeof limits)[number];

/** What is asked of a problem: the best choice by a goal that keeps some of its limits. */
export type Question = {
  problem: PipelineProblem;
  kept: ReadonlySet<BrokenLimit>;
  /** The problem's own objective, or only as little as can be of what a limit is on. */
  goal: 'objective' | 'leastSeconds' | 'leastJoules';
};

/** What the goal makes as large as can be, in doubles: a sum over the stages, without what no choice changes. */
export function goalValue({ problem, goal }: Question, choice: Choice): number {
  const found = evaluate(problem, choice);
  if (goal === 'leastSeconds')
    return (problem.queueing === 'intended' ? 0 : publishedQueueSeconds(problem)) - found.chargedSeconds;
  return goal === 'leastJoules' ? -found.joulesPerRequest : found.objective;
}

/** Whether a choice keeps the limits of the question, in doubles. */
export const keeps = ({ problem, kept }: Question, choice: Choice): boolean =>
  !brokenLimits(problem, choice).some((limit) => kept.has(limit));
