import * as z from 'zod';
import { configurationSchema } from '../configuration/configuration';
import type { configurationSummarySchema } from '../metrics/summarySchema';
import { phaseNames } from './phases';

/**
 * What the statistics take in and give out. Inputs are one value per trial (windows inside a trial are averaged before);
 * outputs carry n, the number of trials, with every interval. The schemas are for JSON and tests; the page imports the
 * types alone.
 */

const nullable = z.number().nullable();
const skipped = z
  .strictObject({ reason: z.string(), code: z.string(), message: z.string(), fix: z.string().nullable() })
  .nullable();

/** The phases' joules add up to the trial's. */
const trialPhase = z.strictObject({ phase: z.enum(phaseNames), joulesPerImage: z.number(), msPerImage: z.number() });
export type TrialPhase = z.infer<typeof trialPhase>;

const trialValueSchema = z.strictObject({
  trial: z.int(),
  /** Blocks are numbered from 1; a block holds one trial of every configuration. */
  block: z.int(),
  joulesPerImage: z.number(),
  watts: z.number(),
  /** Share of the machine's CPU time in use, 0 to 1. */
  utilisation: z.number(),
  imagesPerSecond: z.number(),
  cpuSecondsPerImage: z.number(),
  /** Power of the machine at rest; null without an idle baseline. */
  idleWatts: nullable,
  /** Wall time of every batch in the trial's windows, milliseconds. */
  batchMs: z.array(z.number()),
  windowJoulesPerImage: z.array(z.number()),
  /** What each phase took, of end-to-end trials only. */
  phases: z.array(trialPhase).optional(),
});
/** One finished trial of one configuration. */
export type TrialValue = z.infer<typeof trialValueSchema>;

export const configurationResultSchema = z.strictObject({
  ...configurationSchema.shape,
  /** Why it was not measured at all; null when it was. */
  skipped,
  /** Why its last failed repeat failed; null where none did, left out where nobody knows. */
  failure: z.string().nullable().optional(),
  trials: z.array(trialValueSchema),
  /** COCO's AP@[.5:.95], 0 to 1; null where it is not known. */
  accuracy: nullable,
});
/** A configuration with the values of its trials. */
export type ConfigurationResult = z.infer<typeof configurationResultSchema>;

export const intervalSchema = z
  .strictObject({ mean: z.number(), low: nullable, high: nullable, n: z.int() })
  .describe('mean over n trials with its 95 % interval; low and high are null at n = 1');
/** Mean of n trials with its interval; low and high are null at n = 1. */
export type Interval = z.infer<typeof intervalSchema>;

const percentiles = { p50: nullable, p95: nullable, p99: nullable, max: z.number() };
const percentileNote = 'milliseconds; a percentile with too few batches behind it is null';

const batchLatencySchema = z.strictObject({
  ...percentiles,
  /** Distribution-free interval of p95 from order statistics; null where p95 is null or the batches are too few. */
  p95Interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
});
/** Milliseconds of one inference call, pooled over all trials; a percentile without enough batches is null. */
export type BatchLatency = z.infer<typeof batchLatencySchema>;

const requestLatencySchema = z.strictObject({
  ...percentiles,
  /** The percentile that the service level names, with its 95 % interval over trials. */
  atPercentile: z.strictObject({ percentile: z.number(), value: nullable, low: nullable, high: nullable }),
});
/** Milliseconds from a request's arrival to its answer, at the arrival rate of the service level. */
export type RequestLatency = z.infer<typeof requestLatencySchema>;

const phaseSummary = z.strictObject({
  phase: z.enum(phaseNames),
  joulesPerImage: intervalSchema,
  msPerImage: intervalSchema,
});
/** What a phase took, over trials. */
export type PhaseSummary = z.infer<typeof phaseSummary>;

/** What stands in a summary besides the metrics that are one value of each trial. All are null while it has no trial. */
export const summaryParts = {
  skipped: skipped.describe('why it was not run'),
  n: z.int().describe('trials behind the numbers'),
  accuracy: nullable.describe('COCO’s AP@[.5:.95] of its model, 0 to 1; null where not known'),
  batchLatencyMs: batchLatencySchema.nullable().describe(`one inference call, all trials; ${percentileNote}`),
  requestLatencyMs: requestLatencySchema
    .nullable()
    .describe(
      `fill + queue + service at the SLA’s arrival rate; ${percentileNote}; null without an SLA or above the throughput`,
    ),
  withinTrialSpreadPercent: nullable.describe(
    'coefficient of variation of windows inside a trial (root mean square over trials); null with single windows',
  ),
  betweenTrialSpreadPercent: nullable.describe('coefficient of variation of the trials’ J/image; null at n = 1'),
  phases: z
    .array(phaseSummary)
    .optional()
    .describe('only with measure.scope end-to-end; the joules add up to joulesPerImage'),
};

/** A configuration's numbers. All are null while it has no trial. */
export type ConfigurationSummary = z.infer<typeof configurationSummarySchema>;
