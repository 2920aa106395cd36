import { setTimeout as sleep } from 'node:timers/promises';
import { windowStart } from '../../core/energy/readings';
import { mostBatchTimes } from '../../core/run/batchTimes';
import type { EventOf } from '../../core/run/events';
import type { EnergyReader } from '../../energy/reader';
import { monotonicMs } from '../../machine/clock';
import type { MachineStateReader } from '../../machine/machineState';
import { watchLimits } from './limitWatch';
import type { Program, TrialEnd, TrialOptions } from './host';
import { leadMembers, type Members } from './members';
import type { MeasureJob, MemberJob, TrialMessage } from './protocol';

type Share = Extract<TrialMessage, { type: 'share' }>;

/** What the engine reads at the edges of a window. */
export type Readers = { reader: Pick<EnergyReader, 'read'>; machine: Pick<MachineStateReader, 'read'> };

/**
 * Runs one trial in several processes at once, each on CPUs of its own. They load, warm up, and work on without a pause; a window
 * is a stretch of that in which all of them work. The counters, which are of the machine, are read here at its edges. Says what a
 * trial in one process says: work, batch times and CPU time are of all processes together. One that fails ends the others.
 */
export async function runTogether(
  { program, runFolder, reader, machine }: { program: Program; runFolder: string } & Readers,
  job: MeasureJob,
  options: TrialOptions,
): Promise<TrialEnd> {
  const { instances, workload, told, warmupSeconds } = job;
  const memberJob: MemberJob = {
    ...{ kind: 'member', workload, told, warmupSeconds },
    mostBatchTimes: Math.max(1, Math.floor(mostBatchTimes / instances)),
  };
  const { onMessage } = options;
  return leadMembers(
    { program, runFolder },
    memberJob,
    {
      ...{ ...options, instances },
      async onMessage(message, index) {
        if (message.type === 'accuracy' && index === 0) await onMessage(message);
      },
    },
    async (members) => {
      await conduct({ job, members, reader, machine, onMessage });
      return null;
    },
  );
}

type Conducted = Pick<TrialOptions, 'onMessage'> & Readers & { job: MeasureJob; members: Members };

/** So often it is looked whether the power has come down to the limits. */
const limitsMs = 250;

/** Leads the processes from load to end; returns early where one of them has ended it. */
async function conduct({ job, members, reader, machine, onMessage }: Conducted): Promise<void> {
  const { all, tell, stop } = members;
  await onMessage({ type: 'phase', phase: 'load', monotonicMs: monotonicMs() });
  if ((await all('loaded')) === null) return;
  await onMessage({ type: 'phase', phase: 'warmup', monotonicMs: monotonicMs() });
  tell({ type: 'warm-up' });
  const warmupStart = monotonicMs();
  const { watts, mostSeconds = 0 } = job.sustained ?? {};
  const areHeld = watchLimits(reader, job.source.parts, watts);
  if ((await all('warm')) === null) return;
  const allWarm = monotonicMs();
  let waitedMs = 0;
  // They work on meanwhile.
  while (!areHeld(monotonicMs()) && monotonicMs() - warmupStart < 1000 * mostSeconds && !stop.aborted) {
    await sleep(limitsMs, null, { signal: stop }).catch(() => undefined);
    waitedMs = monotonicMs() - allWarm;
  }
  for (let window = 0; window < job.windows; window++) {
    const before = machine.read();
    const start = reader.read();
    const fromMs = windowStart(start).monotonicMs;
    tell({ type: 'window', fromMs });
    await onMessage({ type: 'phase', phase: 'window', monotonicMs: fromMs });
    // A timer counts in whole milliseconds, so it may ring up to one too soon by this clock.
    for (let leftMs = 1000 * job.windowSeconds; leftMs > 0 && !stop.aborted;) {
      await sleep(Math.ceil(leftMs), null, { signal: stop }).catch(() => undefined);
      leftMs = fromMs + 1000 * job.windowSeconds - monotonicMs();
    }
    // At least one whole step of each, as in a trial of one process.
    if ((await all('whole')) === null) return;
    const end = reader.read();
    tell({ type: 'count', fromMs, toMs: end.monotonicMs });
    const state = { start: before, end: machine.read() };
    const shares = await all('share');
    if (shares === null) return;
    await onMessage({ type: 'window', window, start, end, ...together(shares), state });
  }
  tell({ type: 'finish' });
  const finished = await all('finished');
  if (finished === null) return;
  await onMessage({
    type: 'finished',
    loadMs: Math.max(...finished.map((f) => f.loadMs)),
    warmupMs: Math.max(...finished.map((f) => f.warmupMs)) + waitedMs,
    warmupBatches: finished.reduce((sum, f) => sum + f.warmupBatches, 0),
    steady: finished.every((f) => f.steady),
    peakRssBytes: finished.reduce((sum, f) => sum + f.peakRssBytes, 0),
  });
}

/** What all did in a window. Batch times are thinned alike, so that each process counts by its batches. */
export function together(
  shares: readonly Omit<Share, 'type'>[],
): Pick<
  EventOf<'trial.window'>,
  'work' | 'cpuSeconds' | 'batchMs' | 'batches' | 'instances' | 'stoodStillMs' | 'watchdogCpuSeconds'
> {
  const stride = Math.max(...shares.map((share) => share.stride));
  const kept = shares.map((share) => share.batchMs.filter((_, i) => i % (stride / share.stride) === 0));
  const batchMs = kept.flat();
  const batches = shares.reduce((sum, share) => sum + share.batches, 0);
  const stoodStillMs = Math.max(...shares.map((share) => share.stoodStillMs));
  const watched = shares.flatMap((share) => share.watchdogCpuSeconds ?? []);
  return {
    work: shares.reduce((sum, share) => sum + share.work, 0),
    cpuSeconds: shares.reduce((sum, share) => sum + share.cpuSeconds, 0),
    batchMs,
    ...(batches > batchMs.length && { batches }),
    ...(stoodStillMs > 0 && { stoodStillMs }),
    ...(watched.length === shares.length && { watchdogCpuSeconds: watched.reduce((sum, seconds) => sum + seconds, 0) }),
    instances: shares.map(({ work, cpuSeconds, batches: own }, i) => ({
      ...{ work, cpuSeconds, batches: own, kept: kept[i]!.length },
    })),
  };
}
