import type { PipelineOption, PipelineProblem } from '../pipeline/problem';

/** What is exported to IPA: stages with their options; of a measured run alone one stage, whose accuracies may not be known. */
export type IpaPipeline = { name: string; load: number; stages: IpaStage[] };

export type IpaStage = {
  name: string;
  options: (Omit<PipelineOption, 'accuracy'> & { accuracy: number | null })[];
};

/** Of more tasks the published code multiplies the accuracies of the first three alone (`accuracy_method: multiply`). */
export const mostMultiplied = 3;

export const asIpaPipeline = (name: string, { load, stages }: PipelineProblem): IpaPipeline => ({ name, load, stages });

/**
 * Variants of a stage whose names hold those of others: IPA reads its solution by names within names, and takes one for the other. Sentences.
 */
export function nameWarnings({ stages }: IpaPipeline): string[] {
  return stages.flatMap(({ name, options }) => {
    const variants = [...new Set(options.map(({ variant }) => variant))];
    return variants.flatMap((inner) => {
      const outer = variants.find((other) => other !== inner && other.includes(inner));
      return outer === undefined
        ? []
        : [
            `${name}: ${inner} stands in the name of ${outer}, and IPA finds its solution by names within names: rename one`,
          ];
    });
  });
}
