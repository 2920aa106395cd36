import * as z from 'zod';

/**
 * What an energy source is and what one raw reading of it holds. Readings are recorded raw, so that
 * every joule can be recomputed from the log; `energyWindow.ts` turns them into joules.
 */

/** One counter: a RAPL zone, or the CPU time of the machine for the estimate. */
const domainSchema = z.object({
  /** Unique in the run: `package-0`, `dram-0`, …; zone name plus socket. */
  id: z.string(),
  /**
   * `package`, `dram`, `core`, `uncore`, `psys`, or `machine` for the estimate. A label, open to what later programs
   * measure: whether its joules count is said by `added`.
   */
  kind: z.string(),
  /** Physical package the zone belongs to; null where it covers the machine (psys, estimate). */
  socket: z.number().nullable(),
  /** File of the counter, or null for the estimate. */
  path: z.string().nullable(),
  /** The counter wraps to 0 after this many microjoules (`max_energy_range_uj`); null: never wraps. */
  rangeMicrojoules: z.number().nullable(),
  /** Highest power limit the zone names, in watts; null where it names none. */
  limitWatts: z.number().nullable(),
  /** Whether its joules are part of the system energy (package + dram). */
  added: z.boolean(),
});
export type Domain = z.infer<typeof domainSchema>;

/** Power of all packages against utilisation; the formula stands in src/core/energy/powerCurve.ts. */
const powerCurveSchema = z.object({
  idleWatts: z.number(),
  maxWatts: z.number(),
  /** Concavity of the curve, fitted; dimensionless. */
  shape: z.number(),
  /** Relative root-mean-square error of the fit that `shape` comes from, in percent. */
  errorPercent: z.number(),
  /** Where the numbers come from, in one sentence. */
  basis: z.string(),
});
export type PowerCurve = z.infer<typeof powerCurveSchema>;

/** An energy source as it is recorded in a run. */
export const sourceSchema = z.object({
  /** `powercap`, `perf`, `estimate`. A label, open likewise: whether it is measured is said by `measured`. */
  kind: z.string(),
  /** False for the estimate: then every number made from it is labelled ESTIMATED. */
  measured: z.boolean(),
  domains: z.array(domainSchema),
  /** Only for the estimate. */
  curve: powerCurveSchema.nullable(),
  /** Why `auto` did not take a measured source, or what qualifies this one; null when nothing does. */
  reason: z.string().nullable(),
  /** Why `auto` did not take a measured source, as a failure's code, and the commands that would mend it. Optional: logs of before have neither. */
  code: z.string().nullable().optional(),
  fix: z.string().nullable().optional(),
});
export type EnergySource = z.infer<typeof sourceSchema>;

/**
 * One synchronous reading. `monotonicMs` is CLOCK_MONOTONIC in milliseconds with microsecond digits,
 * comparable across the processes of one boot.
 *
 * `counters[i]` belongs to `domains[i]`: microjoules for powercap; for the estimate one domain of
 * kind `machine` with its counter in microseconds of CPU time used by the machine since boot.
 * null: the counter could not be read at that moment.
 *
 * `busySeconds`/`totalSeconds` are the CPU time used and available on the whole machine since boot
 * (sum over CPUs); their differences give the utilisation of a window.
 */
export const readingSchema = z.object({
  monotonicMs: z.number(),
  counters: z.array(z.number().nullable()),
  busySeconds: z.number(),
  totalSeconds: z.number(),
});
export type Reading = z.infer<typeof readingSchema>;
