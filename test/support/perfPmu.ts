import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openPerfEvent } from '../../src/machine/perfEvent';

/**
 * A PMU's folder as sysfs shows it. Its type is the kernel's software PMU and its events are cpu-clock, which counts
 * nanoseconds: perf_event_open is real, and an event is worth `watts` joules a second of the CPU that it is opened on.
 */
export type PmuOptions = {
  /** Watts by event. */
  events?: Record<string, number>;
  cpumask?: string;
  type?: number;
  config?: string;
};

/** PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK. */
const softwarePmu = { type: 1, config: 0n } as const;
export const pmuWatts = { 'energy-pkg': 100, 'energy-ram': 10 } as const;

/** Why tests with real events must be skipped here; null where they can run. */
export function perfEventsMissing(): string | null {
  const opened = openPerfEvent({ ...softwarePmu, cpu: 0 });
  if ('code' in opened) return `perf_event_open: ${opened.code}`;
  opened.close();
  return null;
}

export function makePmu(options: PmuOptions = {}): { folder: string; remove(): void } {
  const { events = pmuWatts, cpumask = '0', type = softwarePmu.type, config = '0x00' } = options;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-pmu-'));
  mkdirSync(path.join(folder, 'events'));
  writeFileSync(path.join(folder, 'type'), `${type}\n`);
  writeFileSync(path.join(folder, 'cpumask'), `${cpumask}\n`);
  for (const [name, watts] of Object.entries(events)) {
    const file = path.join(folder, 'events', name);
    writeFileSync(file, `event=${config}\n`);
    writeFileSync(`${file}.scale`, `${watts * 1e-9}\n`);
    writeFileSync(`${file}.unit`, 'Joules\n');
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** CPUs as /sys/devices/system/cpu shows them: number → socket and die. */
export function makeCpus(cpus: Record<number, { socket: number; die?: number }>): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-cpus-'));
  for (const [cpu, { socket, die = 0 }] of Object.entries(cpus)) {
    const topology = path.join(folder, `cpu${cpu}/topology`);
    mkdirSync(topology, { recursive: true });
    writeFileSync(path.join(topology, 'physical_package_id'), `${socket}\n`);
    writeFileSync(path.join(topology, 'die_id'), `${die}\n`);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
