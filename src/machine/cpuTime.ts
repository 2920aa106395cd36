import { closeSync, openSync, readSync } from 'node:fs';
import os from 'node:os';

/** CPU time of the whole machine since boot, in seconds, summed over CPUs. */
export type CpuTime = { busySeconds: number; totalSeconds: number };
export type CpuTimeReader = { read(): CpuTime; close(): void };

/** Linux counts /proc/stat in USER_HZ, which is 100 on x86 and Arm (`getconf CLK_TCK`). */
export const ticksPerSecond = 100;

/**
 * Busy = user + nice + system + irq + softirq. Steal is left out: the hypervisor gave that time to
 * others. Guest time is part of user and is not added again. Total = busy + idle + iowait + steal.
 * Elsewhere than on Linux from `os.cpus()`.
 */
export function openCpuTime(procStat = '/proc/stat'): CpuTimeReader {
  let fd: number;
  try {
    fd = openSync(procStat, 'r');
  } catch {
    return { read: cpuTimeFromOs, close: () => {} };
  }
  const buffer = Buffer.alloc(256);
  return {
    read() {
      try {
        return parseCpuTime(buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0)));
      } catch {
        return cpuTimeFromOs();
      }
    },
    close: () => closeSync(fd),
  };
}

type Ticks = [number, number, number, number, number, number, number, number];
const ticks = new Float64Array(8);

/** The first line of /proc/stat: `cpu user nice system idle iowait irq softirq steal guest guest_nice`, in ticks. */
export function parseCpuTime(text: string): CpuTime {
  if (!text.startsWith('cpu ')) throw new Error('/proc/stat does not begin with the line of all CPUs');
  // Ten times a second, beside the work: without lists and patterns.
  const fields = ticks.fill(0);
  for (let i = 4, field = -1, wasDigit = false; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    const isDigit = digit >= 0 && digit <= 9;
    if (text[i] === '\n' || (isDigit && !wasDigit && ++field === fields.length)) break;
    if (isDigit) fields[field] = fields[field]! * 10 + digit;
    wasDigit = isDigit;
  }
  const [user, nice, system, idle, iowait, irq, softirq, steal] = fields as unknown as Ticks;
  const busy = user + nice + system + irq + softirq;
  return { busySeconds: busy / ticksPerSecond, totalSeconds: (busy + idle + iowait + steal) / ticksPerSecond };
}

/** CPU time since boot that others had, in seconds, from the same line; null where the kernel does not count it. */
export function parseOthersTime(text: string): { stealSeconds: number | null; guestSeconds: number | null } {
  const [label, ...fields] = text.split('\n', 1)[0]!.split(/ +/);
  const ticks = label === 'cpu' ? fields.map(Number) : [];
  const seconds = (n: number | undefined) => (Number.isFinite(n) ? n! / ticksPerSecond : null);
  const [steal, guest, guestNice = 0] = ticks.slice(7);
  return { stealSeconds: seconds(steal), guestSeconds: seconds(guest === undefined ? guest : guest + guestNice) };
}

function cpuTimeFromOs(): CpuTime {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of os.cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busySeconds: busyMs / 1000, totalSeconds: (busyMs + idleMs) / 1000 };
}
