import type { Configuration } from './configuration';

/** How the cores are split: processes at once, and threads of each. */
type Split = Pick<Configuration, 'instances' | 'threads'>;

/** Whether processes and their threads both vary: then people read them as one thing, the split of the cores. */
export function variesSplit(configurations: readonly Split[]): boolean {
  const several = (key: keyof Split) => new Set(configurations.map((c) => c[key])).size > 1;
  return several('instances') && several('threads');
}

/** Where there is little room, below or beside the words `processes × threads`: `4 × 4`. */
export const splitCell = ({ instances, threads }: Split): string => `${instances} × ${threads}`;

/** In a name: `4 × 4 threads`. */
export const splitText = (split: Split): string => `${splitCell(split)} ${split.threads === 1 ? 'thread' : 'threads'}`;

/** `1 process`, `4 processes`. */
export const processesText = (instances: number): string => (instances === 1 ? '1 process' : `${instances} processes`);

/** In full: `4 processes of 4 threads each`. */
export function splitWords({ instances, threads }: Split): string {
  const each = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return `${processesText(instances)} of ${each}${instances === 1 ? '' : ' each'}`;
}

/** In ascending order of processes, then of threads: from one process with every core to one process a core. */
export const bySplit = (a: Split, b: Split): number => a.instances - b.instances || a.threads - b.threads;
