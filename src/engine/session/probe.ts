import type { ProbeEnd } from '../../workloads/workload';
import type { RunTrial } from '../trial/host';
import type { TrialMessage } from '../trial/protocol';
import type { Run } from '../../core/run/fold';

type Parts = { run: Run; stop: AbortSignal; runTrial: RunTrial };

/** Runs one probe of the memory that a run's work takes. */
export async function probeMemory({ run, stop, runTrial }: Parts, told: object): Promise<ProbeEnd> {
  const said: { probed: Extract<TrialMessage, { type: 'probed' }> | null } = { probed: null };
  const end = await runTrial(
    { kind: 'probe', workload: run.workload.name, told },
    {
      ...{ stop, timeoutSeconds: run.spec.measure.trialTimeoutSeconds, cpus: null, onStart: () => undefined },
      onMessage(message) {
        if (message.type === 'probed') said.probed = message;
      },
    },
  );
  if (end.kind !== 'done') return end;
  if (said.probed === null) throw new Error('a probe is done and has said nothing');
  const { peakRssBytes, inputBytes, outputBytes } = said.probed;
  return { kind: 'done', peakRssBytes, inputBytes, outputBytes };
}
