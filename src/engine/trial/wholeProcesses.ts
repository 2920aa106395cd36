import { windowStart } from '../../core/energy/readings';
import type { EnergyReader } from '../../energy/reader';
import type { MachineStateReader } from '../../machine/machineState';
import { identityOf } from '../../machine/processIdentity';
import { reapedCpuSeconds } from '../../machine/processTime';
import { type Program, runTrialProcess, type TrialEnd, type TrialOptions } from './host';
import { createPhaseMeter } from './phaseMeter';
import type { MeasureJob, TrialMessage, WholeJob } from './protocol';

type Said<T extends TrialMessage['type']> = Extract<TrialMessage, { type: T }>;

/** What the engine reads at the edges of a window. */
type Readers = { reader: Pick<EnergyReader, 'read'>; machine: Pick<MachineStateReader, 'read'> };

/**
 * Runs one trial whose windows are whole processes, one after the other: the counters, which are of the machine, are read here right
 * before each is started and right after it has ended, as `perf stat PROGRAM` counts. Says what a trial in one process says. A process
 * that fails, also while it ends, fails the trial.
 */
export async function runWholeProcesses(
  { program, runFolder, reader, machine }: { program: Program; runFolder: string } & Readers,
  { workload, told, source, windows }: MeasureJob,
  { cpus, stop, timeoutSeconds, onStart, onMessage }: TrialOptions,
): Promise<TrialEnd> {
  const job: WholeJob = { kind: 'whole', workload, told, source };
  const meter = createPhaseMeter(reader, source.parts);
  let [loadMs, peakRssBytes] = [0, 0];
  for (let window = 0; window < windows; window++) {
    if (stop.aborted) return { kind: 'stopped' };
    let own: number | null = null;
    const said: { passed: Said<'passed'> | null } = { passed: null };
    const before = machine.read();
    const reapedBefore = reapedCpuSeconds();
    const start = meter.start();
    const fromMs = windowStart(start).monotonicMs;
    const end = await runTrialProcess(program, runFolder, job, {
      ...{ cpus: cpus?.[0] ?? null, stop, timeoutSeconds },
      onStart(pid) {
        own = pid;
        if (window === 0) onStart([pid]);
      },
      async onMessage(message) {
        if (message.type === 'began') {
          meter.ended('start');
          const process = window > 0 && own !== null ? { process: identityOf(own) } : {};
          await onMessage({ type: 'phase', phase: 'window', monotonicMs: fromMs, ...process });
        }
        if (message.type === 'loaded') meter.ended('model');
        if (message.type === 'passed') {
          meter.skipped();
          said.passed = message;
        }
      },
    });
    if (end.kind !== 'done' || said.passed === null) return end;
    meter.ended('exit');
    const endReading = meter.end();
    const reaped = reapedCpuSeconds();
    const { type: _, peakRssBytes: peak, cpuSeconds, phases, ...passed } = said.passed;
    const around = meter.phases();
    loadMs = Math.max(loadMs, (around?.start?.ms ?? 0) + (around?.model?.ms ?? 0));
    peakRssBytes = Math.max(peakRssBytes, peak);
    await onMessage({
      ...{ type: 'window', window, start, end: endReading, ...passed },
      // To its very end, where the system tells; else to its last word.
      cpuSeconds: Math.max(cpuSeconds, reaped === null || reapedBefore === null ? 0 : reaped - reapedBefore),
      // The engine's phases and those of the step: of all together, or of none.
      ...(around && phases && { phases: { ...around, ...phases } }),
      state: { start: before, end: machine.read() },
    });
  }
  await onMessage({ type: 'finished', loadMs, warmupMs: 0, warmupBatches: 0, steady: true, peakRssBytes });
  return { kind: 'done' };
}
