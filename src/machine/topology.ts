import { availableParallelism } from 'node:os';
import { namesIn, readProcFile, readSmallFile, readWholeNumber } from './smallFile';

/** What /proc/cpuinfo says; null and empty where a CPU (an Arm one, say) does not tell. */
export type CpuInfo = {
  vendor: 'intel' | 'amd' | 'other';
  model: string | null;
  /** As numbers, by which the kernel's drivers know a CPU. */
  family: number | null;
  modelNumber: number | null;
  microcode: string | null;
  flags: ReadonlySet<string>;
  sockets: number | null;
  /** Siblings of one core count once; cores of two sockets are two, also where they have the same number. */
  cores: number | null;
};

/** One paragraph a logical CPU, `name : value` a line. What is no number or set is taken from the first one. */
export function parseCpuInfo(text: string): CpuInfo {
  const first = (name: string) => valuesOf(text, name)[0] ?? null;
  const number = (name: string) => (/^\d+$/.test(first(name) ?? '') ? Number(first(name)) : null);
  const vendor = first('vendor_id');
  const cores = text.split('\n\n').flatMap((cpu) => {
    const [core] = valuesOf(cpu, 'core id');
    return core === undefined ? [] : [`${valuesOf(cpu, 'physical id')[0]}/${core}`];
  });
  return {
    vendor: vendor === 'GenuineIntel' ? 'intel' : vendor === 'AuthenticAMD' ? 'amd' : 'other',
    model: first('model name'),
    family: number('cpu family'),
    modelNumber: number('model'),
    microcode: first('microcode'),
    flags: new Set(first('flags')?.split(' ')),
    sockets: new Set(valuesOf(text, 'physical id')).size || null,
    cores: new Set(cores).size || null,
  };
}

const valuesOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}[ \\t]*:(.*)$`, 'gm'))].map(([, value]) => value!.trim());

/** null where there is no /proc. */
export function readCpuInfo(): CpuInfo | null {
  const text = readProcFile('/proc/cpuinfo');
  return text ? parseCpuInfo(text) : null;
}

/** Physical cores that this process may use, at least 1. @param usable logical CPUs that it may use */
export const physicalCores = (info = readCpuInfo(), usable = availableParallelism()): number =>
  Math.max(1, Math.min(info?.cores ?? usable, usable));

/** Where the kernel describes each CPU, `cpu0` and so on. */
export const defaultCpuFolder = '/sys/devices/system/cpu';

/** Numbers of the sockets with a CPU that is on, in order; none where the system does not tell. */
export function onlineSockets(cpuFolder = defaultCpuFolder): number[] {
  const cpus = namesIn(cpuFolder).filter((name) => /^cpu\d+$/.test(name));
  const ids = cpus.map((name) => readSmallFile(`${cpuFolder}/${name}/topology/physical_package_id`).text);
  const sockets = ids.filter((id) => id !== null && /^\d+$/.test(id)).map(Number);
  return [...new Set(sockets)].sort((a, b) => a - b);
}

/** The CPUs that this process may use, as `0-3,8`; null where the system does not tell. */
export const allowedCpus = (status = readProcFile('/proc/self/status') ?? ''): string | null =>
  valuesOf(status, 'Cpus_allowed_list')[0] ?? null;

/** A logical CPU. Siblings have the same core of the same socket. */
export type Cpu = { cpu: number; core: number; socket: number };

/** Of a list as the kernel writes it (`0-3,8`), the numbers; null where it is none. */
export function parseCpuList(text: string): number[] | null {
  const cpus: number[] = [];
  for (const part of text.trim().split(',')) {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (from === undefined || Number(to ?? from) < Number(from)) return null;
    for (let cpu = Number(from); cpu <= Number(to ?? from); cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** Numbers as such a list: `0-3,8`. */
export function cpuList(cpus: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const cpu of [...cpus].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && cpu === last[1] + 1) last[1] = cpu;
    else parts.push([cpu, cpu]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** The logical CPUs that this process may use, with core and socket; none where the system does not tell. */
export function usableCpus(cpuFolder = defaultCpuFolder, allowed = allowedCpus()): Cpu[] {
  const number = (cpu: number, name: string) => readWholeNumber(`${cpuFolder}/cpu${cpu}/topology/${name}`);
  return (parseCpuList(allowed ?? '') ?? []).map((cpu) => ({
    cpu,
    // A kernel without topology (some containers hide it) has each CPU as a core of one socket.
    core: number(cpu, 'core_id') ?? cpu,
    socket: number(cpu, 'physical_package_id') ?? 0,
  }));
}
