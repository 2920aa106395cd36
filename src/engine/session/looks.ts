import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineLook } from '../../core/run/machineLook';
import { readCpuSettings, readGovernors } from '../../machine/cpuSettings';
import { openCpuTime, parseOthersTime } from '../../machine/cpuTime';
import { monotonicMs } from '../../machine/clock';
import { type DueTimer, dueTimers } from '../../machine/dueTimers';
import { swappedBytes } from '../../machine/memory';
import { busyBetween, type ProcessTimes, readProcessTimes } from '../../machine/processTimes';
import { readSmallFile } from '../../machine/smallFile';

/** Long enough for 30 ticks of each CPU's clock. */
const startMs = 300;
/** Others are not named: a machine has hundreds that use next to nothing. */
const mostNamed = 5;

/** Looks at what else the machine does: outside of windows, for a few milliseconds each. */
export type Looks = {
  /** At the start, for less than half a second; also for what is going to fire in so many seconds from now on. */
  start(plannedSeconds: number, stop?: AbortSignal): Promise<MachineLook>;
  /** At what happened since the last look. */
  after(block: number): MachineLook;
};

/** @param ofSources what energy sources say of the machine's settings (`sourceSettings`) */
export function openLooks(ofSources: () => Record<string, unknown>): Looks {
  let before = take();
  const since = (): Omit<MachineLook, 'block'> => {
    const now = take();
    const look = between(before, now);
    before = now;
    return { ...look, settings: flat({ ...readCpuSettings(), governor: readGovernors(), ...ofSources() }) };
  };
  return {
    async start(plannedSeconds, stop) {
      before = take();
      const now = Date.now();
      const due = dueTimers(now, now + 1000 * plannedSeconds);
      await sleep(startMs, null, stop && { signal: stop }).catch(() => undefined);
      const look = since();
      const timers: DueTimer[] | null = await due;
      return { block: null, ...look, timers };
    },
    after: (block) => ({ block, ...since() }),
  };
}

type Taken = {
  ms: number;
  busySeconds: number;
  totalSeconds: number;
  stealSeconds: number | null;
  swapped: number | null;
  processes: ProcessTimes | null;
};

function take(): Taken {
  const processes = readProcessTimes();
  const cpuTime = openCpuTime();
  const { busySeconds, totalSeconds } = cpuTime.read();
  cpuTime.close();
  const { stealSeconds } = parseOthersTime(readSmallFile('/proc/stat').text ?? '');
  return { ms: monotonicMs(), busySeconds, totalSeconds, stealSeconds, swapped: swappedBytes(), processes };
}

function between(before: Taken, now: Taken): Omit<MachineLook, 'block' | 'settings'> {
  const rise = (from: number | null, to: number | null) =>
    from === null || to === null || to < from ? null : to - from;
  const busySeconds = now.busySeconds - before.busySeconds;
  const busy = before.processes && now.processes && busyBetween(before.processes, now.processes, { busySeconds });
  return {
    seconds: (now.ms - before.ms) / 1000,
    totalSeconds: now.totalSeconds - before.totalSeconds,
    othersSeconds: busy && Math.max(0, busySeconds - busy.ownSeconds),
    stealSeconds: rise(before.stealSeconds, now.stealSeconds),
    swappedBytes: rise(before.swapped, now.swapped),
    processes: busy && busy.others.slice(0, mostNamed),
  };
}

/** Settings within settings (of each zone) by both names. */
function flat(settings: Record<string, unknown>, prefix = ''): MachineLook['settings'] {
  return Object.assign(
    {},
    ...Object.entries(settings).map(([key, value]) =>
      typeof value === 'object' && value !== null
        ? flat(value as Record<string, unknown>, `${prefix}${key} `)
        : { [`${prefix}${key}`]: typeof value === 'string' || typeof value === 'number' ? value : null },
    ),
  );
}
