import { monotonicMs } from '../../machine/clock';
import { peakRssBytes } from '../../machine/memory';
import type { TellAccuracy, Work } from '../../workloads/workload';
import { type MemberJob, say, type Word } from './protocol';
import { type Standstills, watchdogShare } from './standstill';
import { createSteps } from './steps';
import { warmUp } from './warmup';
import { listen } from './words';

/** One of several processes that work together: load → warm-up by the engine's word → steps without a pause until it says so. */
export async function workTogether(
  job: MemberJob,
  open: () => Promise<Work>,
  watch: { standstills: Standstills; alive: () => void },
): Promise<void> {
  const { alive } = watch;
  const words = listen();
  const loadStart = monotonicMs();
  const work = await open();
  const loadMs = monotonicMs() - loadStart;
  say({ type: 'loaded' });
  // The others may still load: a sign of life until they have.
  const waiting = setInterval(alive, 1000);
  while (words.heard.shift()?.type !== 'warm-up') await words.another();
  clearInterval(waiting);
  const warmupStart = monotonicMs();
  const { batches, steady } = await warmUp(work, job.warmupSeconds, alive);
  const warmupMs = monotonicMs() - warmupStart;
  say({ type: 'warm' });
  const tellAccuracy = await stepOn(job, work, words.heard, watch);
  if (tellAccuracy !== null) say({ type: 'accuracy', ...tellAccuracy(alive) });
  say({ type: 'finished', loadMs, warmupMs, warmupBatches: batches, steady, peakRssBytes: peakRssBytes() });
}

/** Steps until the engine says `finish`, and answers it in between; returns how to tell an accuracy that was found. */
async function stepOn(
  job: MemberJob,
  work: Work,
  words: Word[],
  { standstills, alive }: { standstills: Standstills; alive: () => void },
): Promise<TellAccuracy | null> {
  const steps = createSteps(cpuSeconds());
  let tellAccuracy: TellAccuracy | null = null;
  let windowFromMs = Number.POSITIVE_INFINITY;
  let watchdogMs: number | null = null;
  const watch = {
    ran(ms: number, isWhole: boolean) {
      if (isWhole) steps.batch(monotonicMs(), ms);
      alive();
    },
    // Counters are of the machine: of several processes, each in another phase, they cannot tell phases apart.
    phaseEnded: () => undefined,
    foundAccuracy(tell: TellAccuracy) {
      tellAccuracy ??= tell;
    },
  };
  for (;;) {
    const [word] = words;
    if (word?.type === 'finish') return tellAccuracy;
    if (word?.type === 'window') {
      windowFromMs = word.fromMs;
      watchdogMs = standstills.ownCpuMs();
      words.shift();
    }
    // The step that the window's end cuts must have ended.
    if (word?.type === 'count' && steps.lastEndMs() >= word.toMs) {
      const share = steps.share(word.fromMs, word.toMs, job.mostBatchTimes);
      say({
        ...{ type: 'share', ...share, batchMs: share.batchMs.map((ms) => Math.round(ms * 1000) / 1000) },
        stoodStillMs: standstills.longestMs(word.fromMs, word.toMs),
        ...watchdogShare(watchdogMs, standstills),
      });
      words.shift();
    }
    const startMs = monotonicMs();
    const done = await work.step(watch);
    steps.ended({ startMs, endMs: monotonicMs(), work: done, cpuSeconds: cpuSeconds() });
    if (startMs >= windowFromMs) {
      say({ type: 'whole' });
      windowFromMs = Number.POSITIVE_INFINITY;
    }
    // Words come in between steps only, whatever a step waits for.
    await new Promise((done) => setImmediate(done));
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
