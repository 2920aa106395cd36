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
  const mixed = stages.filter((stage) => isGross(stage) && !stage.options.every((option) => option.energyIncludesIdle));
  const twice = gross.length > 1 ? ' Stages of one machine each hold its idle power.' : '';
  return [
    `Energy is gross in ${listed(gross)}, with idle power as it was when it was measured: none is charged beside it, in any stage, and at part load there is more than is told.${twice}`,
    ...mixed.map(
      ({ name }) => `${name}: some of its options hold idle power and some do not, so their joules do not compare.`,
    ),
  ];
}
