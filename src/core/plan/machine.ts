import { heatSecondsFor } from '../run/duration';
import type { MachineFile } from './machineSchema';

/** The least and the most that something may be. */
export type Range = { low: number; high: number };

/** What a plan has to know of the machine that is to measure. */
export type PlanMachine = {
  name: string;
  /** Whether a file describes it: then nothing of it was looked at. */
  described: boolean;
  processor: string | null;
  sockets: number | null;
  /** Physical ones that may be used. */
  cores: number;
  /** Logical CPUs that may be used. */
  threads: number;
  memoryBytes: number;
  /** What of it a trial may use now. */
  availableBytes: number;
  /** 10⁹ operations a second and core; null: not known of this machine. */
  gflopsPerCore: Range | null;
  speeds: NonNullable<MachineFile['speeds']> | null;
  counters: Counters;
  /** How long it is loaded after a rest, where the experiment does not say. */
  heatSeconds: number;
  /** Room for models and images that are prepared; null: not looked at. */
  freeDiskBytes: number | null;
  /** The largest tensor that the program can hold there (a buffer of Node.js), bytes; null: not known. */
  mostTensorBytes: number | null;
};

/** Whether joules can be measured as the experiment asks; `problem`: why not, in a line. */
export type Counters = { state: 'readable' | 'missing' | 'unknown'; problem: string | null; fix: string | null };

const gibibyte = 2 ** 30;
/** Of a machine's memory: the kernel, services and page tables have the rest. */
const usableShare = 0.95;

/** The machine that a file describes. @param domains that the experiment adds up */
export function describedMachine(file: MachineFile, domains: readonly string[]): PlanMachine {
  const { gflopsPerCore: speed } = file;
  const { counters } = file;
  const lacking = counters === undefined ? [] : domains.filter((d) => !(counters as readonly string[]).includes(d));
  return {
    ...{ name: file.name, described: true, processor: file.processor ?? null, sockets: file.sockets },
    ...{ cores: file.cores, threads: file.threads ?? file.cores },
    memoryBytes: file.memoryGiB * gibibyte,
    availableBytes: (file.availableGiB ?? usableShare * file.memoryGiB) * gibibyte,
    gflopsPerCore: typeof speed === 'number' ? { low: speed, high: speed } : (speed ?? null),
    speeds: file.speeds ?? null,
    counters:
      counters === undefined
        ? { state: 'unknown', problem: 'its description names no energy counters', fix: null }
        : lacking.length > 0
          ? { state: 'missing', problem: `its description names no counter of ${lacking.join(' and ')}`, fix: null }
          : { state: 'readable', problem: null, fix: null },
    heatSeconds: heatSecondsFor(file.powerLimitWindowSeconds ?? null),
    freeDiskBytes: file.freeDiskGiB === undefined ? null : file.freeDiskGiB * gibibyte,
    mostTensorBytes: null,
  };
}
