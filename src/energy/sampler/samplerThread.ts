import { parentPort, workerData } from 'node:worker_threads';
import type { Reading } from '../../core/energy/source';
import { threadNumber } from '../../machine/threadTime';
import { openReader } from '../openReader';
import { controlWords, type SamplerMessage, type SamplerWork } from './samplerProtocol';
import { openSeriesFile } from './seriesFile';

/** Samples are written and sent this often, so that a kill loses no more. */
const writeEveryMs = 500;
const warmupReadings = 2000;

/**
 * Body of the sampler's thread: waits on absolute deadlines (start + k × period) in a futex rather than on
 * timers, reads, appends. Deadlines that passed while the machine slept are skipped, not replayed.
 * Returns when the parent asks for it.
 */
export function samplerMain(work: SamplerWork = workerData as SamplerWork): void {
  const { control, periodMs } = work;
  const reader = openReader(work.parts, 'series');
  const files = work.files.map(({ file, header }) => {
    const opened = openSeriesFile(file);
    opened.add(JSON.stringify(header));
    return opened;
  });
  // Called ten times a second, reading would stay interpreted for minutes and cost more CPU (test/bench/sampler.ts).
  for (let i = 0; i < warmupReadings; i++) seriesLine(reader.read());
  let batch: Reading[] = [];
  let answered = 0;
  let isFirst = true;
  let sentMs = Number.NEGATIVE_INFINITY;
  let deadlineMs = nowMs();

  for (;;) {
    const request = Atomics.load(control, controlWords.request);
    const stop = Atomics.load(control, controlWords.stop) === 1;
    const sample = reader.read();
    batch.push(sample);
    const line = seriesLine(sample);
    for (const file of files) file.add(line);
    if (stop || request !== answered || sample.monotonicMs - sentMs >= writeEveryMs) {
      answered = request;
      sentMs = sample.monotonicMs;
      const problem = files.flatMap((file) => file.write() ?? []).join('; ') || null;
      const thread = isFirst && { thread: threadNumber() };
      parentPort?.postMessage({ samples: batch, request, problem, ...thread } satisfies SamplerMessage);
      isFirst = false;
      batch = [];
    }
    if (stop) break;
    // Where the clock is a system call, as in some virtual machines, it is a part of what a turn costs.
    const doneMs = nowMs();
    deadlineMs = nextDeadline(deadlineMs, periodMs, doneMs);
    for (let leftMs = deadlineMs - doneMs; leftMs > 0; leftMs = deadlineMs - nowMs()) {
      // Wakes early when the parent has changed the request counter.
      if (Atomics.wait(control, controlWords.request, request, leftMs) !== 'timed-out') break;
    }
  }
  for (const file of files) file.close();
  reader.close();
}

/** The first deadline of the grid after now; an early wake keeps the grid. */
export function nextDeadline(deadlineMs: number, periodMs: number, now: number): number {
  return now < deadlineMs ? deadlineMs : deadlineMs + periodMs * (Math.floor((now - deadlineMs) / periodMs) + 1);
}

/** One line of power.jsonl: `[monotonicMs, busySeconds, totalSeconds, counter0, …]`. */
export function seriesLine(sample: Reading): string {
  return JSON.stringify([sample.monotonicMs, sample.busySeconds, sample.totalSeconds, ...sample.counters]);
}

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
