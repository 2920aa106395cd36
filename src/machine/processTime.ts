import { identityOf, parseStartTicks } from './processIdentity';
import { holdFile } from './heldFile';
import { readProcFile } from './smallFile';

/** CPU time of another process, with all its threads. */
export type ProcessClock = {
  /** Seconds since it was started, in hundredths; null: it has ended, or the system does not tell. */
  cpuSeconds(): number | null;
};

/** USER_HZ, as in `cpuTime.ts`. */
const ticksPerSecond = 100;

/** The process that has this pid now: never another one that is given it later. The file is held open till this process ends. */
export function openProcessClock(pid: number): ProcessClock {
  const file = holdFile(`/proc/${pid}/stat`);
  const { startTicks } = identityOf(pid);
  return {
    cpuSeconds() {
      const stat = file?.text() ?? null;
      if (stat === null || startTicks === null || parseStartTicks(stat) !== startTicks) return null;
      return secondsIn(stat, 14, 15);
    },
  };
}

/** CPU time of all processes that this one started and that have ended, with theirs, in hundredths of a second; null: not known. */
export function reapedCpuSeconds(): number | null {
  const stat = readProcFile('/proc/self/stat');
  return stat === null ? null : secondsIn(stat, 16, 17);
}

/** Sum of two fields of a process's `stat`, user and system; counted from behind the command's name, which may hold blanks. */
function secondsIn(stat: string, user: number, system: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[user - 3]) + Number(fields[system - 3])) / ticksPerSecond;
}
