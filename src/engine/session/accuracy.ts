import { noted } from '../../core/run/conditions';
import type { NewEvent } from '../../core/run/events';
import type { Run } from '../../core/run/fold';
import type { AccuracyTold } from '../../workloads/workload';
import type { RunTrial } from '../trial/host';

type Parts = { run: Run; record(event: NewEvent, durable?: boolean): void };

/** Keeps what a model gets right, once for each model: its other trials would say the same. */
export function recordAccuracy({ run, record }: Parts, model: string, { warnings, ...measured }: AccuracyTold): void {
  if (run.accuracies.get(model)?.type === 'accuracy.measured') return;
  for (const message of warnings) record({ type: 'warning', ...noted.annotations(message) });
  record({ ...measured, ...(warnings.length > 0 && { warnings }), type: 'accuracy.measured', model }, true);
}

/** Has a process of its own find it out; of one that fails the log keeps why. */
export async function measureAccuracy(
  parts: Parts & { stop: AbortSignal; runTrial: RunTrial },
  model: string,
  told: object,
): Promise<void> {
  const { run, stop, runTrial, record } = parts;
  record({ type: 'step', step: 'accuracy', detail: model });
  const end = await runTrial(
    { kind: 'accuracy', workload: run.workload.name, told },
    {
      ...{ stop, timeoutSeconds: run.spec.measure.trialTimeoutSeconds, cpus: null, onStart: () => undefined },
      onMessage(message) {
        if (message.type !== 'accuracy') return;
        const { type: _, ...accuracy } = message;
        recordAccuracy(parts, model, accuracy);
      },
    },
  );
  if (end.kind !== 'failed') return;
  const { code, message, fix } = end;
  record({ type: 'accuracy.unknown', model, reason: 'failed', code, message, fix });
}
