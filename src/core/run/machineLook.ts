import * as z from 'zod';

/**
 * What the machine does besides the run, as seen outside of windows: between two looks (a block, with what comes before it), or for
 * less than half a second before the first trial. null where the machine does not tell.
 */
export const machineLookSchema = z.object({
  /** Block that it follows; null: the start of a session. */
  block: z.int().nullable(),
  seconds: z.number(),
  /** CPU time of all CPUs: in all; busy, but with what is not the run's; given to others by a hypervisor. */
  totalSeconds: z.number(),
  othersSeconds: z.number().nullable(),
  stealSeconds: z.number().nullable(),
  /** Read from and written to swap. */
  swappedBytes: z.number().nullable(),
  /** Those that were busiest; null: nobody tells who is. */
  processes: z
    .array(
      z.object({
        /** Of the program, without its arguments; all of one name together. */
        name: z.string(),
        /** `editor`: VS Code and what it started, but its terminals; `ssh`: connections; `kernel`: the kernel's own threads. */
        of: z.string().optional(),
        cpuSeconds: z.number(),
      }),
    )
    .nullable(),
  /** How the machine is set to run, in the system's own words. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** At the start: what is going to fire while the run is planned to go on, by its name, milliseconds since 1970. */
  timers: z
    .array(z.object({ name: z.string(), at: z.number() }))
    .nullable()
    .optional(),
});
export type MachineLook = z.infer<typeof machineLookSchema>;
export type BusyProcess = NonNullable<MachineLook['processes']>[number];
