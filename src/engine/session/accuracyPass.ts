import { noted } from '../../core/run/conditions';
import { isAnnotated } from '../../workloads/detection/data/annotatedImages';
import type { AccuracyJob } from '../trial/accuracyJob';
import type { Measuring } from './measuring';
import type { TrialMessage } from '../trial/trialMessage';
import type { Prepared } from './prepared';

/** Images of one inference call; fewer where the sweep itself has only smaller batches, whose memory is known to suffice. */
const mostInBatch = 8;

/** Evaluates each model that the log has no accuracy of, where its images are annotated and its weights are trained. */
export async function measureAccuracies(m: Measuring, prepared: Prepared): Promise<void> {
  const { spec } = m.run;
  if (!spec.accuracy.measure || !isAnnotated(spec.images)) return;
  for (const model of prepared.modelFiles.keys()) {
    if (m.stop.aborted) return;
    if (m.run.accuracies.get(model)?.type === 'accuracy.measured') continue;
    if (prepared.untrained.has(model)) {
      const message = 'its weights are random: name a checkpoint (weightsFile, or a .pt as the model)';
      m.record({ type: 'accuracy.unknown', model, reason: 'untrained', message });
      continue;
    }
    // End to end, every pass over the images is evaluated: the first one tells.
    if (spec.measure.scope === 'inference') await measureAccuracy(m, prepared, model);
  }
}

/** Once for each model: its other trials would say the same. */
export function recordAccuracy(
  m: Measuring,
  model: string,
  { warnings, ...measured }: Extract<TrialMessage, { type: 'accuracy' }>,
): void {
  if (m.run.accuracies.get(model)?.type === 'accuracy.measured') return;
  for (const message of warnings) m.record({ type: 'warning', ...noted.annotations(message) });
  m.record({ ...measured, ...(warnings.length > 0 && { warnings }), type: 'accuracy.measured', model }, true);
}

async function measureAccuracy(m: Measuring, prepared: Prepared, model: string): Promise<void> {
  const runnable = m.run.configurations.filter((c) => c.model === model && !m.run.skipped.has(c.id));
  const sizes = runnable.map((c) => c.batchSize);
  if (sizes.length === 0) return;
  const fitting = sizes.filter((size) => size <= mostInBatch);
  m.record({ type: 'step', step: 'accuracy', detail: model });
  const { spec } = m.run;
  const most = spec.accuracy.images ?? spec.images.count;
  const job: AccuracyJob = {
    kind: 'accuracy',
    modelFile: prepared.modelFiles.get(model)!,
    batchSize: fitting.length > 0 ? Math.max(...fitting) : Math.min(...sizes),
    threads: runnable[0]!.threads,
    height: prepared.images.height,
    width: prepared.images.width,
    images: spec.images,
    baseDirectory: m.baseFolder,
    ...(most !== undefined && { mostImages: most }),
  };
  const end = await m.runTrial(job, {
    stop: m.stop,
    timeoutSeconds: spec.measure.trialTimeoutSeconds,
    onStart: () => undefined,
    onMessage: (message) => {
      if (message.type === 'accuracy') recordAccuracy(m, model, message);
    },
  });
  if (end.kind === 'failed') {
    const { code, message, fix } = end;
    m.record({ type: 'accuracy.unknown', model, reason: 'failed', code, message, fix });
  }
}
