import { join } from 'node:path';
import type { MachineState } from '../core/run/machineState';
import { monotonicMs } from './clock';
import { parseOthersTime } from './cpuTime';
import { type HeldFile, holdFile } from './heldFile';
import { namesIn, readSmallFile } from './smallFile';
import { allowedCpus, type Cpu, parseCpuList, usableCpus } from './topology';

/** Reads the state of the machine again and again; its files are opened once. */
export type MachineStateReader = {
  /** Takes up to `longestFrequencyMs` and what a file takes: to be called outside windows. */
  read(): MachineState;
  close(): void;
};

/**
 * A frequency is asked of so many CPUs at most, and for so long at most. Up to Linux 5.17 an answer is measured anew and
 * takes 10 ms or 20 ms each (`arch_freq_get_on_cpu`, x86): all 96 threads of a server would take more than a second, in which the
 * machine cools down. Later kernels tell what the last tick of each CPU saw, at once.
 */
const mostFrequencyCpus = 8;
const longestFrequencyMs = 20;

/**
 * @param root of the tree, for tests
 * @param allowed CPUs that this process may use, whose frequency is told
 */
export function openMachineState(root = '/', allowed = allowedCpus()): MachineStateReader {
  const cpuFolder = join(root, 'sys/devices/system/cpu');
  const cpus = usableCpus(cpuFolder, readSmallFile(join(cpuFolder, 'online')).text);
  const files: HeldFile[] = [];
  const hold = (...path: string[]) => {
    const file = holdFile(join(root, ...path));
    if (file !== null) files.push(file);
    return file;
  };
  const numbers = [...new Set(cpus.map(({ socket }) => socket))].sort((a, b) => a - b);
  const temperatures = holdTemperatures(root, hold, numbers);
  const packages = numbers.flatMap((number) => {
    const cores = coresOf(cpus.filter(({ socket }) => socket === number));
    const count = (siblings: readonly Cpu[], of: 'core' | 'package') =>
      firstOf(siblings, ({ cpu }) => hold(`sys/devices/system/cpu/cpu${cpu}/thermal_throttle/${of}_throttle_count`));
    const sensors = temperatures.get(number) ?? [];
    const perCore = cores.flatMap((siblings) => count(siblings, 'core') ?? []);
    const whole = count(cores.flat(), 'package');
    return sensors.length > 0 || perCore.length > 0 || whole !== null ? [{ number, sensors, perCore, whole }] : [];
  });
  const frequencies = spread(cpus, parseCpuList(allowed ?? '') ?? []).flatMap(
    ({ cpu }) => hold(`sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_cur_freq`) ?? [],
  );
  const stat = hold('proc/stat');
  const load = hold('proc/loadavg');
  const uptime = hold('proc/uptime');
  return {
    read: () => ({
      packages: packages.map(({ number, sensors, perCore, whole }) => ({
        package: number,
        celsius: hottest(sensors),
        coreThrottles: sum(perCore),
        packageThrottles: whole?.number() ?? null,
      })),
      frequency: frequencyOf(frequencies),
      ...parseOthersTime(stat?.text() ?? ''),
      runnable: runnableOf(load?.text() ?? ''),
      ...clocksOf(uptime?.text() ?? ''),
    }),
    close() {
      for (const file of files) file.close();
    },
  };
}

/** Seconds since boot come first, by CLOCK_BOOTTIME, which goes on while the machine sleeps. */
function clocksOf(uptime: string): Pick<MachineState, 'asleepMs' | 'wallOffsetMs'> {
  const nowMs = monotonicMs();
  const seconds = /^\d+\.\d\d /.test(`${uptime} `) ? Number.parseFloat(uptime) : null;
  return {
    asleepMs: seconds === null ? null : Math.round(1000 * seconds - nowMs),
    wallOffsetMs: Math.round(Date.now() - nowMs),
  };
}

type Hold = (...path: string[]) => HeldFile | null;

/**
 * Sensors of each package, in this order of preference: Intel's `Package id N`; AMD's `Tctl` (its nodes are numbered through all
 * sockets, as many to each); the thermal zones of Intel's packages, which say no number but come in order.
 */
