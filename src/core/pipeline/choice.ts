import type { ChosenStage } from './answer';
import type { Choice } from './evaluate';
import type { PipelineProblem } from './problem';

/** A choice by indices, and the same by names as answers have it. */

export const stagesOf = ({ stages }: Pick<PipelineProblem, 'stages'>, choice: Choice): ChosenStage[] =>
  stages.map(({ name, options }, s) => {
    const { variant, batch, cores } = options[choice[s]!.option]!;
    return { name, variant, batch, cores, replicas: choice[s]!.replicas };
  });

/** The choice that an answer tells by names; null where it names none (infeasible), or one of another problem. */
export function choiceOf({ stages }: Pick<PipelineProblem, 'stages'>, chosen: readonly ChosenStage[]): Choice | null {
  if (chosen.length !== stages.length) return null;
  const choice = stages.map(({ options }, s) => {
    const { variant, batch, cores, replicas } = chosen[s]!;
    const option = options.findIndex((o) => o.variant === variant && o.batch === batch && o.cores === cores);
    return { option, replicas };
  });
  return choice.some(({ option }) => option < 0) ? null : choice;
}
