import { monotonicMs } from '../../machine/clock';
import { pause } from '../../machine/pause';
import type { ThreadTime } from '../../machine/threadTime';

/**
 * When a trial's process stood still as a whole: stopped by a signal, frozen with its cgroup, paused with its virtual machine, or
 * without a CPU among others. Its windows would hold joules of a machine at rest, or of whoever ran meanwhile, for no
 * work. A thread that only looks at the clock every `tickMs` finds it: a tick that comes late, while the process used no
 * CPU time, is a standstill; one that is late while others of its threads worked is not. Until it was stopped the process may have
 * worked for a tick, which on many cores is more CPU time than one core has in seconds: where the thread did not wait for
 * a CPU while it was late, so that it was stopped, that is no sign of work.
 */
export const tickMs = 100;
/** Less does not show beside the scatter of windows; the kernel makes a thread wait for a tenth of it at times. */
const shortestMs = 250;
/** One core's share of the time in which a process works, though this thread was late. */
const workingShare = 0.2;
/** The latest so many are kept; a window with more is refused for any of them. */
const mostKept = 64;

/**
 * Shared by the thread that ticks and the one that asks: the last tick, the CPU time of the thread that ticks, how many were found, then
 * from and to of each in turn.
 */
const words = { lastTickMs: 0, ownCpuMs: 1, found: 2, first: 3, length: 3 + 2 * mostKept } as const;
export const standstillMemory = (): Float64Array =>
  new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * words.length));

/** At a tick: the clock, the CPU time that the process has used, and the times of this thread (null: not known). */
type Tick = { nowMs: number; cpuMs: number; own: ThreadTime | null };

export function createTicker(memory: Float64Array): (tick: Tick) => void {
  let last: Tick | null = null;
  /** The most CPU time that was used from one tick to the next, of those that came in time. */
  let mostInTimeMs = 0;
  return (tick) => {
    if (last !== null) {
      const [tookMs, usedMs] = [tick.nowMs - last.nowMs, tick.cpuMs - last.cpuMs];
      if (tookMs < shortestMs) mostInTimeMs = Math.max(mostInTimeMs, usedMs);
      else if (usedMs - (wasStopped(last, tick) ? mostInTimeMs : 0) < workingShare * tookMs) {
        const at = words.first + 2 * (memory[words.found]! % mostKept);
        memory[at] = last.nowMs;
        memory[at + 1] = tick.nowMs;
        memory[words.found]!++;
      }
    }
    last = tick;
    memory[words.ownCpuMs] = tick.own?.ranMs ?? Number.NaN;
    memory[words.lastTickMs] = tick.nowMs;
  };
}

/** A thread that is late because others have its CPU waits for it; one that is stopped waits for nothing. */
function wasStopped(last: Tick, { nowMs, own }: Tick): boolean {
  if (own === null || last.own === null) return false;
  return own.waitedMs - last.own.waitedMs < (nowMs - last.nowMs - tickMs) / 2;
}

/** What the thread that measures asks. */
export type Standstills = {
  /**
   * Milliseconds of the longest standstill within a window, 0 where there is none; to be asked right after the window has ended.
   * Waits for a tick where one may just have ended.
   */
  longestMs(fromMs: number, toMs: number): number;
  /** CPU time that the thread which ticks has used till its last tick, since it was started, in milliseconds; null: not known. */
  ownCpuMs(): number | null;
};

export function readStandstills(memory: Float64Array): Standstills {
  return {
    ownCpuMs: () => (Number.isNaN(memory[words.ownCpuMs]) ? null : memory[words.ownCpuMs]!),
    longestMs(fromMs, toMs) {
      // Both threads go on at the same moment: the one that ticks may not have noted yet what has just ended.
      const until = monotonicMs() + shortestMs;
      while (memory[words.lastTickMs]! <= toMs - shortestMs && monotonicMs() < until) pause(5);
      let longest = 0;
      for (let i = 0; i < Math.min(memory[words.found]!, mostKept); i++) {
        const [from, to] = [memory[words.first + 2 * i]!, memory[words.first + 2 * i + 1]!];
        longest = Math.max(longest, Math.min(to, toMs) - Math.max(from, fromMs));
      }
      // A part at an edge is as long as the thread would need to be late for it to be one.
      return longest > tickMs ? Math.round(longest) : 0;
    },
  };
}

/** What the thread that ticks has used since `beforeMs` of its CPU time; nothing where that is not known. */
export function watchdogShare(
  beforeMs: number | null,
  standstills: Pick<Standstills, 'ownCpuMs'>,
): { watchdogCpuSeconds?: number } {
  const nowMs = standstills.ownCpuMs();
  return beforeMs === null || nowMs === null ? {} : { watchdogCpuSeconds: (nowMs - beforeMs) / 1000 };
}
