import type { Run } from '../run/fold';
import { idleBaseline } from './idleBaseline';
import type { SampleLookup } from './samples';
import { windowValue } from './trialValue';

/** What measuring itself took in the windows: CPU time of the engine's process, which holds the sampler. */
export type OwnCost = {
  /** Of the machine's CPU time. */
  cpuPercent: number;
  /** That CPU time at what a busy CPU draws above rest, per second of the windows; null without an idle baseline. */
  watts: number | null;
  /** Of the joules of the windows. */
  energyPercent: number | null;
};

/**
 * An upper bound by a little: the engine's time is counted from the word that a window begins to the word that it has ended. What
 * the trial's process takes to read its counters is part of the work. null where the log does not have it.
 */
export function ownCost(run: Run, samples: SampleLookup): OwnCost | null {
  const sum = { own: 0, total: 0, busy: 0, joules: 0, dynamic: 0, seconds: 0 };
  const idle = idleBaseline(run, samples);
  let isIdleKnown = true;
  for (const trial of run.trials.filter(({ state }) => state === 'finished')) {
    for (const window of trial.windows) {
      const value = windowValue(run, trial, window, samples);
      if (window.engineCpuSeconds === undefined || !value.valid) continue;
      const { start, end } = window;
      const atRest = idle.of(trial)?.watts ?? null;
      isIdleKnown &&= atRest !== null;
      sum.own += window.engineCpuSeconds;
      sum.total += end.totalSeconds - start.totalSeconds;
      sum.busy += end.busySeconds - start.busySeconds;
      sum.joules += value.joules;
      sum.dynamic += Math.max(0, value.joules - (atRest ?? 0) * value.seconds);
      sum.seconds += value.seconds;
    }
  }
  if (!(sum.total > 0)) return null;
  const joules = isIdleKnown && sum.busy > 0 ? (sum.own * sum.dynamic) / sum.busy : null;
  return {
    cpuPercent: (100 * sum.own) / sum.total,
    watts: joules === null ? null : joules / sum.seconds,
    energyPercent: joules === null || !(sum.joules > 0) ? null : (100 * joules) / sum.joules,
  };
}
