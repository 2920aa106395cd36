import { conditionTable } from '../run/conditionTable';
import type { Run, Window } from '../run/fold';
import type { Clocked, EdgeStates, MachineState, RunState } from '../run/machineState';
import { mean } from '../statistics/statistics';
import type { TrialState } from './result';

/** What the states at the edges of windows come to: of a trial, and of a whole run. All is null where no state tells it. */

/** A glimpse at few edges says little of a configuration's frequency. */
const fewestTrialsForFrequency = 3;
/** Where fewer CPUs are busy, those that are looked at may be idle ones. */
const leastUtilisationForFrequency = 0.4;

type Edges = Pick<Window, 'start' | 'end' | 'state'>;

/** null where the log has no state of any of these windows: it is of before. */
export function trialState(windows: readonly Edges[]): TrialState | null {
  const states = windows.flatMap(({ state }) => (state ? [state] : []));
  if (states.length === 0) return null;
  const edges = states.flatMap(({ start, end }) => [start, end]);
  const count = (key: 'coreThrottles' | 'packageThrottles') =>
    sumOf(states.map(({ start, end }) => riseOverPackages(start, end, key)));
  return {
    celsius: meanOf(edges.map(hottest)),
    megahertz: meanOf(edges.map(({ frequency }) => frequency?.meanMhz ?? null)),
    coreThrottles: count('coreThrottles'),
    packageThrottles: count('packageThrottles'),
    stealPercent: sharePercent(windows, 'stealSeconds'),
    guestPercent: sharePercent(windows, 'guestSeconds'),
    runnable: mostOf(edges.map(({ runnable }) => runnable)),
  };
}

/** null where the log has no state of any window. */
export function runState(run: Run): RunState | null {
  const finished = run.trials.filter(({ state }) => state === 'finished');
  const trials = finished.flatMap((trial) => {
    const state = trialState(trial.windows);
    return state ? [{ ...trial, state }] : [];
  });
  const idle = run.sessions.flatMap((session) => session.idles).findLast(({ state }) => state !== undefined);
  if (trials.length === 0 && !idle) return null;
  const counted = trials.filter(({ reference }) => !reference);
  const throttled = trials.map(({ state }) => isThrottled(state)).filter((is) => is !== null);
  const windows = trials.flatMap((trial) => trial.windows);
  return {
    idleCelsius: idle ? trialState([idle])!.celsius : null,
    throttledTrials: throttled.length > 0 ? throttled.filter(Boolean).length : null,
    temperatureChangeCelsius: temperatureChange(counted),
    stealPercent: sharePercent(windows, 'stealSeconds'),
    guestPercent: sharePercent(windows, 'guestSeconds'),
    frequencySpread: frequencySpread(run, counted),
    clockSetSeconds: clockSetSeconds(run),
  };
}

/** The clock of the boot has steps of 10 ms, and is read beside the other: less is no sleep. */
const shortestSleepMs = 100;

/** How long the machine slept in a window, milliseconds: CLOCK_MONOTONIC, by which windows last, stands still meanwhile. */
export function sleptMs(state: EdgeStates | undefined): number {
  const slept = rise(state?.start.asleepMs ?? null, state?.end.asleepMs ?? null) ?? 0;
  return slept >= shortestSleepMs ? slept : 0;
}

export const sleepText = (sleptMs: number): string =>
  `the machine slept for ${(sleptMs / 1000).toFixed(1)} s: no clock of the window counts that time`;

/** NTP turns a clock by at most .0005 of the time (adjtime(2)); the rest was a step. */
const mostTurning = 0.0005;
const shortestStepMs = 1000 * conditionTable['clock-set'].does.warns;

function clockSetSeconds({ sessions, trials }: Run): number {
  let largestMs = 0;
  for (const { session, idles } of sessions) {
    const windows = trials.filter((t) => t.session === session).flatMap((t) => t.windows);
    const inOrder = [...idles, ...windows].sort((a, b) => a.start.monotonicMs - b.start.monotonicMs);
    const looks = inOrder.flatMap(({ start, end, state }) => [
      { ms: start.monotonicMs, offsetMs: state?.start.wallOffsetMs ?? null },
      { ms: end.monotonicMs, offsetMs: state?.end.wallOffsetMs ?? null },
    ]);
    looks.slice(1).forEach((look, i) => {
      const before = looks[i]!;
      if (look.offsetMs === null || before.offsetMs === null) return;
      const changeMs = Math.abs(look.offsetMs - before.offsetMs);
      if (changeMs > shortestStepMs + mostTurning * Math.abs(look.ms - before.ms))
        largestMs = Math.max(largestMs, changeMs);
    });
  }
  return largestMs / 1000;
}

