/** CPU time that following one run takes of the extension host, while the run goes on here. */
export type OwnWork = {
  /** Does a piece of it at once. What is done inside of another piece counts once. */
  do<T>(piece: () => T): T;
  /** Whether the run goes on, on this machine. Until that is known what is done counts as if it did. */
  goesOn(now: boolean): void;
  /** null: the run has not gone on here since it is followed. */
  taken(): { cpuSeconds: number; seconds: number } | null;
};

/**
 * The host runs the extensions of all, one piece of work at a time on one thread: the CPU time of its process around our pieces is ours, and what its other
 * threads did meanwhile. Not in it is what the editor does with a message once it has it, and what Node.js does to call us.
 */
export function createOwnWork(cpuUsage = () => process.cpuUsage(), nowMs = () => performance.now()): OwnWork {
  let isInside = false;
  let isCounting = true;
  let hasGoneOn = false;
  let cpuMicroseconds = 0;
  let countedMs = 0;
  let sinceMs = nowMs();
  const cpu = () => {
    const { user, system } = cpuUsage();
    return user + system;
  };
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
    goesOn(now) {
      hasGoneOn ||= now;
      if (now === isCounting) return;
      if (now) sinceMs = nowMs();
      else countedMs += nowMs() - sinceMs;
      isCounting = now;
    },
    taken: () =>
      hasGoneOn
        ? {
            cpuSeconds: cpuMicroseconds / 1e6,
            seconds: (countedMs + (isCounting ? nowMs() - sinceMs : 0)) / 1000,
          }
        : null,
  };
}
