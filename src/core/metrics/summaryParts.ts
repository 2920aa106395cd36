import * as z from 'zod';
import { accuracyIntervalSchema } from '../accuracy/accuracySamplingSchema';
import { intervalSchema } from '../statistics/interval';
import { skippedSchema } from '../values/result';

const nullable = z.number().nullable();

const percentiles = { p50: nullable, p95: nullable, p99: nullable, max: z.number() };
const percentileNote = 'milliseconds; a percentile with too few batches behind it is null';

const batchLatencySchema = z.strictObject({
  ...percentiles,
  /** Interval of p95 by the spread of the trials' own; null where p95 is null, of one trial, or where a trial has fewer than ten batches. */
  p95Interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
});
/** Milliseconds of one inference call, pooled over all trials; a percentile without enough batches is null. */
export type BatchLatency = z.infer<typeof batchLatencySchema>;

const requestLatencySchema = z.strictObject({
  ...percentiles,
  /** The percentile that the service level names, with its 95 % interval over trials. */
  atPercentile: z.strictObject({ percentile: z.number(), value: nullable, low: nullable, high: nullable }),
});
/** Modelled milliseconds from a request's arrival to its answer, at the arrival rate of the service level. */
export type RequestLatency = z.infer<typeof requestLatencySchema>;

const phaseSummary = z.strictObject({
  phase: z.string(),
  joulesPerUnit: intervalSchema,
  msPerUnit: intervalSchema,
});
/** What a phase took, over trials. */
export type PhaseSummary = z.infer<typeof phaseSummary>;

const stateSummary = z.strictObject({
  celsius: nullable.describe('hottest socket'),
  megahertz: nullable.describe('of the CPUs that were looked at'),
  throttledTrials: nullable.describe('trials in whose windows a core or a socket reached its thermal limit'),
  stealPercent: nullable.describe('CPU time of the windows that a hypervisor gave to others'),
  guestPercent: nullable.describe('CPU time of the windows that virtual machines of this host used'),
});
/** How the machine was, means over trials; null where it does not tell. */
export type StateSummary = z.infer<typeof stateSummary>;

/** What stands in a summary besides the metrics that are one value of each trial. All are null while it has no trial. */
export const summaryParts = {
  skipped: skippedSchema.describe('why it was not run'),
  isLeftOut: z
    .literal(true)
    .optional()
    .describe(
      'of a search: left out with too few trials for a comparison, or none; left out of the JSON where it is not so',
    ),
  unit: z.string().describe('what the work is counted in, in the singular: image'),
  n: z.int().describe('trials behind the numbers'),
  accuracy: nullable.describe('COCO’s AP@[.5:.95] of its model, 0 to 1; null where not known'),
  accuracyInterval: accuracyIntervalSchema.optional(),
  batchLatencyMs: batchLatencySchema.nullable().describe(`one inference call, all trials; ${percentileNote}`),
  requestLatencyMs: requestLatencySchema
    .nullable()
    .describe(
      `modelled, not measured: fill + queue + service of a simulated queue at the SLA’s arrival rate; ${percentileNote}; null without an SLA, above the throughput, or too near it to tell`,
    ),
  load: z
    .number()
    .optional()
    .describe(
      'work that arrives at the SLA’s rate over what its servers can do, as simulated (with batching when-free: in full batches, which they are when many wait), mean over trials; left out without an SLA or where some trial does not keep up',
    ),
  withinTrialSpreadPercent: nullable.describe(
    'coefficient of variation of windows inside a trial (root mean square over trials); null with single windows',
  ),
  betweenTrialSpreadPercent: nullable.describe(
    'coefficient of variation of the trials’ joules per unit of work; null at n = 1',
  ),
  edgePercent: z
    .number()
    .optional()
    .describe(
      'half-width in which joulesPerUnit is known at worst because the edges of windows are, in percent; in every interval of joules, and made no smaller by repeats; left out where counters are read in microseconds',
    ),
  phases: z
    .array(phaseSummary)
    .optional()
    .describe('only with measure.scope end-to-end or process; the joules add up to joulesPerUnit'),
  state: stateSummary
    .optional()
    .describe('how the machine was at the edges of the windows, means over trials; left out where the log has none'),
};
