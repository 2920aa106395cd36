import { readlinkSync } from 'node:fs';
import { holdFile } from './heldFile';

/** Milliseconds since a thread was started. */
export type ThreadTime = {
  /** How long it was on a CPU. */
  ranMs: number;
  /** How long it has waited for one though it could have run. */
  waitedMs: number;
};
export type ThreadClock = {
  /** null where the kernel does not count it (no CONFIG_SCHED_INFO, no Linux), or the thread is no more. */
  read(): ThreadTime | null;
};

/**
 * The times of a thread of this process, by its number in /proc/self/task; without one, of the thread that calls this. The file is held
 * open till the process ends.
 */
export function openThreadClock(number?: string): ThreadClock {
  // Documentation/scheduler/sched-stats.rst: time on a CPU and time in line for one, nanoseconds, then how many turns.
  const file = holdFile(`/proc/${number === undefined ? 'thread-self' : `self/task/${number}`}/schedstat`);
  return {
    read() {
      const [, ranNs, waitedNs] = /^(\d+) (\d+) \d+$/.exec(file?.text() ?? '') ?? [];
      return ranNs === undefined ? null : { ranMs: Number(ranNs) / 1e6, waitedMs: Number(waitedNs) / 1e6 };
    },
  };
}

/** The number of the thread that calls this; null where there is no /proc. */
export function threadNumber(): string | null {
  try {
    return /\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1] ?? null;
  } catch {
    return null;
  }
}
