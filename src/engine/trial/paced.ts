import { windowStart } from '../../core/energy/readings';
import type { Reading } from '../../core/energy/source';
import { mostBatchTimes } from '../../core/run/batchTimes';
import { monotonicMs } from '../../machine/clock';
import type { Program, TrialEnd, TrialOptions } from './host';
import { leadMembers, type Members } from './members';
import { createReplay, type Replay, type ReplayTerms } from './replay';
import { type Readers, together } from './together';

/** Requests that are replayed to one configuration. */
export type PacedJob = ReplayTerms & { workload: string; told: unknown };

/** How the machine is, is read so long before the window begins: requests that this keeps waiting are answered by then. */
const lookedBeforeMs = 200;

/**
 * Runs one trial of requests that come one by one: they are handed out here, where the counters are read too, to one process or several
 * that serve, and what they meet is counted from the moment at which each was due. All arrivals come again and again; the window is one
 * length of them, and each request that is due in it is waited for.
 */
export async function runPaced(
  { program, runFolder, reader, machine }: { program: Program; runFolder: string } & Readers,
  job: PacedJob,
  options: TrialOptions,
): Promise<TrialEnd> {
  const { instances, workload, told } = job;
  let replay: Replay | null = null;
  return leadMembers(
    { program, runFolder },
    { kind: 'server', workload, told, mostBatchTimes: Math.max(1, Math.floor(mostBatchTimes / instances)) },
    {
      ...{ ...options, instances },
      onMessage(message, index) {
        if (message.type === 'served') replay?.served(message, index);
      },
    },
    (members) =>
      conduct({ job, members, reader, machine, onMessage: options.onMessage }, (zeroMs) => {
        replay = createReplay(job, zeroMs, (units, server) => members.tell({ type: 'serve', units }, server));
        members.stop.addEventListener('abort', replay.wake);
        return replay;
      }),
  );
}

type Conducted = Readers & { job: PacedJob; members: Members; onMessage: TrialOptions['onMessage'] };

/** Leads the processes from load to end; returns early where one of them has ended it. */
async function conduct(
  { job, members, reader, machine, onMessage }: Conducted,
  begin: (zeroMs: number) => Replay,
): Promise<TrialEnd | null> {
  const { all, tell, stop } = members;
  await onMessage({ type: 'phase', phase: 'load', monotonicMs: monotonicMs() });
  if ((await all('loaded')) === null) return null;
  const loadedMs = monotonicMs();
  await onMessage({ type: 'phase', phase: 'warmup', monotonicMs: loadedMs });
  if ((await all('warm')) === null) return null;

  const zeroMs = monotonicMs() + job.leadInMs;
  const replay = begin(zeroMs);
  /** Goes on until this moment, or until all is answered. @returns why the trial ends here; null: it does not */
  const until = async (atMs: number | null): Promise<TrialEnd | null> => {
    const isOver = atMs === null ? replay.isAnswered : () => monotonicMs() - zeroMs >= atMs;
    while (!isOver()) {
      const end = stop.aborted ? { kind: 'stopped' as const } : replay.advance();
      if (end !== null) return end;
      if (!isOver()) await replay.rest(atMs ?? Infinity);
    }
    return null;
  };
  let end = await until(-lookedBeforeMs);
  if (end !== null) return end;
  const before = machine.read();
  end = await until(0);
  if (end !== null) return end;
  const start: Reading = reader.read();
  replay.edge();
  const fromMs = windowStart(start).monotonicMs;
  tell({ type: 'window', fromMs });
  await onMessage({ type: 'phase', phase: 'window', monotonicMs: fromMs });
  end = await until(job.arrivals.periodMs);
  if (end !== null) return end;
  const last: Reading = reader.read();
  replay.edge();
  const toMs = last.monotonicMs;
  tell({ type: 'count', fromMs, toMs });
  end = await until(null);
  if (end !== null) return end;
  const state = { start: before, end: machine.read() };
  tell({ type: 'finish' });
  const shares = await all('share');
  const finished = shares && (await all('finished'));
  if (finished === null) return null;
  const { instances, ...shared } = together(shares!);
  const { before: earlier, ...paced } = replay.told(fromMs, toMs);
  await onMessage({
    ...{ type: 'window', window: 0, start, end: last, ...shared, work: paced.requests },
    ...(job.instances > 1 && { instances }),
    ...{ paced, state },
  });
  await onMessage({
    type: 'finished',
    loadMs: Math.max(...finished.map((f) => f.loadMs)),
    warmupMs: zeroMs - loadedMs,
    warmupBatches: earlier + finished.reduce((sum, f) => sum + f.warmupBatches, 0),
    steady: finished.every((f) => f.steady),
    peakRssBytes: finished.reduce((sum, f) => sum + f.peakRssBytes, 0),
  });
  return null;
}
