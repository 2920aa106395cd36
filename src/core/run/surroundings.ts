import { windowStart } from '../energy/readings';
import type { Run } from './fold';
import type { BusyProcess, MachineLook } from './machineLook';

/** A process that used the CPUs besides the run, in percent of the machine's CPU time. */
export type OtherProcess = { name: string; of: string | null; percent: number };

/** What went on at the machine beside a run, and how it was set; null where it does not tell. */
export type Surroundings = {
  /** Share of the CPU time that was used in the windows which was not the run's, percent. */
  foreignPercent: number | null;
  /** Over its blocks, the busiest first. */
  others: OtherProcess[] | null;
  /** Read from and written to swap, over the block in which that was most. */
  swapMegabytesPerSecond: number | null;
  /** Settings that were not the same all the time, with what they were, in order. */
  settingsChanged: { setting: string; values: (string | number | null)[] }[];
  governor: string | null;
  frequencyDriver: string | null;
  /** Right before the first trial of the last session. */
  start: {
    othersPercent: number | null;
    others: OtherProcess[] | null;
    stealPercent: number | null;
    swapMegabytesPerSecond: number | null;
    /** What is going to fire while the run is planned to go on, milliseconds since 1970; null where that is not known. */
    timers: { name: string; at: number }[] | null;
  } | null;
};

/** null for a log that has no look at them: it is of before. */
export function surroundingsOf(run: { looks: readonly MachineLook[]; trials: Run['trials'] }): Surroundings | null {
  const { looks } = run;
  if (looks.length === 0) return null;
  const blocks = looks.filter(({ block }) => block !== null);
  const start = looks.findLast(({ block }) => block === null);
  const settings = looks.at(-1)!.settings;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    foreignPercent: foreignPercent(run),
    others: othersIn(blocks),
    swapMegabytesPerSecond: mostOf(blocks.map(swapRate)),
    settingsChanged: changesOf(looks),
    governor: text(settings.governor),
    frequencyDriver: text(settings.scalingDriver),
    start: start ? atStart(start) : null,
  };
}

function atStart(look: MachineLook): NonNullable<Surroundings['start']> {
  return {
    othersPercent: percentOf(look.othersSeconds, look.totalSeconds),
    others: othersIn([look]),
    stealPercent: percentOf(look.stealSeconds, look.totalSeconds),
    swapMegabytesPerSecond: swapRate(look),
    timers: look.timers ?? null,
  };
}

const percentOf = (seconds: number | null, total: number) =>
  seconds === null || !(total > 0) ? null : Math.min(100, (100 * seconds) / total);

const swapRate = ({ swappedBytes, seconds }: MachineLook) =>
  swappedBytes === null || !(seconds > 0) ? null : swappedBytes / 1e6 / seconds;

function mostOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

/** Used by others, of what was used at all. */
function foreignPercent({ trials }: Pick<Run, 'trials'>): number | null {
  let own = 0;
  let busy = 0;
  const windows = trials.filter((t) => t.state === 'finished').flatMap((t) => t.windows);
  for (const { start, end, cpuSeconds, engineCpuSeconds = 0 } of windows) {
    own += cpuSeconds + engineCpuSeconds;
    busy += end.busySeconds - windowStart(start).busySeconds;
  }
  return busy > 0 ? Math.min(100, Math.max(0, 100 * (1 - own / busy))) : null;
}

function othersIn(looks: readonly MachineLook[]): OtherProcess[] | null {
  const known = looks.filter(({ processes }) => processes !== null);
  const total = known.reduce((sum, { totalSeconds }) => sum + totalSeconds, 0);
  if (!(total > 0)) return null;
  const byName = new Map<string, BusyProcess>();
  for (const process of known.flatMap(({ processes }) => processes ?? [])) {
    const key = JSON.stringify([process.name, process.of]);
    const cpuSeconds = (byName.get(key)?.cpuSeconds ?? 0) + process.cpuSeconds;
    byName.set(key, { ...process, cpuSeconds });
  }
  return [...byName.values()]
    .sort((a, b) => b.cpuSeconds - a.cpuSeconds)
    .map(({ name, of = null, cpuSeconds }) => ({ name, of, percent: (100 * cpuSeconds) / total }));
}

function changesOf(looks: readonly MachineLook[]): Surroundings['settingsChanged'] {
  const names = [...new Set(looks.flatMap(({ settings }) => Object.keys(settings)))];
  return names.flatMap((setting) => {
    const all = looks.flatMap(({ settings }) => (setting in settings ? [settings[setting]!] : []));
    const values = all.filter((value, i) => i === 0 || value !== all[i - 1]);
    return values.length > 1 ? [{ setting, values }] : [];
  });
}
