import path from 'node:path';
import type { Part } from '../../core/energy/source';
import { readSmallFile, readWholeNumber } from '../../machine/smallFile';
import { isOnSysfs } from '../../machine/sysfs';
import { defaultCpuFolder, parseCpuList } from '../../machine/topology';

/**
 * RAPL as the kernel's perf subsystem shows it: a PMU whose folder in sysfs says the number of its type, its events, what one
 * count of each is worth (2⁻³² J), and on which CPUs to open them, one of each package or die
 * (Documentation/ABI/testing/sysfs-bus-event_source-devices-events; arch/x86/events/rapl.c).
 */
export const defaultPmuFolder = '/sys/bus/event_source/devices/power';

type PmuEvent = { name: string; path: string; kind: Part['kind']; config: bigint; joulesPerCount: number };
/** `code` is errno's name where the folder cannot be read, INCOMPLETE where it lacks its type, a CPU or an event, or NO_TOPOLOGY where it has several CPUs and the socket of one is not known. */
export type Pmu = { folder: string; code: string | null; type: number; events: PmuEvent[]; cpus: PmuCpu[] };
/** `die` only where a socket has several. */
type PmuCpu = { cpu: number; socket: number; die: number | null };

/** The kernel's names of events, as the zones of powercap are called. */
const kinds: Readonly<Record<string, string>> = {
  'energy-pkg': 'package',
  'energy-ram': 'dram',
  'energy-cores': 'core',
  'energy-gpu': 'uncore',
  'energy-psys': 'psys',
};

/** The folder of the PMU: GREENBATCH_PERF_ROOT, else the kernel's. */
export const pmuFolder = (env: NodeJS.ProcessEnv): string => env.GREENBATCH_PERF_ROOT || defaultPmuFolder;

/** Whether it is the kernel's, of this machine: at its own place, or mounted elsewhere. */
export const isKernelsPmu = (folder: string): boolean => path.resolve(folder) === defaultPmuFolder || isOnSysfs(folder);

/** What a PMU's folder says. Never throws. */
export function discoverPmu(folder: string, cpus = defaultCpuFolder): Pmu {
  const refuse = (code: string): Pmu => ({ folder, code, type: 0, events: [], cpus: [] });
  const type = readSmallFile(path.join(folder, 'type'));
  if (type.code !== null) return refuse(type.code);
  const mask = parseCpuList(readSmallFile(path.join(folder, 'cpumask')).text ?? '') ?? [];
  const events = Object.keys(kinds).flatMap((name) => eventOf(folder, name) ?? []);
  if (!/^\d{1,9}$/.test(type.text) || mask.length === 0 || events.length === 0) return refuse('INCOMPLETE');
  const sockets = mask.map((cpu) => socketOf(cpu, cpus));
  if (mask.length > 1 && sockets.includes(null)) return refuse('NO_TOPOLOGY');
  return { folder, code: null, type: Number(type.text), events, cpus: placesOf(mask, cpus) };
}

/**
 * The CPU by which the kernel reads a socket now, where it is not `cpu` any more; null where there is none, or where the socket has several
 * (dies), which the record does not tell apart. A machine's part (psys) is read by any.
 */
export function cpuInPlaceOf(
  folder: string,
  { cpu, socket }: { cpu: number; socket: number | null },
  cpus = defaultCpuFolder,
): number | null {
  const now = discoverPmu(folder, cpus).cpus.filter((place) => socket === null || place.socket === socket);
  const [other] = now;
  return other !== undefined && (socket === null || now.length === 1) && other.cpu !== cpu ? other.cpu : null;
}

/** One event, by the file that a part names; null where it is not there any more, or says nothing that is understood. */
export function eventOf(folder: string, name: string): PmuEvent | null {
  const file = path.join(folder, 'events', name);
  const config = /^event=(0x[0-9a-f]{1,8})$/i.exec(readSmallFile(file).text ?? '')?.[1];
  const joulesPerCount = Number(readSmallFile(`${file}.scale`).text || Number.NaN);
  const kind = kinds[name];
  if (kind === undefined || config === undefined || !(joulesPerCount > 0 && joulesPerCount < 1)) return null;
  if (readSmallFile(`${file}.unit`).text !== 'Joules') return null;
  return { name, path: file, kind, config: BigInt(config), joulesPerCount };
}

const socketOf = (cpu: number, cpus: string) =>
  readWholeNumber(path.join(cpus, `cpu${cpu}/topology/physical_package_id`));

function placesOf(mask: readonly number[], cpus: string): PmuCpu[] {
  const places = mask.map((cpu) => ({
    cpu,
    socket: socketOf(cpu, cpus) ?? 0,
    die: readWholeNumber(path.join(cpus, `cpu${cpu}/topology/die_id`)),
  }));
  return places.map((place) => ({
    ...place,
    die: places.filter(({ socket }) => socket === place.socket).length > 1 ? place.die : null,
  }));
}

/**
 * Every event of every package as a part of a run, named as powercap names the same register; those of the kinds in `wanted`
 * are added up. psys covers the machine, and is the same on all sockets.
 *
 * @param sharedDies the dies of a socket all show the register of the package (AMD): only the first is added
 */
export function partsOf(pmu: Pmu, wanted: readonly string[], sharedDies: boolean): Part[] {
  return pmu.events.flatMap(({ kind, path }) => {
    const places = kind === 'psys' ? pmu.cpus.slice(0, 1) : pmu.cpus;
    return places.map(({ cpu, socket, die }, i): Part => {
      const isRepeated = sharedDies && places.slice(0, i).some((other) => other.socket === socket);
      const place = `${kind}-${socket}${die === null ? '' : `-die-${die}`}`;
      return {
        ...{ id: kind === 'psys' ? kind : place, source: 'perf', way: 'event', kind, measured: true },
        ...{ unit: 'microjoules', range: null, added: wanted.includes(kind) && !isRepeated },
        scope: kind === 'psys' ? { of: 'machine', number: null } : { of: 'socket', number: socket },
        ...{ path, limitWatts: null, cpu, fromOpening: true },
      };
    });
  });
}
