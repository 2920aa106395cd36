import type { Run } from '../run/fold';
import { idleBaseline } from './idleBaseline';
import type { OwnCost } from './ownCostSchema';
import type { SampleLookup } from './samples';
import { windowValue } from './windowValue';

/**
 * An upper bound by a little: the engine's time is counted from the word that a window begins to the word that it has ended. What
 * the trial's process takes to read its counters at the edges is part of the work. null where the log does not have it.
 */
export function ownCost(run: Run, samples: SampleLookup): OwnCost | null {
  const sum = { engine: 0, sampler: 0, watchdog: 0, editor: 0, total: 0, busy: 0, joules: 0, dynamic: 0, seconds: 0 };
  const isKnown = { idle: true, sampler: true, watchdog: true, editor: true };
  const idle = idleBaseline(run, samples);
  for (const trial of run.trials.filter(({ state }) => state === 'finished')) {
    for (const window of trial.windows) {
      const { start, end, engineCpuSeconds, samplerCpuSeconds, watchdogCpuSeconds, editorCpuSeconds } = window;
      const value = windowValue(run, trial, window, samples);
      if (engineCpuSeconds === undefined || !value.valid) continue;
      const atRest = idle.of(trial)?.watts ?? null;
      isKnown.idle &&= atRest !== null;
      isKnown.sampler &&= samplerCpuSeconds !== undefined;
      isKnown.watchdog &&= watchdogCpuSeconds !== undefined;
      isKnown.editor &&= editorCpuSeconds !== undefined;
      sum.editor += editorCpuSeconds ?? 0;
      sum.engine += engineCpuSeconds;
      sum.sampler += samplerCpuSeconds ?? 0;
      sum.watchdog += watchdogCpuSeconds ?? 0;
      sum.total += end.totalSeconds - start.totalSeconds;
      sum.busy += end.busySeconds - start.busySeconds;
      sum.joules += value.joules;
      sum.dynamic += Math.max(0, value.joules - (atRest ?? 0) * value.seconds);
      sum.seconds += value.seconds;
    }
  }
  if (!(sum.total > 0)) return null;
  const joulesPerCpuSecond = isKnown.idle && sum.busy > 0 ? sum.dynamic / sum.busy : null;
  const costOf = (cpuSeconds: number) => ({
    cpuPercent: (100 * cpuSeconds) / sum.total,
    joules: joulesPerCpuSecond === null ? null : cpuSeconds * joulesPerCpuSecond,
  });
  const cpuSeconds = sum.engine + (isKnown.watchdog ? sum.watchdog : 0);
  const own = costOf(cpuSeconds);
  return {
    ...{ ...own, cpuSeconds, watts: own.joules === null ? null : own.joules / sum.seconds },
    energyPercent: own.joules === null || !(sum.joules > 0) ? null : (100 * own.joules) / sum.joules,
    editor: isKnown.editor ? costOf(sum.editor) : null,
    parts: {
      // The two are read one after the other: the thread's may be ahead by a few microseconds.
      engine: costOf(isKnown.sampler ? Math.max(0, sum.engine - sum.sampler) : sum.engine),
      sampler: isKnown.sampler ? costOf(sum.sampler) : null,
      watchdog: isKnown.watchdog ? costOf(sum.watchdog) : null,
    },
  };
}
