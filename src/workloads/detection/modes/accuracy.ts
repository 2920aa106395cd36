import type { AccuracyTold } from '../../workload';
import { openAnnotatedImages } from '../data/annotatedImages';
import { openDetector } from '../detector/detector';
import { evaluateModel, evaluationWarnings } from '../evaluate/evaluateModel';
import { inBatches } from '../prepare/rectangles';
import { samplingErrorOf } from '../evaluate/samplingError';
import type { AccuracyJob } from './detectionJob';

/**
 * Evaluates one model. Energy is not read: what a model gets right does not depend on the batch size, so it is measured
 * once, outside the windows.
 */
export async function findAccuracy(job: AccuracyJob, alive: () => void): Promise<AccuracyTold> {
  const annotated = await openAnnotatedImages(job.images, job.baseDirectory, job.mostImages);
  if (annotated === null) throw new Error('the images have no annotations');
  const { truth, name, warnings } = annotated;
  const { images: found, shapes } = await inBatches(annotated.located.found, ({ item }) => item.name, job);
  const located = { ...annotated.located, found };
  const detector = await openDetector(job.modelFile, {
    threads: job.threads,
    spinning: false,
    size: { height: job.height, width: job.width },
  });
  const evaluated = await evaluateModel(detector, truth, located, {
    batchSize: job.batchSize,
    shapes,
    overlapFrom: null,
    onProgress: alive,
  });
  const { accuracy, sample, phases, evaluationMs, skipped } = evaluated;
  const error = samplingErrorOf(sample, alive);
  return {
    ...{ accuracy, sampling: error.sampling, truth: name, batchSize: job.batchSize },
    ...{ phases: { ...phases, evaluationMs }, skipped },
    warnings: [...warnings, ...evaluationWarnings(evaluated), ...error.warnings],
  };
}
