import type { Configuration } from '../../core/configuration/configuration';
import { processesText } from '../../core/configuration/split';
import type { Spec } from '../../core/spec/spec';
import { counted } from '../../core/statistics/wording';
import type { Cpu } from '../../machine/topology';

/**
 * Which logical CPUs each process of a configuration may use: one set a process, none in two of them. null: the one
 * process may use all. `problem`, a sentence: the machine has not the CPUs.
 */
export type Placement = { cpus: number[][] | null } | { problem: string };

/**
 * Shares the CPUs out (`measure.pin`).
 *
 * - `none`: one process is left to the kernel; of several each gets a share of whole cores, as many as any other or one more.
 * - `cores`: each process gets as many CPUs as it has threads, no two on one core while there are cores enough.
 * - `sockets`: each process stays on one socket, and the processes of a socket share its cores out.
 *
 * Neighbours stand together: sockets are filled one after the other.
 */
export function placementOf(
  { instances, threads }: Pick<Configuration, 'instances' | 'threads'>,
  pin: Spec['measure']['pin'],
  usable: readonly Cpu[],
): Placement {
  if (instances === 1 && pin === 'none') return { cpus: null };
  const asked = `${processesText(instances)} of ${counted(threads, 'thread')}`;
  if (instances * threads > usable.length) {
    return { problem: `${asked} need ${counted(instances * threads, 'CPU')}; ${usable.length} may be used here` };
  }
  const cores = coresOf(usable);
  if (pin === 'sockets') return onSockets(instances, threads, cores, asked);
  if (pin === 'cores') {
    const isRoomy = instances * threads <= cores.length;
    return { cpus: chunks(isRoomy ? cores.map((core) => core.cpus[0]!) : cpusOf(cores), instances, threads) };
  }
  return { cpus: sharesOf(cores, instances, threads) };
}

/** The CPUs of each core, cores of a socket together. */
function coresOf(usable: readonly Cpu[]): Core[] {
  const cores = new Map<string, Core>();
  for (const { cpu, core, socket } of [...usable].sort(
    (a, b) => a.socket - b.socket || a.core - b.core || a.cpu - b.cpu,
  )) {
    const key = `${socket}/${core}`;
    const known = cores.get(key);
    if (known) known.cpus.push(cpu);
    else cores.set(key, { socket, cpus: [cpu] });
  }
  return [...cores.values()];
}
type Core = { socket: number; cpus: number[] };

function onSockets(instances: number, threads: number, cores: readonly Core[], asked: string): Placement {
  const sockets = [...new Set(cores.map((core) => core.socket))].map((socket) =>
    cores.filter((c) => c.socket === socket),
  );
  const room = sockets.map((own) => Math.floor(cpusOf(own).length / threads));
  const on = sockets.map(() => 0);
  // The next process goes where most room is left.
  for (let placed = 0; placed < instances; placed++) {
    const free = room.map((most, i) => most - on[i]!);
    const best = free.indexOf(Math.max(...free));
    if (free[best]! <= 0) {
      const largest = Math.max(...sockets.map((own) => cpusOf(own).length));
      return {
        problem: `${asked} would reach over two sockets; a socket has ${counted(largest, 'CPU')} here`,
      };
    }
    on[best]!++;
  }
  return { cpus: sockets.flatMap((own, i) => (on[i]! > 0 ? sharesOf(own, on[i]!, threads) : [])) };
}

/** Whole cores for each process where that gives each enough CPUs, else CPUs. */
function sharesOf(cores: readonly Core[], instances: number, threads: number): number[][] {
  const shares = evenly(cores, instances).map(cpusOf);
  if (shares.every((cpus) => cpus.length >= threads)) return shares;
  return evenly(cpusOf(cores), instances);
}

/** In `count` parts, in their order, none of which is longer than another by more than one. */
function evenly<T>(items: readonly T[], count: number): T[][] {
  const start = (part: number) => Math.floor((part * items.length) / count);
  return Array.from({ length: count }, (_, part) => items.slice(start(part), start(part + 1)));
}

const cpusOf = (cores: readonly Core[]) => cores.flatMap((core) => core.cpus);

const chunks = (cpus: readonly number[], count: number, size: number) =>
  Array.from({ length: count }, (_, i) => cpus.slice(i * size, (i + 1) * size));
