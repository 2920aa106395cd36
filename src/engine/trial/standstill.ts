import { monotonicMs } from '../../machine/clock';
import { pause } from '../../machine/pause';

/**
 * When a trial's process stood still as a whole: stopped by a signal, frozen with its cgroup, paused with its virtual machine, or
 * without a CPU among others. Its windows would hold joules of a machine at rest, or of whoever ran meanwhile, for no
 * work. A thread that only looks at the clock every `tickMs` finds it: a tick that comes late, while the process used no
 * CPU time, is a standstill; one that is late while others of its threads worked is not.
 */
export const tickMs = 100;
/** Less does not show beside the scatter of windows; the kernel makes a thread wait for a tenth of it at times. */
const shortestMs = 250;
/** One core's share of the time in which a process works, though this thread was late. */
const workingShare = 0.2;
/** The latest so many are kept; a window with more is refused for any of them. */
const mostKept = 64;

/** Shared by the thread that ticks and the one that asks: the last tick, how many were found, then from and to of each in turn. */
const words = { lastTickMs: 0, found: 1, first: 2, length: 2 + 2 * mostKept } as const;
export const standstillMemory = (): Float64Array =>
  new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * words.length));

/** Takes the clock at a tick, and the CPU time that the process had used until then. */
export function createTicker(memory: Float64Array): (nowMs: number, cpuMs: number) => void {
  let lastCpuMs: number | null = null;
  return (nowMs, cpuMs) => {
    const lastMs = memory[words.lastTickMs]!;
    if (lastCpuMs !== null && nowMs - lastMs >= shortestMs && cpuMs - lastCpuMs < workingShare * (nowMs - lastMs)) {
      const at = words.first + 2 * (memory[words.found]! % mostKept);
      memory[at] = lastMs;
      memory[at + 1] = nowMs;
      memory[words.found]!++;
    }
    lastCpuMs = cpuMs;
    memory[words.lastTickMs] = nowMs;
  };
}

/** What the thread that measures asks. */
export type Standstills = {
  /**
   * Milliseconds of the longest standstill within a window, 0 where there is none; to be asked right after the window has ended.
   * Waits for a tick where one may just have ended.
   */
  longestMs(fromMs: number, toMs: number): number;
};

export function readStandstills(memory: Float64Array): Standstills {
  return {
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
