import { identityOf, parseStartTicks } from './processIdentity';
import { holdFile } from './heldFile';

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
      // Fields 14 and 15, user and system, counted from behind the command's name, which may hold blanks.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    },
  };
}
