import type { EngineSession } from '../../workload';
import { isAnnotated } from '../data/annotatedImages';
import type { AccuracyJob } from '../modes/detectionJob';
import type { DetectionInputs } from './inputs';
import { rectPart } from './trialJobs';

/** Images of one inference call; fewer where the sweep itself has only smaller batches, whose memory is known to suffice. */
const mostInBatch = 8;

/** Evaluates each model that the log has no accuracy of, where its images are annotated and its weights are trained. */
export async function measureAccuracies(session: EngineSession, inputs: DetectionInputs): Promise<void> {
  const { run, stop } = session;
  const { spec } = run;
  if (!spec.accuracy.measure || !isAnnotated(spec.images)) return;
  for (const model of inputs.modelFiles.keys()) {
    if (stop.aborted) return;
    if (run.accuracies.get(model)?.type === 'accuracy.measured') continue;
    if (inputs.untrained.has(model)) {
      const message = 'its weights are random: name a checkpoint (weightsFile, or a .pt as the model)';
      session.record({ type: 'accuracy.unknown', model, reason: 'untrained', message });
      continue;
    }
    // End to end, every pass over the images is evaluated: the first one tells.
    if (spec.measure.scope === 'end-to-end') continue;
    const job = accuracyJob(session, inputs, model);
    if (job) await session.measureAccuracy(model, job);
  }
}

/** null: no configuration of the model can run. */
function accuracyJob({ run, baseFolder }: EngineSession, inputs: DetectionInputs, model: string): AccuracyJob | null {
  const runnable = run.configurations.filter((c) => c.model === model && !run.skipped.has(c.id));
  const sizes = runnable.map((c) => c.batchSize);
  if (sizes.length === 0) return null;
  const fitting = sizes.filter((size) => size <= mostInBatch);
  const { images, accuracy } = run.spec;
  const most = accuracy.images ?? images.count;
  return {
    modelFile: inputs.modelFiles.get(model)!,
    batchSize: fitting.length > 0 ? Math.max(...fitting) : Math.min(...sizes),
    threads: runnable[0]!.threads,
    ...{ height: inputs.height, width: inputs.width, images, baseDirectory: baseFolder },
    ...rectPart(inputs, model),
    ...(most !== undefined && { mostImages: most }),
  };
}
