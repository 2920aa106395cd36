import { ExpectedError, failureOf } from '../../core/failure/expectedError';
import type { Failure } from '../../core/failure/failure';
import { openReader } from '../../energy/openReader';
import { monotonicMs } from '../../machine/clock';
import { openMachineState } from '../../machine/machineState';
import { peakRssBytes, volunteerForOomKiller } from '../../machine/memory';
import { saysOutOfMemory } from '../../models/onnx/outOfMemory';
import { BatchError } from '../../models/onnx/workingBatches';
import type { TellAccuracy, Workload } from '../../workloads/workload';
import { workloadNamed } from '../../workloads/workloadNamed';
import { workTogether } from './member';
import { watchLimits } from './limitWatch';
import { createPhaseMeter } from './phaseMeter';
import { type MeasureJob, say, type TrialJob, trialJobSchema } from './protocol';
import { serveRequests } from './server';
import type { Standstills } from './standstill';
import { warmUp } from './warmup';
import { startWatchdog } from './watchdog';
import { workWhole } from './wholeWork';
import { measureWindow } from './window';

/**
 * What a trial's process does, whatever the work is. It reads the raw counters itself, right before the first and right
 * after the last step of each window.
 *
 * @param text the job, as JSON
 * @param program the bundle that its threads are started from
 * @returns whether it came to its end; if not, it has said why
 */
export async function runTrial(text: string, program: string): Promise<boolean> {
  try {
    const job = trialJobSchema.parse(JSON.parse(text));
    const standstills = startWatchdog(program);
    volunteerForOomKiller();
    await runJob(job, workloadNamed(job.workload), standstills);
    return true;
  } catch (error) {
    const works = error instanceof BatchError ? { works: [...error.works] } : {};
    say({ type: 'error', ...trialFailure(error), ...works });
    return false;
  }
}

/** What ended a trial's work, as data for its engine. */
function trialFailure(error: unknown): Failure {
  const failure = failureOf(error);
  const isForeign = !(error instanceof ExpectedError);
  return isForeign && saysOutOfMemory(failure.message) ? { ...failure, code: 'out-of-memory' } : failure;
}

async function runJob(job: TrialJob, workload: Workload, standstills: Standstills): Promise<void> {
  switch (job.kind) {
    case 'measure':
      return measure(job, workload, standstills);
    case 'member':
      return workTogether(job, () => workload.open(job.told), { standstills, alive: heartbeat });
    case 'server':
      return serveRequests(job, () => workload.open(job.told), { standstills, alive: heartbeat });
    case 'whole':
      return workWhole(job, () => workload.open(job.told), { standstills, alive: heartbeat });
    case 'probe': {
      const work = await workload.open(job.told);
      if (!work.probe) throw new Error(`the workload ${workload.name} has no probe of its memory`);
      const tensors = await work.probe();
      return say({ type: 'probed', peakRssBytes: peakRssBytes(), ...tensors });
    }
    case 'accuracy': {
      if (!workload.evaluate) throw new Error(`the workload ${workload.name} has nothing to evaluate`);
      return say({ type: 'accuracy', ...(await workload.evaluate(job.told, heartbeat)) });
    }
  }
}

/** Load → warm-up until steady → windows of whole steps. */
async function measure(job: MeasureJob, workload: Workload, standstills: Standstills): Promise<void> {
  const loadStart = monotonicMs();
  say({ type: 'phase', phase: 'load', monotonicMs: loadStart });
  const work = await workload.open(job.told);
  const reader = openReader(job.source.parts);
  const meter = createPhaseMeter(reader, job.source.parts);
  const machine = openMachineState();
  const warmupStart = monotonicMs();
  say({ type: 'phase', phase: 'warmup', monotonicMs: warmupStart });
  const { watts, mostSeconds = 0 } = job.sustained ?? {};
  const areHeld = watchLimits(reader, job.source.parts, watts);
  const warmup = await warmUp(work, job.warmupSeconds, heartbeat, { areHeld, mostSeconds });
  const warmupMs = monotonicMs() - warmupStart;
  let tellAccuracy: TellAccuracy | null = null;
  for (let window = 0; window < job.windows; window++) {
    say({ type: 'phase', phase: 'window', monotonicMs: monotonicMs() });
    const before = machine.read();
    const measured = await measureWindow(work, { meter, standstills, alive: heartbeat }, job.windowSeconds);
    const state = { start: before, end: machine.read() };
    tellAccuracy ??= measured.tellAccuracy;
    say({ type: 'window', window, ...measured.window, state });
  }
  if (tellAccuracy !== null) say({ type: 'accuracy', ...tellAccuracy(heartbeat) });
  say({
    type: 'finished',
    loadMs: warmupStart - loadStart,
    warmupMs,
    warmupBatches: warmup.batches,
    steady: warmup.steady,
    peakRssBytes: peakRssBytes(),
  });
  machine.close();
  reader.close();
}

let lastHeartbeatMs = 0;

/** At most one line a second: a long window must not look like a hang. */
function heartbeat(): void {
  const ms = monotonicMs();
  if (ms - lastHeartbeatMs < 1000) return;
  lastHeartbeatMs = ms;
  say({ type: 'alive' });
}
