import { createBatchTimes } from '../../core/run/batchTimes';
import type { EventOf } from '../../core/run/events';

/** What one process did in a window, with one of `stride` batch times. */
type Share = Pick<EventOf<'trial.window'>, 'work' | 'cpuSeconds' | 'batchMs'> & {
  batches: number;
  stride: number;
};

/** When steps began and ended (CLOCK_MONOTONIC, milliseconds), how much work they were, and CPU seconds used until then. */
type Step = { startMs: number; endMs: number; work: number; cpuSeconds: number; batches: Batch[] };
type Batch = { endMs: number; ms: number };

/**
 * The steps of a process that works on while windows come and go: so all processes fill a window whole, and none waits for
 * another. What a window holds is worked out afterwards, from the clock.
 */
export type Steps = {
  /** A whole batch has run. */
  batch(endMs: number, ms: number): void;
  /** The step that held the batches since the step before has ended. */
  ended(step: Omit<Step, 'batches'>): void;
  lastEndMs(): number;
  /**
   * Work and CPU time of the steps in a window, where it cuts a step by the part of its time that lies inside; and the batches
   * that ended there. Forgets what came before the window.
   */
  share(fromMs: number, toMs: number, mostBatchTimes: number): Share;
};

/** @param startCpuSeconds CPU time that the process had used when its first step began */
export function createSteps(startCpuSeconds: number): Steps {
  let steps: Step[] = [];
  let batches: Batch[] = [];
  let cpuBefore = startCpuSeconds;
  return {
    batch(endMs, ms) {
      batches.push({ endMs, ms });
    },
    ended(step) {
      steps.push({ ...step, batches });
      batches = [];
    },
    lastEndMs: () => steps.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY,
    share(fromMs, toMs, mostBatchTimes) {
      const times = createBatchTimes(mostBatchTimes);
      let work = 0;
      let cpuSeconds = 0;
      let before = cpuBefore;
      for (const step of steps) {
        const part = partInside(step, fromMs, toMs);
        work += step.work * part;
        cpuSeconds += (step.cpuSeconds - before) * part;
        before = step.cpuSeconds;
        for (const { endMs, ms } of step.batches) if (endMs > fromMs && endMs <= toMs) times.add(ms);
      }
      // The next window may begin within a step that this one ended in.
      const kept = steps.findIndex(({ startMs, endMs }) => endMs > toMs || startMs >= toMs);
      const forgotten = kept === -1 ? steps : steps.slice(0, kept);
      cpuBefore = forgotten.at(-1)?.cpuSeconds ?? cpuBefore;
      steps = steps.slice(forgotten.length);
      return { work, cpuSeconds, batches: times.count(), stride: times.stride(), batchMs: times.kept() };
    },
  };
}

/** How much of its time, 0 to 1; one that the clock cannot resolve is inside where it began there. */
function partInside({ startMs, endMs }: Step, fromMs: number, toMs: number): number {
  if (endMs <= startMs) return startMs >= fromMs && startMs < toMs ? 1 : 0;
  return Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)) / (endMs - startMs);
}