/** Whether heat slowed anything down in a trial's windows; null where neither count is known. */
export function isThrottled({ coreThrottles, packageThrottles }: TrialState): boolean | null {
  if (coreThrottles === null && packageThrottles === null) return null;
  return (coreThrottles ?? 0) + (packageThrottles ?? 0) > 0;
}

const hottest = ({ packages }: MachineState) => mostOf(packages.map(({ celsius }) => celsius));

/** How much a count rose, over all sockets. One that fell began anew (its driver was loaded again): its rise is unknown. */
function riseOverPackages(
  start: MachineState,
  end: MachineState,
  key: 'coreThrottles' | 'packageThrottles',
): number | null {
  const rises = end.packages.map((after) => {
    const before = start.packages.find((p) => p.package === after.package);
    return rise(before?.[key] ?? null, after[key]);
  });
  return sumOf(rises);
}

const rise = (from: number | null, to: number | null) => (from === null || to === null || to < from ? null : to - from);

/** Of the CPU time of windows that know it. */
function sharePercent(windows: readonly Edges[], key: 'stealSeconds' | 'guestSeconds'): number | null {
  let seconds = 0;
  let total = 0;
  for (const { start, end, state } of windows) {
    const used = state ? rise(state.start[key], state.end[key]) : null;
    if (used === null) continue;
    seconds += used;
    total += end.totalSeconds - start.totalSeconds;
  }
  // The states lie outside the readings, if only just.
  return total > 0 ? Math.min(100, (100 * seconds) / total) : null;
}

type Stated = { block: number; configuration: string; windows: readonly Edges[]; state: TrialState };

function temperatureChange(trials: readonly Stated[]): number | null {
  const warm = trials.filter(({ state }) => state.celsius !== null);
  const blocks = warm.map(({ block }) => block);
  const [first, last] = [Math.min(...blocks), Math.max(...blocks)];
  if (warm.length === 0 || first === last) return null;
  const of = (block: number) => new Map(warm.filter((t) => t.block === block).map((t) => [t.configuration, t.state]));
  const [before, after] = [of(first), of(last)];
  const changes = [...after].map(([id, state]) => {
    const earlier = before.get(id);
    return earlier ? state.celsius! - earlier.celsius! : null;
  });
  return meanOf(changes);
}

function frequencySpread({ configurations }: Run, trials: readonly Stated[]): RunState['frequencySpread'] {
  const clocked = configurations.flatMap(({ id, instances, threads }) => {
    const own = trials.filter((t) => t.configuration === id && t.state.megahertz !== null);
    const busy = utilisation(own.flatMap((t) => t.windows));
    if (own.length < fewestTrialsForFrequency || busy < leastUtilisationForFrequency) return [];
    return [{ configuration: id, megahertz: mean(own.map((t) => t.state.megahertz!)), threads: instances * threads }];
  });
  const spreads = [...new Set(clocked.map(({ threads }) => threads))].map((threads) => {
    const alike = clocked.filter((c) => c.threads === threads).sort((a, b) => a.megahertz - b.megahertz);
    const [slowest, fastest] = [alike[0]!, alike.at(-1)!].map(({ configuration, megahertz }) => ({
      ...{ configuration, megahertz },
    })) as [Clocked, Clocked];
    return { percent: 100 * (fastest.megahertz / slowest.megahertz - 1), slowest, fastest };
  });
  return spreads.sort((a, b) => b.percent - a.percent)[0] ?? null;
}

function utilisation(windows: readonly Edges[]): number {
  const sum = (key: 'busySeconds' | 'totalSeconds') => windows.reduce((s, w) => s + w.end[key] - w.start[key], 0);
  return sum('totalSeconds') > 0 ? sum('busySeconds') / sum('totalSeconds') : 0;
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
const meanOf = (values: readonly (number | null)[]) => (known(values).length > 0 ? mean(known(values)) : null);
const mostOf = (values: readonly (number | null)[]) => (known(values).length > 0 ? Math.max(...known(values)) : null);
const sumOf = (values: readonly (number | null)[]) =>
  known(values).length > 0 ? known(values).reduce((a, b) => a + b, 0) : null;