function holdTemperatures(root: string, hold: Hold, packages: readonly number[]): Map<number, HeldFile[]> {
  const found = new Map<number, HeldFile[]>();
  const add = (number: number | undefined, file: HeldFile | null) => {
    if (number !== undefined && file !== null) found.set(number, [...(found.get(number) ?? []), file]);
  };
  const text = (...path: string[]) => readSmallFile(join(root, ...path)).text;
  const hwmon = 'sys/class/hwmon';
  const nodes: string[] = [];
  for (const device of numbered(root, hwmon, 'hwmon')) {
    const name = text(device, 'name');
    for (const label of namesIn(join(root, device)).filter((file) => /^temp\d+_label$/.test(file))) {
      const input = label.replace('_label', '_input');
      const said = text(device, label);
      const [, number] = /^Package id (\d+)$/.exec(said ?? '') ?? [];
      if (name === 'coretemp' && number !== undefined) add(Number(number), hold(device, input));
      if (name === 'k10temp' && said === 'Tctl') nodes.push(join(device, input));
    }
  }
  // Only where they can be told apart by their number.
  if (nodes.length > 0 && nodes.length % packages.length === 0)
    nodes.forEach((node, i) => add(packages[Math.floor((i * packages.length) / nodes.length)], hold(node)));
  if (found.size > 0) return found;
  numbered(root, 'sys/class/thermal', 'thermal_zone')
    .filter((zone) => text(zone, 'type') === 'x86_pkg_temp')
    .forEach((zone, i) => add(packages[i], hold(zone, 'temp')));
  return found;
}

/** Folders `name0`, `name1`, …, in the order of their numbers. */
function numbered(root: string, folder: string, name: string): string[] {
  const number = (entry: string) => Number(entry.slice(name.length));
  return namesIn(join(root, folder))
    .filter((entry) => entry.startsWith(name) && Number.isInteger(number(entry)))
    .sort((a, b) => number(a) - number(b))
    .map((entry) => join(folder, entry));
}

/** The logical CPUs of each core. */
const coresOf = (cpus: readonly Cpu[]): Cpu[][] => groups(cpus, ({ socket, core }) => `${socket}/${core}`);

function groups<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const byKey = new Map<unknown, T[]>();
  for (const item of items) byKey.set(keyOf(item), [...(byKey.get(keyOf(item)) ?? []), item]);
  return [...byKey.values()];
}

/** CPUs whose frequency is asked for: of cores of their own, evenly over the cores of each socket, a socket after the other. */
function spread(cpus: readonly Cpu[], allowed: readonly number[]): Cpu[] {
  const cores = coresOf(cpus.filter(({ cpu }) => allowed.includes(cpu))).map(([first]) => first!);
  const sockets = groups(cores, ({ socket }) => socket);
  const each = Math.ceil(mostFrequencyCpus / Math.max(1, sockets.length));
  const rounds = Array.from({ length: each }, (_, i) =>
    sockets.flatMap((own) =>
      own.length > each ? own[Math.floor(((i + 0.5) * own.length) / each)]! : own.slice(i, i + 1),
    ),
  );
  return rounds.flat().slice(0, mostFrequencyCpus);
}

function frequencyOf(files: readonly HeldFile[]): MachineState['frequency'] {
  const until = monotonicMs() + longestFrequencyMs;
  const mhz: number[] = [];
  for (const file of files) {
    const khz = file.number();
    if (khz !== null && khz > 0) mhz.push(khz / 1000);
    if (monotonicMs() >= until) break;
  }
  if (mhz.length === 0) return null;
  const mean = mhz.reduce((a, b) => a + b, 0) / mhz.length;
  return {
    ...{ meanMhz: Math.round(mean), lowestMhz: Math.round(Math.min(...mhz)), highestMhz: Math.round(Math.max(...mhz)) },
    cpus: mhz.length,
  };
}

/** Of sensors in millidegrees. */
function hottest(sensors: readonly HeldFile[]): number | null {
  const celsius = sensors.map((sensor) => sensor.number()).filter((value) => value !== null);
  return celsius.length > 0 ? Math.max(...celsius) / 1000 : null;
}

/** null where there are none, or one of them cannot be read: a sum without it would seem to have fallen. */
function sum(files: readonly HeldFile[]): number | null {
  const counts = files.map((file) => file.number());
  if (counts.length === 0) return null;
  return counts.reduce((a, b) => (a === null || b === null ? null : a + b));
}

/** /proc/loadavg: `0.20 0.18 0.12 running/all last-pid`. */
function runnableOf(text: string): number | null {
  const [, running] = /^(?:\S+ ){3}(\d+)\//.exec(text) ?? [];
  return running === undefined ? null : Number(running);
}

function firstOf<T, R>(list: readonly T[], of: (item: T) => R | null): R | null {
  for (const item of list) {
    const found = of(item);
    if (found !== null) return found;
  }
  return null;
}
