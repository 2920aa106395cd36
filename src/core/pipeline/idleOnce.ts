import { listed } from '../statistics/wording';
import type { PipelineProblem, PipelineStage } from './problem';

const isGross = ({ options }: PipelineStage) => options.some(({ energyIncludesIdle }) => energyIncludesIdle);

/**
 * Where the energy of one option holds idle power already, none is charged for any: gross joules hold that of the whole machine, so that a stage
 * beside it on the same machine would be charged a part of it again.
 */
export function withIdleOnce(problem: PipelineProblem): PipelineProblem {
  if (!problem.stages.some(isGross)) return problem;
  const stages = problem.stages.map((stage) => ({
    ...stage,
    options: stage.options.map(({ idleWattsPerCore: _, ...option }) => option),
  }));
  return { ...problem, stages };
}

/** What a reader has to know of it. */
export function idleOnceNotes({ stages }: PipelineProblem): string[] {
  const gross = stages.filter(isGross).map(({ name }) => name);
  if (gross.length === 0) return [];
  return [`Energy is gross in ${listed(gross)}: no idle power is charged in any stage, so that none is counted twice.`];
}
