import { brokenLimits, type Choice, evaluate, replicasFor, stageAccuracies } from './evaluate';
import type { PipelineProblem, PipelineStage } from './problem';
import type { PipelineStep } from './view';

/**
 * What the next batch or the next variant of each stage would do, all other stages as chosen. Replicas are again as few as keep up with
 * the load, where the stage does not fix them. Differences are those of the changed choice to the choice itself.
 */
export function neighbourSteps(problem: PipelineProblem, choice: Choice): PipelineStep[] {
  const now = evaluate(problem, choice);
  return problem.stages.flatMap((stage, s) =>
    neighboursOf(stage, choice[s]!.option, problem.normalizeAccuracy).flatMap((option): PipelineStep[] => {
      const replicas = stage.replicas ?? replicasFor(stage.options[option]!.throughput, problem.load);
      // No number of them keeps up.
      if (!Number.isFinite(replicas)) return [];
      const changed = choice.map((one, i) => (i === s ? { option, replicas } : one));
      const then = evaluate(problem, changed);
      return [
        {
          stage: stage.name,
          from: named(stage, choice[s]!),
          to: named(stage, { option, replicas }),
          accuracy: then.accuracy - now.accuracy,
          cores: then.cores - now.cores,
          latencySeconds: then.latencySeconds - now.latencySeconds,
          joulesPerRequest: then.joulesPerRequest - now.joulesPerRequest,
          objective: then.objective - now.objective,
          isFeasible: brokenLimits(problem, changed).length === 0,
        },
      ];
    }),
  );
}

function named({ options }: PipelineStage, { option, replicas }: Choice[number]) {
  const { variant, batch, cores } = options[option]!;
  return { variant, batch, cores, replicas };
}

/**
 * The batch below and above of the same variant; the variant next in accuracy to either side, at the batch nearest to the chosen one. Of
 * several core counts the nearest.
 */
function neighboursOf(stage: PipelineStage, chosen: number, normalize: boolean): number[] {
  const { variant, batch, cores } = stage.options[chosen]!;
  const accuracies = stageAccuracies(stage, normalize);
  const all = stage.options.map((option, index) => ({ ...option, index, rank: accuracies[index]! }));
  const nearestOf = (some: typeof all) =>
    some.sort(
      (a, b) => apart(a.batch, batch) - apart(b.batch, batch) || apart(a.cores, cores) - apart(b.cores, cores),
    )[0];
  const own = all.filter((option) => option.variant === variant);
  const variants = [...new Map(all.map((option) => [option.variant, option.rank]))].sort(([, a], [, b]) => a - b);
  const place = variants.findIndex(([name]) => name === variant);
  const ofVariant = (at: number) => nearestOf(all.filter((option) => option.variant === variants[at]?.[0]));
  return [
    nearestOf(own.filter((option) => option.batch < batch)),
    nearestOf(own.filter((option) => option.batch > batch)),
    ofVariant(place - 1),
    ofVariant(place + 1),
  ].flatMap((option) => (option ? [option.index] : []));
}

/** Batch sizes and cores are chosen by doubling. */
const apart = (a: number, b: number) => Math.abs(Math.log2(a / b));
