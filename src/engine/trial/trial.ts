import { createBatchTimes, windowBatches } from '../../core/run/batchTimes';
import type { Reading } from '../../core/energy/source';
import { openReader } from '../../energy/openReader';
import type { EnergyReader } from '../../energy/reader';
import { InferenceError, openSession, type Output, type Session } from '../../models/onnx/session';
import { explainFailure } from '../../models/onnx/workingBatches';
import { batchView, loadImages } from '../../workloads/detection/prepare/tensorCache';
import { monotonicMs } from '../../machine/clock';
import type { TrialJob } from './trialJob';
import { peakRssBytes, volunteerForOomKiller } from './trialMemory';
import { heartbeat, say } from './trialVoice';
import { isWarm } from './warmup';
import { startWatchdog } from './watchdog';

/**
 * The child process of one trial: load → warm-up until steady → windows of whole batches. It reads
 * the raw counters itself, right before the first and right after the last batch of each window.
 */
export async function runTrial(job: TrialJob, program: string): Promise<void> {
  startWatchdog(program);
  volunteerForOomKiller();
  const loadStart = monotonicMs();
  say({ type: 'phase', phase: 'load', monotonicMs: loadStart });
  const session = await openSession(job.modelFile, { threads: job.threads, spinning: job.spinning });
  const nextBatch = batches(job, session);
  if (job.kind === 'probe') return probe(job, session, nextBatch);

  const reader = openReader(job.source.parts);
  const warmupStart = monotonicMs();
  say({ type: 'phase', phase: 'warmup', monotonicMs: warmupStart });
  const warmup = await warmUp(job, session, nextBatch);
  const warmupEnd = monotonicMs();
  for (let window = 0; window < job.windows; window++) {
    say({ type: 'phase', phase: 'window', monotonicMs: monotonicMs() });
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
  const start = monotonicMs();
  const times: number[] = [];
  for (;;) {
    times.push(await timedRun(job, session, nextBatch()));
    heartbeat(times.length);
    const { warm, steady } = isWarm(times, (monotonicMs() - start) / 1000, job.warmupSeconds);
    if (warm) return { batches: times.length, steady };
  }
}

async function measureWindow(
  job: TrialJob,
  session: Session,
  nextBatch: () => Batch,
  reader: EnergyReader,
): Promise<{ start: Reading; end: Reading; work: number; batchMs: number[]; batches?: number; cpuSeconds: number }> {
  const times = createBatchTimes();
  const cpu = process.cpuUsage();
  const start = reader.read();
  const until = start.monotonicMs + job.windowSeconds * 1000;
  do {
    times.add(await timedRun(job, session, nextBatch()));
    heartbeat(times.count());
  } while (monotonicMs() < until);
  const end = reader.read();
  const used = process.cpuUsage(cpu);
  return {
    start,
    end,
    work: times.count() * job.batchSize,
    ...windowBatches(times),
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

async function probe(job: TrialJob, session: Session, nextBatch: () => Batch): Promise<void> {
  let outputBytes = 0;
  let inputBytes = 0;
  for (let i = 0; i < 2; i++) {
    const batch = nextBatch();
    const outputs = await runBatch(job, session, batch);
    inputBytes = batch.data.byteLength / job.batchSize;
    outputBytes = Math.max(...Object.values(outputs).map((o) => o.data.byteLength)) / job.batchSize;
  }
  say({ type: 'probed', peakRssBytes: peakRssBytes(), outputBytes, inputBytes });
}

async function timedRun(job: TrialJob, session: Session, batch: Batch): Promise<number> {
  const start = monotonicMs();
  await runBatch(job, session, batch);
  return monotonicMs() - start;
}

async function runBatch(job: TrialJob, session: Session, { data, dims }: Batch): Promise<Record<string, Output>> {
  try {
    return await session.run(data, dims);
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    const { height, width, batchSize: batch, alsoTry = [] } = job;
    throw await explainFailure({ session, size: { height, width }, batch, error, alsoTry });
  }
}
