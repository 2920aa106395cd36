import type { Domain, Reading } from '../../core/energy/source';
import { isReplaceable, openCounter } from './counterFile';
import { openCpuTime } from '../../machine/cpuTime';
import { pause, rewriteMs } from '../../machine/pause';

/** Reads all counters of a source at once, synchronously. Never throws while reading. */
export type EnergyReader = { read(): Reading; close(): void };

/** A reading that took longer than this was interrupted between clock and counters. */
const interruptedNs = 500_000n;
const attempts = 3;
const rewriteNs = BigInt(rewriteMs) * 1_000_000n;
const pauseMs = 0.5;

/**
 * Opens the counters of `domains`. A counter that cannot be opened or read gives null. The time of a reading is the
 * middle of its counter reads; a reading that was interrupted (other threads keep all cores busy) is taken again, and
 * so is one that misses a counter which was there before. Outside sysfs that goes on for `rewriteMs` at most, and then
 * not again until the counter has been back.
 */
export function openReader(domains: readonly Domain[]): EnergyReader {
  const files = domains.map(({ path }) => (path === null ? null : openCounter(path)));
  const cpuTime = openCpuTime();
  const counters = new Array<number | null>(domains.length).fill(null);
  const best = new Array<number | null>(domains.length).fill(null);
  const expected = files.map((file) => file !== null);
  const hasFiles = files.some((file) => file !== null);
  const patienceNs = domains.some(({ path }) => path !== null && isReplaceable(path)) ? rewriteNs : 0n;

  return {
    read() {
      const beganNs = process.hrtime.bigint();
      let middleNs = beganNs;
      let shortestNs: bigint | null = null;
      let fewestMissing = Number.POSITIVE_INFINITY;
      for (let attempt = 1; hasFiles; attempt++) {
        let missing = 0;
        const beforeNs = process.hrtime.bigint();
        for (let i = 0; i < files.length; i++) {
          const value = files[i]?.read() ?? null;
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
      return {
        monotonicMs: Number(middleNs / 1000n) / 1000,
        counters: domains.map((domain, i) =>
          domain.kind === 'machine' ? Math.round(cpu.busySeconds * 1e6) : (best[i] ?? null),
        ),
        busySeconds: cpu.busySeconds,
        totalSeconds: cpu.totalSeconds,
      };
    },
    close() {
      for (const file of files) file?.close();
      cpuTime.close();
    },
  };
}
