import type { Part, Reading } from '../core/energy/source';
import { cpuTime as cpuTimeUnit } from '../core/energy/units';
import { openCpuTime } from '../machine/cpuTime';
import { pause, rewriteMs } from '../machine/pause';
import type { Counter } from './source';

/** Reads all counters of a source at once, synchronously. Never throws while reading. */
export type EnergyReader = { read(): Reading; close(): void };

/** A reading that took longer than this was interrupted between clock and counters. */
const interruptedNs = 500_000n;
const attempts = 3;
const rewriteNs = BigInt(rewriteMs) * 1_000_000n;
const pauseMs = 0.5;

/**
 * Opens a counter for each of `parts`, whatever sources they are of. One that cannot be read gives null; a part in CPU time
 * has the machine's, which every reading holds. The time of a reading is the middle of its counter reads; a reading that was
 * interrupted (other threads keep all cores busy) is taken again, and says how long it was where none was not. So is one that
 * misses a counter which was there before. With counters that are rewritten that goes on for `rewriteMs` at most, and then not
 * again until the counter has been back.
 */
export function readCounters(parts: readonly Part[], open: (part: Part) => Counter): EnergyReader {
  const opened = parts.map((part) => (part.unit === cpuTimeUnit ? null : open(part)));
  const cpuTime = openCpuTime();
  const counters = new Array<number | null>(parts.length).fill(null);
  const best = new Array<number | null>(parts.length).fill(null);
  const expected = opened.map((counter) => counter !== null);
  const hasCounters = opened.some((counter) => counter !== null);
  const patienceNs = opened.some((counter) => counter?.isRewritten) ? rewriteNs : 0n;

  return {
    read() {
      const beganNs = process.hrtime.bigint();
      let middleNs = beganNs;
      let shortestNs: bigint | null = null;
      let fewestMissing = Number.POSITIVE_INFINITY;
      for (let attempt = 1; hasCounters; attempt++) {
        let missing = 0;
        const beforeNs = process.hrtime.bigint();
        for (let i = 0; i < opened.length; i++) {
          const value = opened[i]?.read() ?? null;
          counters[i] = value;
          if (value === null && expected[i]) missing++;
        }
        const afterNs = process.hrtime.bigint();
        const tookNs = afterNs - beforeNs;
        if (missing < fewestMissing || (missing === fewestMissing && tookNs < shortestNs!)) {
          fewestMissing = missing;
          shortestNs = tookNs;
          middleNs = beforeNs + tookNs / 2n;
          for (let i = 0; i < counters.length; i++) best[i] = counters[i] ?? null;
        }
        if (fewestMissing === 0 && (tookNs < interruptedNs || attempt >= attempts)) break;
        if (fewestMissing === 0) continue;
        if (attempt >= attempts && afterNs - beganNs > patienceNs) break;
        pause(pauseMs);
      }
      for (let i = 0; i < best.length; i++) expected[i] = best[i] !== null;
      const cpu = cpuTime.read();
      const halfNs = (shortestNs ?? 0n) / 2n;
      return {
        monotonicMs: Number(middleNs / 1000n) / 1000,
        ...(2n * halfNs >= interruptedNs && { uncertainMs: Number(halfNs / 1000n) / 1000 }),
        counters: parts.map((part, i) =>
          part.unit === cpuTimeUnit ? Math.round(cpu.busySeconds * 1e6) : (best[i] ?? null),
        ),
        busySeconds: cpu.busySeconds,
        totalSeconds: cpu.totalSeconds,
      };
    },
    close() {
      for (const counter of opened) counter?.close();
      cpuTime.close();
    },
  };
}
