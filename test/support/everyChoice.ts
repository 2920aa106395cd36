import { type BrokenLimit, brokenLimits, type Choice, evaluate, replicasFor } from '../../src/core/pipeline/evaluate';
import type { PipelineOption, PipelineProblem, PipelineStage } from '../../src/core/pipeline/problem';

const allLimits: readonly BrokenLimit[] = [
  ...(['latency', 'throughput', 'scalingCap', 'joulesPerRequest', 'watts', 'variant', 'replicas'] as const),
];

/** How many replicas of an option are tried. */
export type Replicas = (option: PipelineOption, stage: PipelineStage) => number[];

/** Every number of replicas up to one. */
export const upTo = (most: number): Replicas => {
  const all = Array.from({ length: most }, (_, i) => i + 1);
  return () => all;
};

/** The fixed replicas, or the fewest that keep up. */
export const fewest =
  (load: number): Replicas =>
  (option, { replicas }) => [replicas ?? replicasFor(option.throughput, load)];

/** Every option of each stage with each of some replicas. */
export function* everyChoice({ stages }: PipelineProblem, replicasOf: Replicas): Generator<Choice> {
  const all = stages.map((stage) =>
    stage.options.flatMap((option, o) => replicasOf(option, stage).map((replicas) => ({ option: o, replicas }))),
  );
  const total = all.reduce((product, { length }) => product * length, 1);
  for (let index = 0; index < total; index++) {
    let rest = index;
    yield all.map((stage) => {
      const one = stage[rest % stage.length]!;
      rest = Math.floor(rest / stage.length);
      return one;
    });
  }
}

/** The best by exhaustive search; null: no choice keeps the limits. */
export function bestOfAll(
  problem: PipelineProblem,
  replicasOf: Replicas,
  valueOf = (choice: Choice) => evaluate(problem, choice).objective,
  kept: readonly BrokenLimit[] = allLimits,
): { choice: Choice; value: number } | null {
  let best: { choice: Choice; value: number } | null = null;
  for (const choice of everyChoice(problem, replicasOf)) {
    const value = valueOf(choice);
    if (best !== null && value <= best.value) continue;
    if (!brokenLimits(problem, choice).some((limit) => kept.includes(limit))) best = { choice, value };
  }
  return best;
}
