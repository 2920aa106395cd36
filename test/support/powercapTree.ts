import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A powercap tree in a temporary folder, as the kernel shows it: packages with a dram child each, and on demand a core
 * child, psys, and the MMIO twins of the packages. Counters are set by hand, or driven by a process of their own
 * (`startPowercapDriver`) so that the energy between any two times is known.
 */
export type TreeOptions = {
  sockets?: number;
  /** `links`: class folder with links to all zones, as /sys. `nested`: children inside parents. `flat`: side by side. */
  layout?: 'links' | 'nested' | 'flat';
  packageRangeMicrojoules?: number;
  dramRangeMicrojoules?: number;
  /** Power limit that the packages name; null: none. */
  limitWatts?: number | null;
  dram?: boolean;
  core?: boolean;
  /** psys comes first and takes index 0, so that zone numbers and package numbers differ. */
  psys?: boolean;
  mmioTwins?: boolean;
  startMicrojoules?: number;
};

type TreeZone = { id: string; zone: string; folder: string; file: string; rangeMicrojoules: number };
export type TestTree = {
  root: string;
  zones: TreeZone[];
  zone(id: string): TreeZone;
  set(id: string, microjoules: number): void;
  remove(): void;
};

/** Long enough for every number, and always the same, so that a rewritten file is never empty or torn. */
const counterText = (microjoules: number) => `${String(microjoules).padEnd(15, '\n')}\n`;

