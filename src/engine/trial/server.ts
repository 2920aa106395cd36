import { createBatchTimes } from '../../core/run/batchTimes';
import { monotonicMs } from '../../machine/clock';
import { peakRssBytes } from '../../machine/memory';
import type { Work } from '../../workloads/workload';
import { say, type ServerJob } from './protocol';
import { type Standstills, watchdogShare } from './standstill';
import { isSteady } from './warmup';
import { listen } from './words';

/** Whole batches before the first request, so that what a first run sets up (memory, code) meets nobody. */
const warmUpBatches = 2;

/** What a window has of this process, but for its batches. */
type Counted = { fromMs: number; toMs: number; cpuSeconds: number; watchdog: ReturnType<typeof watchdogShare> };

/**
 * One of the processes that answer requests: load → a few batches → batches by the engine's word, and nothing in between. How many are
 * in each, and when it begins, is the engine's doing.
 */
export async function serveRequests(
  job: ServerJob,
  open: () => Promise<Work>,
  { standstills, alive }: { standstills: Standstills; alive: () => void },
): Promise<void> {
  const words = listen();
  const loadStart = monotonicMs();
  const work = await open();
  if (!work.serve) throw new Error(`the workload ${job.workload} answers no requests`);
  const loadMs = monotonicMs() - loadStart;
  say({ type: 'loaded' });
  const warmupStart = monotonicMs();
  const warmUps: number[] = [];
  const watch = {
    ran: (ms: number) => void warmUps.push(ms),
    phaseEnded: () => undefined,
    foundAccuracy: () => undefined,
  };
  while (warmUps.length < warmUpBatches) await work.step(watch);
  await work.serve(1);
  say({ type: 'warm' });
  const warmupMs = monotonicMs() - warmupStart;

  // Whoever waits for requests is no less alive.
  const waiting = setInterval(alive, 1000);
  const batches: { startMs: number; ms: number; units: number }[] = [];
  let counted: Counted | null = null;
  let cpu = process.cpuUsage();
  let watchdogMs: number | null = null;
  for (;;) {
    const word = words.heard.shift();
    if (word === undefined) await words.another();
    else if (word.type === 'finish') break;
    else if (word.type === 'serve') {
      const startMs = monotonicMs();
      const units = await work.serve(word.units);
      const endMs = monotonicMs();
      say({ type: 'served', units, startMs, endMs });
      batches.push({ startMs, ms: endMs - startMs, units: word.units });
    } else if (word.type === 'window') [cpu, watchdogMs] = [process.cpuUsage(), standstills.ownCpuMs()];
    else if (word.type === 'count') {
      // What is found out of it may take a moment, in which others wait to be served.
      const { user, system } = process.cpuUsage(cpu);
      const { fromMs, toMs } = word;
      counted = { fromMs, toMs, cpuSeconds: (user + system) / 1e6, watchdog: watchdogShare(watchdogMs, standstills) };
    }
  }
  clearInterval(waiting);
  if (counted !== null) {
    const { fromMs, toMs, cpuSeconds, watchdog } = counted;
    const times = createBatchTimes(job.mostBatchTimes);
    const inside = batches.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
    for (const { ms } of inside) times.add(Math.round(ms * 1000) / 1000);
    say({
      ...{ type: 'share', work: inside.reduce((sum, { units }) => sum + units, 0), cpuSeconds },
      ...{ batches: times.count(), stride: times.stride(), batchMs: times.kept() },
      stoodStillMs: standstills.longestMs(fromMs, toMs),
      ...watchdog,
    });
  }
  const [warmupBatches, steady] = [warmUps.length, isSteady(warmUps)];
  say({ type: 'finished', loadMs, warmupMs, warmupBatches, steady, peakRssBytes: peakRssBytes() });
}
