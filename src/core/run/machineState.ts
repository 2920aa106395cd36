import * as z from 'zod';

/**
 * How warm, how fast and how loaded the machine was at one moment, beside a reading of its counters: null where it does not
 * tell (a virtual machine knows neither its temperature nor its frequency).
 */
export const machineStateSchema = z.object({
  /** Of those sockets that tell anything. */
  packages: z.array(
    z.object({
      package: z.int(),
      celsius: z.number().nullable(),
      /** Since boot, how often its cores reached their thermal limit; each core counts once, not once a sibling. */
      coreThrottles: z.number().nullable(),
      /** Since boot, how often it reached its own. */
      packageThrottles: z.number().nullable(),
    }),
  ),
  /** Of some CPUs, as many as `cpus` says. */
  frequency: z.object({ meanMhz: z.number(), lowestMhz: z.number(), highestMhz: z.number(), cpus: z.int() }).nullable(),
  /** CPU time since boot, summed over CPUs: what a hypervisor gave to others, and what virtual machines of this host used. */
  stealSeconds: z.number().nullable(),
  guestSeconds: z.number().nullable(),
  /** Threads that ran or waited for a CPU, those of the run among them. */
  runnable: z.int().nullable(),
  /** Milliseconds since boot in which the machine slept: CLOCK_BOOTTIME less CLOCK_MONOTONIC, to 10 ms, and a constant. */
  asleepMs: z.number().nullable().optional(),
  /** Time of day less CLOCK_MONOTONIC, milliseconds: what changes it is a clock that was set. */
  wallOffsetMs: z.number().optional(),
});
export type MachineState = z.infer<typeof machineStateSchema>;

/** At both edges of a window: outside it, so that reading it is in no number. */
export const edgeStatesSchema = z.object({ start: machineStateSchema, end: machineStateSchema });
export type EdgeStates = z.infer<typeof edgeStatesSchema>;

/** What the states of a whole run come to; null where no state tells it. */
export type RunState = {
  /** Hottest socket during the idle baseline of the last session that has one. */
  idleCelsius: number | null;
  /** Finished trials (those of the reference too) in whose windows a core or a socket reached its thermal limit. */
  throttledTrials: number | null;
  /** From the first block to the last, of the configurations that both have. */
  temperatureChangeCelsius: number | null;
  /** Of the machine's CPU time in the windows. */
  stealPercent: number | null;
  guestPercent: number | null;
  /** Between the slowest and the fastest of those configurations that keep the same number of CPUs busy. */
  frequencySpread: { percent: number; slowest: Clocked; fastest: Clocked } | null;
  /** By how much the time of day was set between two looks at it, the largest time; 0 where it only ran. */
  clockSetSeconds: number;
};
export type Clocked = { configuration: string; megahertz: number };
