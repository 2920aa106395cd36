import { closeSync, openSync, readSync } from 'node:fs';
import type { Domain, Reading } from '../core/power/source';
import { openCpuTime } from './cpuTime';

/** Reads all counters of a source at once, synchronously. Never throws while reading. */
export type EnergyReader = { read(): Reading; close(): void };

/** A reading that took longer than this was interrupted between clock and counters. */
const interruptedNs = 500_000n;
const attempts = 3;

/**
 * Opens the counters of `domains` and keeps them open: one `pread` a file into one buffer. A counter
 * that cannot be opened or read gives null. The time of a reading is the middle of its counter reads;
 * a reading that was interrupted (other threads keep all cores busy) is taken again.
 */
export function openReader(domains: readonly Domain[]): EnergyReader {
  const files = domains.map((domain) => (domain.path === null ? null : tryOpen(domain.path)));
  const cpuTime = openCpuTime();
  const buffer = Buffer.alloc(64);
  const counters = new Array<number | null>(domains.length).fill(null);
  const best = new Array<number | null>(domains.length).fill(null);
  const hasFiles = files.some((fd) => fd !== null);

  return {
    read() {
      let middleNs = process.hrtime.bigint();
      let shortestNs: bigint | null = null;
      for (let attempt = 0; hasFiles && attempt < attempts; attempt++) {
        const beforeNs = process.hrtime.bigint();
        for (let i = 0; i < files.length; i++) counters[i] = readCounter(files[i] ?? null, buffer);
        const tookNs = process.hrtime.bigint() - beforeNs;
        if (shortestNs === null || tookNs < shortestNs) {
          shortestNs = tookNs;
          middleNs = beforeNs + tookNs / 2n;
          for (let i = 0; i < counters.length; i++) best[i] = counters[i] ?? null;
        }
        if (tookNs < interruptedNs) break;
      }
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
      for (const fd of files) if (fd !== null) closeSync(fd);
      cpuTime.close();
    },
  };
}

function tryOpen(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

/** Microjoules: decimal digits and then nothing but line ends; null for anything else. */
function readCounter(fd: number | null, buffer: Buffer): number | null {
  if (fd === null) return null;
  let length: number;
  try {
    length = readSync(fd, buffer, 0, buffer.length, 0);
  } catch {
    return null;
  }
  let value = 0;
  let i = 0;
  for (; i < length && i < 16; i++) {
    const digit = buffer[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === 0) return null;
  for (let j = i; j < length; j++) if (buffer[j]! > 32) return null;
  return value;
}
