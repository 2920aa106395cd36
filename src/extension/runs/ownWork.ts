/** Meanwhile, in so many `seconds`: CPU time of our own pieces, and of the host's whole process, whosever extension had it. */
export type Taken = { cpuSeconds: number; hostCpuSeconds: number; seconds: number };

/** CPU time that following one run takes of the extension host, while the run goes on here. */
export type OwnWork = {
  /** Does a piece of it at once. What is done inside of another piece counts once. */
  do<T>(piece: () => T): T;
  /** Another thread of ours has done so much, beside what it does here. */
  did(seconds: number): void;
  /** Whether the run goes on, on this machine. Until that is known what is done counts as if it did. */
  goesOn(now: boolean): void;
  /** null: the run has not gone on here since it is followed. */
  taken(): Taken | null;
};

/**
 * The host runs the extensions of all, one piece of work at a time on one thread: the CPU time of its process around our pieces is ours, and what its other
 * threads did meanwhile. Not in it is what the editor does with a message once it has it, and what Node.js does to call us: of a host
 * without other extensions it is about half (test/bench/openPanel.mts). So the whole host is counted as well: the truth lies between the two.
 */
export function createOwnWork(cpuUsage = () => process.cpuUsage(), nowMs = () => performance.now()): OwnWork {
  let isInside = false;
  let isCounting = true;
  let hasGoneOn = false;
  let cpuMicroseconds = 0;
  let countedMs = 0;
  let hostMicroseconds = 0;
  const cpu = () => {
    const { user, system } = cpuUsage();
    return user + system;
  };
  let since = { ms: nowMs(), cpu: cpu() };
  return {
    do(piece) {
      if (isInside || !isCounting) return piece();
      isInside = true;
      const before = cpu();
      try {
        return piece();
      } finally {
        cpuMicroseconds += cpu() - before;
        isInside = false;
      }
    },
    did(seconds) {
      if (isCounting) cpuMicroseconds += seconds * 1e6;
    },
    goesOn(now) {
      hasGoneOn ||= now;
      if (now === isCounting) return;
      if (now) since = { ms: nowMs(), cpu: cpu() };
      else {
        countedMs += nowMs() - since.ms;
        hostMicroseconds += cpu() - since.cpu;
      }
      isCounting = now;
    },
    taken: () =>
      hasGoneOn
        ? {
            cpuSeconds: cpuMicroseconds / 1e6,
            hostCpuSeconds: (hostMicroseconds + (isCounting ? cpu() - since.cpu : 0)) / 1e6,
            seconds: (countedMs + (isCounting ? nowMs() - since.ms : 0)) / 1000,
          }
        : null,
  };
}
