import { Worker } from 'node:worker_threads';
import type { Reading, SourceRecord } from '../../core/energy/source';
import { firstIndex } from '../../core/statistics/sorted';
import { openThreadClock, type ThreadClock } from '../../machine/threadTime';
import { controlWords, type SamplerMessage, type SamplerWork, type SeriesTarget } from './samplerProtocol';

/** The 10 Hz series of a session, written to the power.jsonl of each run by a thread of its own. */
export type Sampler = {
  /** The newest sample that arrived here; the thread sends them every half second. */
  latest(): Reading | null;
  /** Samples in memory with fromMs ≤ monotonicMs ≤ toMs, in order. */
  samplesBetween(fromMs: number, toMs: number): Reading[];
  /** CPU time of the thread since it was started; null where the system does not count by threads. */
  cpuSeconds(): number | null;
  /** Takes a sample now, writes and fetches all. After it a window that ended before can be evaluated. */
  flush(): Promise<void>;
  /** Writes what is left and ends the thread. Never rejects. */
  stop(): Promise<void>;
};

export type SamplerOptions = {
  /** The program's bundle; its main calls `samplerMain()` in a thread whose workerData.role is `sampler`. */
  programPath: string;
  /** Each run's power.jsonl, appended to, and the session's first line in it. */
  files: SeriesTarget[];
  source: SourceRecord;
  periodMs?: number;
  /** A write failed (disk full …), or writing works again: never ends the run. */
  onProblem?: (message: string) => void;
  /** The thread died after its first sample: from then on neither wraps nor standstills are seen. */
  onEnd?: (message: string) => void;
};

/** Starts the thread; resolves with its first sample, rejects when it cannot start. */
export async function startSampler(options: SamplerOptions): Promise<Sampler> {
  const control = new Int32Array(new SharedArrayBuffer(4 * controlWords.length));
  const { files, source, periodMs = 100 } = options;
  const workerData: SamplerWork = { role: 'sampler', files, parts: source.parts, periodMs, control };
  const worker = new Worker(options.programPath, { workerData, argv: [], execArgv: [] });

  const samples: Reading[] = [];
  const waiting: { request: number; resolve: () => void }[] = [];
  let clock: ThreadClock | null = null;
  let ended = false;
  let stopping = false;
  // The run keeps the process alive, not its sampler; only an awaited answer does.
  const settle = (request: number) => {
    while (waiting.length > 0 && waiting[0]!.request <= request) waiting.shift()!.resolve();
    if (waiting.length === 0 && !stopping) worker.unref();
  };
  const ask = (): Promise<void> => {
    if (ended) return Promise.resolve();
    const request = Atomics.add(control, controlWords.request, 1) + 1;
    Atomics.notify(control, controlWords.request);
    worker.ref();
    return new Promise((resolve) => waiting.push({ request, resolve }));
  };

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: SamplerMessage) => {
      if (message.thread != null) clock = openThreadClock(message.thread);
      if (message.problem !== null) options.onProblem?.(message.problem);
      samples.push(...message.samples);
      settle(message.request);
      resolve();
    });
    let why = '';
    worker.on('error', (error) => {
      why = ` (${error.message})`;
      reject(error);
    });
    worker.on('exit', () => {
      if (!stopping && !ended && samples.length > 0) options.onEnd?.(`the sampler's thread ended${why}`);
      ended = true;
      settle(Number.POSITIVE_INFINITY);
      reject(new Error('the sampler ended before its first sample'));
    });
  });
  return {
    latest: () => samples.at(-1) ?? null,
    samplesBetween: (fromMs, toMs) => {
      const from = firstIndexNotBefore(samples, fromMs);
      let to = from;
      while (to < samples.length && samples[to]!.monotonicMs <= toMs) to++;
      return samples.slice(from, to);
    },
    cpuSeconds() {
      const ranMs = clock?.read()?.ranMs;
      return ranMs === undefined ? null : ranMs / 1000;
    },
    flush: ask,
    async stop() {
      if (ended) return;
      stopping = true;
      worker.ref();
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      Atomics.store(control, controlWords.stop, 1);
      void ask();
      await exited;
    },
  };
}

const firstIndexNotBefore = (samples: readonly Reading[], monotonicMs: number): number =>
  firstIndex(samples.length, (i) => samples[i]!.monotonicMs >= monotonicMs);