export function makePowercapTree(options: TreeOptions = {}): TestTree {
  const base = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-powercap-'));
  const { sockets = 2, layout = 'nested', startMicrojoules = 0, limitWatts = 165 } = options;
  const packageRange = options.packageRangeMicrojoules ?? 262_143_328_850;
  const dramRange = options.dramRangeMicrojoules ?? 65_712_999_613;
  const root = layout === 'links' ? path.join(base, 'class/powercap') : base;
  const devices = layout === 'links' ? path.join(base, 'devices/virtual/powercap') : base;
  mkdirSync(root, { recursive: true });
  const zones: TreeZone[] = [];

  const addZone = (id: string, name: string, zone: string, parent: string, rangeMicrojoules: number): string => {
    const folder = path.join(layout === 'flat' ? devices : parent, zone);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'name'), `${name}\n`);
    writeFileSync(path.join(folder, 'max_energy_range_uj'), `${rangeMicrojoules}\n`);
    if (limitWatts !== null) writeFileSync(path.join(folder, 'constraint_0_power_limit_uw'), `${limitWatts * 1e6}\n`);
    const file = path.join(folder, 'energy_uj');
    writeFileSync(file, counterText(startMicrojoules));
    if (layout === 'links') symlinkSync(folder, path.join(root, zone));
    zones.push({ id, zone, folder, file, rangeMicrojoules });
    return folder;
  };
  const addPackages = (type: string, twin: string) => {
    const typeFolder = layout === 'flat' ? devices : path.join(devices, type);
    mkdirSync(typeFolder, { recursive: true });
    if (layout === 'links') symlinkSync(typeFolder, path.join(root, type));
    let index = 0;
    if (options.psys && twin === '')
      addZone('psys', 'psys', `${type}:${(index++).toString(16)}`, typeFolder, packageRange);
    for (let socket = 0; socket < sockets; socket++) {
      const zone = `${type}:${(index++).toString(16)}`;
      const folder = addZone(`package-${socket}${twin}`, `package-${socket}`, zone, typeFolder, packageRange);
      if (twin !== '') continue;
      let child = 0;
      if (options.core) addZone(`core-${socket}`, 'core', `${zone}:${child++}`, folder, packageRange);
      if (options.dram !== false) addZone(`dram-${socket}`, 'dram', `${zone}:${child}`, folder, dramRange);
    }
  };
  addPackages('intel-rapl', '');
  if (options.mmioTwins) addPackages('intel-rapl-mmio', '-mmio');

  const zone = (id: string) => {
    const found = zones.find((z) => z.id === id);
    if (!found) throw new Error(`the tree has no zone ${id}`);
    return found;
  };
  return {
    root,
    zones,
    zone,
    set(id, microjoules) {
      const fd = openSync(zone(id).file, 'r+');
      writeSync(fd, counterText(microjoules), 0);
      closeSync(fd);
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

export type DriverOptions = TreeOptions & {
  /** Constant power of each package and of each dram. */
  packageWatts?: number;
  dramWatts?: number;
  /** Power of each busy CPU of this machine on top, shared evenly by the packages (from /proc/stat, 10 ms steps). */
  busyWatts?: number;
  /** What the second package draws more than the first. */
  secondPackageMore?: number;
  /** Where a counter starts that is not to start at `startMicrojoules`. */
  startOf?: Record<string, number>;
  /** Lets `fault` do something to the counters. */
  faults?: boolean;
  /** Lets `setFactor` multiply the constant power; there is no `truthJoules` then. */
  adjustable?: boolean;
};

/**
 * What may happen to the counters `ids`. For `ms`: `freeze`, then on from there (`isLost`) or from where they would be; unreadable as
 * `garbage`, an `empty` file, none (`gone`), a `folder` in its place (EISDIR, as root's chmod does not bind), `locked` (EACCES).
 * At once: `jump`.
 */
export type CounterFault =
  | { kind: 'freeze'; ids: string[]; ms: number; isLost: boolean }
  | { kind: 'garbage' | 'empty' | 'gone' | 'folder' | 'locked'; ids: string[]; ms: number }
  | { kind: 'jump'; ids: string[]; byMicrojoules: number; toMicrojoules: number | null };

/** A fault as it happened, or a tick that came late, by CLOCK_MONOTONIC; `toMs` null while it lasts. */
type DriverRecord = { fromMs: number; toMs: number | null } & (CounterFault | { kind: 'late' });

export type PowercapDriver = {
  root: string;
  /** True watts of each package and dram, by id. */
  watts: Record<string, number>;
  /** With `faults: true`. */
  fault(fault: CounterFault): void;
  /** What happened to the counters until now; one that ended stands there twice. */
  record(): DriverRecord[];
  /** True energy of all packages and drams between two CLOCK_MONOTONIC times in milliseconds. */
  truthJoules(startMs: number, endMs: number): number;
  setFactor(factor: number): void;
  stop(): Promise<void>;
};

/**
 * Starts a process that rewrites the counters every millisecond: start + watts × time, modulo range. With constant
 * watts the truth is exact at any time; with busy watts it is interpolated in the driver's record of CPU time.
 */
export async function startPowercapDriver(options: DriverOptions = {}): Promise<PowercapDriver> {
  const { packageWatts = 100, dramWatts = 20, busyWatts = 0, secondPackageMore = 0 } = options;
  const { sockets = 2, startMicrojoules = 0 } = options;
  const tree = makePowercapTree(options);
  const truthFile = path.join(tree.root, 'truth.jsonl');
  const factorFile = options.adjustable ? path.join(tree.root, 'factor') : undefined;
  if (factorFile) writeFileSync(factorFile, '1');
  const [faultFile, recordFile] = ['faults.jsonl', 'record.jsonl'].map((name) => path.join(tree.root, name)) as [
    string,
    string,
  ];
  if (options.faults) for (const file of [faultFile, recordFile]) writeFileSync(file, '');
  const systemWatts =
    sockets * (packageWatts + (options.dram === false ? 0 : dramWatts)) + (sockets > 1 ? secondPackageMore : 0);
  const wattsOf = (id: string) =>
    id === 'psys'
      ? systemWatts
      : id.startsWith('dram')
        ? dramWatts
        : id.startsWith('core')
          ? packageWatts / 2
          : packageWatts + (id === 'package-1' ? secondPackageMore : 0);
  const zones = tree.zones.map(({ id, file, rangeMicrojoules }) => ({
    ...{ id, file, rangeMicrojoules, watts: wattsOf(id) },
    startMicrojoules: options.startOf?.[id] ?? startMicrojoules,
    busyWatts: id.startsWith('package') ? busyWatts / sockets : id === 'psys' ? busyWatts : 0,
  }));
  const script = path.join(import.meta.dirname, 'powercapDriver.mjs');
  // Hardware counters do not wait for a core: where it may, the driver runs ahead of everything that keeps them busy.
  const realTime = spawnSync('chrt', ['-f', '10', 'true']).status === 0;
  const [command, ...args] = [...(realTime ? ['chrt', '-f', '10'] : []), process.execPath, script];
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ zones, truthFile, factorFile, ...(options.faults && { faultFile, recordFile }) }));
  await ready(child);

  return {
    root: tree.root,
    watts: Object.fromEntries(zones.filter(({ id }) => /^(package|dram)/.test(id)).map(({ id, watts }) => [id, watts])),
    fault(fault) {
      if (!options.faults) throw new Error('start the driver with faults: true');
      appendFileSync(faultFile, `${JSON.stringify(fault)}\n`);
    },
    record() {
      const lines = readFileSync(recordFile, 'utf8').split('\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line) as DriverRecord);
    },
    truthJoules(startMs, endMs) {
      const constant = (systemWatts * (endMs - startMs)) / 1000;
      if (busyWatts === 0) return constant;
      const record = readFileSync(truthFile, 'utf8').trim().split('\n');
      const points = record.map((line) => JSON.parse(line) as [number, number]);
      return constant + busyWatts * (interpolate(points, endMs) - interpolate(points, startMs));
    },
    setFactor(factor) {
      if (!factorFile) throw new Error('start the driver with adjustable: true');
      writeFileSync(factorFile, String(factor));
    },
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill()) await exited;
      tree.remove();
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the powercap driver ended with code ${code}`)));
  });
}

/** CPU seconds at a time, from `[monotonicMs, cpuSeconds]` points. */
function interpolate(points: [number, number][], ms: number): number {
  const after = points.findIndex(([at]) => at >= ms);
  if (after < 0) return points.at(-1)![1];
  if (after === 0) return points[0]![1];
  const [[fromMs, from], [toMs, to]] = [points[after - 1]!, points[after]!];
  return from + ((to - from) * (ms - fromMs)) / (toMs - fromMs);
}
