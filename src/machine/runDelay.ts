import { holdFile } from './heldFile';

/** How long the thread that opened it has waited for a CPU though it could have run, in milliseconds since it was started. */
export type RunDelay = {
  /** null where the kernel does not count it (no CONFIG_SCHED_INFO, no Linux). */
  readMs(): number | null;
};

/** It is held open till the process ends. */
export function openRunDelay(): RunDelay {
  // Documentation/scheduler/sched-stats.rst: time on a CPU and time in line for one, nanoseconds, then how many turns.
  const file = holdFile('/proc/thread-self/schedstat');
  return {
    readMs() {
      const [, waitedNs] = /^\d+ (\d+) \d+$/.exec(file?.text() ?? '') ?? [];
      return waitedNs === undefined ? null : Number(waitedNs) / 1e6;
    },
  };
}
