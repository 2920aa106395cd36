import { openDetector } from '../../workloads/detection/detector/detector';
import { openAnnotatedImages } from '../../workloads/detection/data/annotatedImages';
import type { AccuracyJob } from './accuracyJob';
import { evaluateModel, evaluationWarnings } from '../../workloads/detection/evaluate/evaluateModel';
import { heartbeat, say } from './trialVoice';
import { startWatchdog } from './watchdog';

/**
 * The child process that evaluates one model. Energy is not read: what a model gets right does not depend on the batch
 * size, so it is measured once, outside the windows.
 */
export async function runAccuracy(job: AccuracyJob, program: string): Promise<void> {
  startWatchdog(program);
  const annotated = await openAnnotatedImages(job.images, job.baseDirectory, job.mostImages);
  if (annotated === null) throw new Error('the images have no annotations');
  const { truth, located, name, warnings } = annotated;
  const detector = await openDetector(job.modelFile, {
    threads: job.threads,
    spinning: false,
    size: { height: job.height, width: job.width },
  });
  const evaluated = await evaluateModel(detector, truth, located, {
    batchSize: job.batchSize,
    overlapFrom: null,
    onProgress: (done) => heartbeat(done),
  });
  const { accuracy, phases, evaluationMs, skipped } = evaluated;
  say({
    type: 'accuracy',
    accuracy,
    truth: name,
    batchSize: job.batchSize,
    phases: { ...phases, evaluationMs },
    skipped,
    warnings: [...warnings, ...evaluationWarnings(evaluated)],
  });
}
