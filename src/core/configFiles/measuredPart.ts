import { usualImageSide } from '../spec/modelSizes';
import type { Spec } from '../spec/spec';
import { usualWorkload } from '../spec/usualWorkload';
import { stableJson } from '../words/stableJson';

/**
 * What of an experiment decides the measured values, as text to compare: two files with the same measured part share
 * their results. Name, service level, preferences, margin and what runs today are left out: they decide the verdict,
 * which is made anew.
 *
 * @param contentOf hash of the file behind a model or weights path; null for built-in names and what cannot be read
 */
export function measuredPart(spec: Spec, contentOf: (path: string) => string | null): string {
  const { models, weightsFile, batchSizes, imageSize, images, instances, threads, split, spinning, measure, search } =
    spec;
  // Read off a log without the schema: before accuracy was measured, runs had no such key.
  const accuracy = (spec.accuracy as Spec['accuracy'] | undefined) ?? { measure: true };
  // Replayed requests come after what is measured under full load, and change nothing of it; runs of before have no such key.
  const { equivalencePercent: _, powercapRoot: __, paced: ___, pin, perf, ...rest } = measure;
  const content = (path: string) => contentOf(path) ?? path;
  return stableJson({
    // Neither had they a workload when there was but one.
    workload: (spec.workload as string | undefined) ?? usualWorkload,
    settings: spec.settings ?? {},
    models: models.map(content),
    weightsFile: weightsFile === undefined ? null : content(weightsFile),
    batchSizes,
    // Logs from before the models decided hold the default as if it had been asked for.
    imageSize: imageSize ?? usualImageSide,
    images,
    threads,
    // One process, wherever the kernel put it, until there could be several.
    instances: (instances as Spec['instances'] | undefined) ?? [1],
    split,
    spinning,
    search,
    measure: {
      ...rest,
      pin: (pin as Spec['measure']['pin'] | undefined) ?? 'none',
      perf: (perf as Spec['measure']['perf'] | undefined) ?? 'event',
    },
    accuracy,
  });
}

/** What decides the verdict on given values, as text to compare: service level, weights and margin. */
export function judgedPart({ sla, preferences, measure: { equivalencePercent } }: Spec): string {
  return stableJson({ sla: sla ?? null, preferences, equivalencePercent });
}
