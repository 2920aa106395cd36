import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import type { Reading } from '../core/power/source';
import { type EnergyReader, openReader } from '../energy/reader';
import { openSession, type Session } from '../model/session';
import { batchView, loadImages } from '../vision/tensorCache';
import type { TrialJob } from './trialJob';
import type { TrialMessage } from './trialMessage';
import { startWatchdog } from './watchdog';

/** A steady state is taken as given after this many times the asked warm-up. */
const longestWarmup = 3;
/** Batch times have settled when the median of the last third is within this much of the third before. */
const steadyPercent = 5;

/**
 * The child process of one trial: load → warm-up until steady → windows of whole batches. It reads
 * the raw counters itself, right before the first and right after the last batch of each window.
 */
export async function runTrial(job: TrialJob, program: string): Promise<void> {
  startWatchdog(program);
  volunteerForOomKiller();
  const loadStart = now();
  say({ type: 'phase', phase: 'load', monotonicMs: loadStart });
  const session = await openSession(job.modelFile, { threads: job.threads, spinning: job.spinning });
  const nextBatch = batches(job, session);
  if (job.kind === 'probe') return probe(job, session, nextBatch);

  const reader = openReader(job.source.domains);
  const warmupStart = now();
  say({ type: 'phase', phase: 'warmup', monotonicMs: warmupStart });
  const warmup = await warmUp(job, session, nextBatch);
  const warmupEnd = now();
  for (let window = 0; window < job.windows; window++) {
    say({ type: 'phase', phase: 'window', monotonicMs: now() });
    const measured = await measureWindow(job, session, nextBatch, reader);
    say({ type: 'window', window, ...measured });
  }
  say({
    type: 'finished',
    loadMs: warmupStart - loadStart,
    warmupMs: warmupEnd - warmupStart,
    warmupBatches: warmup.batches,
    steady: warmup.steady,
    peakRssBytes: peakRssBytes(),
  });
  reader.close();
}

type Batch = { data: Uint8Array | Float32Array; dims: number[] };

/** Successive whole batches out of memory, so that no window is fed by decoding. */
function batches(job: TrialJob, session: Session): () => Batch {
  const bytesPerImage = 3 * job.height * job.width;
  const pixels = loadImages(job.imagesFile, bytesPerImage, job.batchSize);
  const dims = [job.batchSize, 3, job.height, job.width];
  if (session.inputType === 'uint8') {
    let next = 0;
    return () => ({ data: batchView(pixels, bytesPerImage, job.batchSize, next++), dims });
  }
  // Models of others take floats 0…1: converted once, outside the windows, and kept within bounds.
  const most = Math.max(job.batchSize, Math.floor(floatPoolBytes / (4 * bytesPerImage)));
  const used = pixels.subarray(0, Math.min(pixels.length, most * bytesPerImage));
  const floats = Float32Array.from(used, (value) => value / 255);
  const whole = Math.max(1, Math.floor(floats.length / bytesPerImage / job.batchSize));
  let next = 0;
  return () => {
    const from = (next++ % whole) * job.batchSize * bytesPerImage;
    return { data: floats.subarray(from, from + job.batchSize * bytesPerImage), dims };
  };
}
const floatPoolBytes = 512 * 1024 * 1024;

async function warmUp(job: TrialJob, session: Session, nextBatch: () => Batch) {
  const start = now();
  const times: number[] = [];
  for (;;) {
    times.push(await timedRun(session, nextBatch()));
    heartbeat(times.length);
    const seconds = (now() - start) / 1000;
    const steady = isSteady(times);
    if (times.length >= 2 && seconds >= job.warmupSeconds && (steady || seconds >= longestWarmup * job.warmupSeconds)) {
      return { batches: times.length, steady };
    }
  }
}

/** Whether the last third of the batch times runs as fast as the third before it. */
export function isSteady(times: number[]): boolean {
  const third = Math.floor(times.length / 3);
  if (third === 0) return times.length >= 2;
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;
  const before = median(times.slice(-2 * third, -third));
  const last = median(times.slice(-third));
  return Math.abs(last - before) <= (before * steadyPercent) / 100;
}

async function measureWindow(
  job: TrialJob,
  session: Session,
  nextBatch: () => Batch,
  reader: EnergyReader,
): Promise<{ start: Reading; end: Reading; images: number; batchMs: number[]; cpuSeconds: number }> {
  const batchMs: number[] = [];
  const cpu = process.cpuUsage();
  const start = reader.read();
  const until = start.monotonicMs + job.windowSeconds * 1000;
  do {
    batchMs.push(await timedRun(session, nextBatch()));
    heartbeat(batchMs.length);
  } while (now() < until);
  const end = reader.read();
  const used = process.cpuUsage(cpu);
  return {
    start,
    end,
    images: batchMs.length * job.batchSize,
    batchMs: batchMs.map((ms) => Math.round(ms * 1000) / 1000),
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

async function probe(job: TrialJob, session: Session, nextBatch: () => Batch): Promise<void> {
  let outputBytes = 0;
  let inputBytes = 0;
  for (let i = 0; i < 2; i++) {
    const batch = nextBatch();
    const outputs = await session.run(batch.data, batch.dims);
    inputBytes = batch.data.byteLength / job.batchSize;
    outputBytes = Math.max(...Object.values(outputs).map((o) => o.data.byteLength)) / job.batchSize;
  }
  say({ type: 'probed', peakRssBytes: peakRssBytes(), outputBytes, inputBytes });
}

async function timedRun(session: Session, batch: Batch): Promise<number> {
  const start = now();
  await session.run(batch.data, batch.dims);
  return now() - start;
}

const now = () => Number(process.hrtime.bigint() / 1000n) / 1000;

let lastHeartbeatMs = 0;
/** At most one line a second: a long window must not look like a hang. */
export function heartbeat(done: number): void {
  const ms = now();
  if (ms - lastHeartbeatMs < 1000) return;
  lastHeartbeatMs = ms;
  say({ type: 'alive', batches: done });
}

/** Synchronous, so that nothing is lost when the process ends or dies right after. */
export function say(message: TrialMessage): void {
  const data = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let done = 0; done < data.length;) {
    try {
      done += writeSync(1, data, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

/** When memory runs out the kernel shall take the trial, not the engine or the editor. */
function volunteerForOomKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // No /proc (macOS, Windows): nothing to volunteer for.
  }
}

/** High-water mark of resident memory (VmHWM), bytes. */
function peakRssBytes(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Falls through to what libuv knows.
  }
  return process.resourceUsage().maxRSS * 1024;
}
