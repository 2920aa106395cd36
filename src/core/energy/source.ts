import * as z from 'zod';

/**
 * What an energy source is as a run records it, and what one raw reading of it holds. Readings are recorded raw, so that
 * every joule can be recomputed from the log; `energyWindow.ts` turns them into joules.
 */

/** Power against utilisation; the formula stands in src/core/energy/powerCurve.ts. */
export const powerCurveSchema = z.object({
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

/**
 * One counter of a source: a RAPL zone, an accelerator, or the CPU time of the machine for the estimate. All words are
 * labels, open to what later programs measure: what a part means for the joules is said by `measured`, `unit` and `added`.
 */
export const partSchema = z.object({
  /** Unique in the run: `package-0`, `dram-0`, …; zone name plus socket. */
  id: z.string(),
  /** Kind of the source that reads it: `powercap`, `perf`, `estimate`, …. With `way`, `path` and `cpu` it is all that another process opens it by. */
  source: z.string(),
  /** How its source reads it, where that has several ways: perf by `event` or by `program`. */
  way: z.string().optional(),
  /** What it counts: `package`, `dram`, `core`, `uncore`, `psys`, or `machine` for the estimate. */
  kind: z.string(),
  /** False where it is an estimate: then every number made from it is labelled ESTIMATED, and none is added to a measured one. */
  measured: z.boolean(),
  /** What its counter counts, and so how it becomes joules: `units.ts`. */
  unit: z.string(),
  /** The counter wraps to 0 after this many of its unit (`max_energy_range_uj`); null: never wraps. */
  range: z.number().nullable(),
  /** Whether its joules are asked for (package + dram): they are in the sum of the measured, or of the estimated parts. */
  added: z.boolean(),
  /** Which piece of the machine it covers: `{ of: 'socket', number: 0 }`, or `{ of: 'machine', number: null }`. */
  scope: z.object({ of: z.string(), number: z.int().nullable() }),
  /** File of the counter, or the one that describes it; null where it has none. */
  path: z.string().nullable(),
  /** The CPU whose event it is: perf opens one on a CPU of each socket. */
  cpu: z.int().optional(),
  /**
   * Counts from when a process opened it: only the difference of two readings of one process means anything, so the
   * sampler's are not looked at between the edges of a trial's window.
   */
  fromOpening: z.literal(true).optional(),
  /** Only where a program prints it at intervals: what is known of it rests on how. */
  printed: z
    .object({
      /** perf's `json` or `csv`. */
      form: z.string(),
      /** Whether the program is told to stop counting for a reading; if not, a reading lies between two intervals. */
      control: z.boolean(),
      everyMs: z.number(),
      /** What the number of an interval is rounded to, in the part's unit. */
      resolution: z.number(),
    })
    .optional(),
  /** Highest power limit the part names, in watts; null where it names none. */
  limitWatts: z.number().nullable(),
  /** Only where the unit is CPU time: watts against utilisation. */
  curve: powerCurveSchema.optional(),
});
export type Part = z.infer<typeof partSchema>;

/**
 * Whether the processor adds noise to its RAPL counters, so that nobody learns from them what others compute (Intel-SA-00389):
 * docs/measurement.md, "Filtered counters". Of what cannot be found out the state is `unknown`.
 */
export const filteringSchema = z.object({
  state: z.enum(['on', 'off', 'unknown']),
  /** What told it: `msr` (the processor's registers) or `cpu` (/proc/cpuinfo); null where nothing did. */
  by: z.string().nullable(),
  because: z.string(),
});
export type Filtering = z.infer<typeof filteringSchema>;

/** An energy source as it is recorded in a run: the parts of all kinds of sources that were asked for. */
export const sourceSchema = z.object({
  /** `counters` of every reading are in this order. */
  parts: z.array(partSchema),
  /** Why `auto` did not take a measured source, or what qualifies this one; null when nothing does. */
  reason: z.string().nullable(),
  /** Why `auto` did not take a measured source, as a failure's code, and the commands that would mend it. */
  code: z.string().nullable().optional(),
  fix: z.string().nullable().optional(),
  /** Ids of domains that were asked for and are in no sum, as `measure.allowMissing` permits; absent: none. */
  missing: z.array(z.string()).optional(),
  /** Of RAPL's counters of this machine; absent: others, or a log of before. */
  filtering: filteringSchema.optional(),
});
export type SourceRecord = z.infer<typeof sourceSchema>;

/**
 * One synchronous reading. `monotonicMs` is CLOCK_MONOTONIC in milliseconds with microsecond digits,
 * comparable across the processes of one boot.
 *
 * `counters[i]` belongs to `parts[i]`, in the part's unit: microjoules for powercap; for the estimate microseconds of
 * CPU time used by the machine since boot. null: the counter could not be read at that moment.
 *
 * `busySeconds`/`totalSeconds` are the CPU time used and available on the whole machine since boot
 * (sum over CPUs); their differences give the utilisation of a window.
 */
const momentShape = {
  monotonicMs: z.number(),
  /** Half-width in which the moment is known, where reading took long; left out: microseconds. */
  uncertainMs: z.number().optional(),
  counters: z.array(z.number().nullable()),
  busySeconds: z.number(),
  totalSeconds: z.number(),
};
export const readingSchema = z.object({
  ...momentShape,
  /** Where reading takes long: the moment from which on a window counts that starts with this reading. */
  resumed: z.object(momentShape).optional(),
});
export type Reading = z.infer<typeof readingSchema>;
