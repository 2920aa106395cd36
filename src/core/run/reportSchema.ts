import * as z from 'zod';
import { accuracySchema } from '../accuracy/accuracy';
import { sourceSchema } from '../power/source';
import type { Verdict } from '../verdict/advice';
import { currentSchema } from '../spec/spec';
import { configurationSchema } from '../configuration/configuration';
import { phaseNames } from './phases';
import type { RunReport } from './report';

/**
 * The JSON of `greenbatch show --json`, version 1, as a schema: docs/show.schema.json is generated from it, and a test
 * holds every report against it. New keys may be added within a version; none is removed or changes its meaning.
 */

const nullable = z.number().nullable();
const interval = z
  .strictObject({ mean: z.number(), low: nullable, high: nullable, n: z.int() })
  .describe('mean over n trials with its 95 % interval; low and high are null at n = 1');
const percentiles = { p50: nullable, p95: nullable, p99: nullable, max: z.number() };
const percentileNote = 'milliseconds; a percentile with too few batches behind it is null';

const configuration = z.strictObject({
  ...configurationSchema.shape,
  skipped: z.strictObject({ reason: z.string(), message: z.string() }).nullable().describe('why it was not run'),
  n: z.int().describe('trials behind the numbers'),
  accuracy: nullable.describe('COCO’s AP@[.5:.95] of its model, 0 to 1; null where not known'),
  joulesPerImage: interval.nullable().describe('gross: all that the added domains used in the windows ÷ images'),
  netJoulesPerImage: interval.nullable().describe('less idle watts ÷ images per second; null without an idle baseline'),
  averageWatts: nullable,
  utilisation: nullable.describe('share of all CPUs’ time in use, 0 to 1'),
  imagesPerSecond: nullable,
  cpuSecondsPerImage: nullable.describe('CPU time of the trial’s process'),
  intervals: z
    .strictObject({
      averageWatts: interval,
      utilisation: interval,
      imagesPerSecond: interval,
      cpuSecondsPerImage: interval,
    })
    .nullable(),
  batchLatencyMs: z
    .strictObject({ ...percentiles, p95Interval: z.strictObject({ low: z.number(), high: z.number() }).nullable() })
    .nullable()
    .describe(`one inference call, all trials; ${percentileNote}`),
  requestLatencyMs: z
    .strictObject({
      ...percentiles,
      atPercentile: z.strictObject({ percentile: z.number(), value: nullable, low: nullable, high: nullable }),
    })
    .nullable()
    .describe(
      `fill + queue + service at the SLA’s arrival rate; ${percentileNote}; null without an SLA or above the throughput`,
    ),
  joulesPerRequest: interval.nullable().describe('dynamic J/image + idle watts ÷ arrival rate'),
  energyDelayProduct: interval.nullable().describe('J·s per image'),
  withinTrialSpreadPercent: nullable,
  betweenTrialSpreadPercent: nullable,
  phases: z
    .array(z.strictObject({ phase: z.enum(phaseNames), joulesPerImage: interval, msPerImage: interval }))
    .optional()
    .describe('only with measure.scope end-to-end; the joules add up to joulesPerImage'),
});

const relaxation = z.strictObject({
  id: z.string(),
  constraint: z.enum(['arrivalRate', 'requestLatencyMs', 'minAccuracy']),
  limit: z.number(),
  needed: z.number(),
});

const verdict = z.strictObject({
  kind: z.enum(['greenest', 'tied', 'unresolved', 'infeasible']),
  marginPercent: z.number().describe('configurations within ± this margin are called tied'),
  winner: z.string().nullable().describe('id of the configuration to take'),
  tied: z.array(z.string()),
  metric: z.enum(['joulesPerImage', 'joulesPerRequest', 'weighted']).describe('what is compared'),
  energy: z.enum(['joulesPerImage', 'joulesPerRequest']).describe('how energy is counted'),
  saving: z
    .strictObject({
      against: z.string(),
      percent: z.number(),
      low: nullable,
      high: nullable,
      significant: z.boolean(),
      energy: z.enum(['joulesPerImage', 'joulesPerRequest']),
      latency: z
        .strictObject({
          of: z.enum(['request', 'batch']),
          percentile: z.union([z.number(), z.literal('max')]),
          from: z.number(),
          to: z.number(),
        })
        .nullable(),
    })
    .nullable()
    .describe('energy that the winner saves against `current`, percent; the choice of the lowest is accounted for'),
  reference: z.string().nullable().describe('the lowest so far, which the others are compared with'),
  comparisons: z.array(
    z.strictObject({
      id: z.string(),
      differencePercent: nullable,
      low: nullable,
      high: nullable,
      relation: z.enum(['worse', 'equivalent', 'unresolved']),
      withinMargin: z.boolean(),
      blocks: z.int(),
    }),
  ),
  feasibility: z.array(
    z.strictObject({
      id: z.string(),
      feasible: z.enum(['yes', 'no', 'unresolved']),
      reason: z.string(),
      breaks: z.array(relaxation),
      blocksMayDecide: z.boolean(),
    }),
  ),
  blocks: z.int(),
  confidencePercent: z.number(),
  estimated: z.boolean(),
  openBecause: z.enum(['too-few-blocks', 'comparison', 'feasibility', 'nothing-to-compare']).nullable(),
  moreBlocks: nullable.describe('about how many more blocks would decide'),
  relaxations: z.array(relaxation).describe('for infeasible: the nearest changes that let one configuration in'),
  inUse: z.string().nullable().describe('the configuration that runs today; null where that is not known'),
  mayBeInUse: z.array(z.string()).describe('all that `current` fits, where it fits several: no saving is stated then'),
  sentence: z.string(),
  qualification: z.array(z.string()),
}) satisfies z.ZodType<Verdict>;

const failure = {
  code: z.string().describe('docs/cli.md lists them'),
  message: z.string(),
  fix: z.string().nullable().describe('commands for a terminal of the machine that measures'),
};

export const reportSchema = z.strictObject({
  version: z.literal(1),
  run: z.strictObject({
    id: z.string(),
    name: z.string(),
    folder: z.string(),
    status: z.string().describe('starting, running, complete, interrupted, failed or stopped (killed)'),
    specFile: z.string().nullable(),
    createdAt: z.string(),
    program: z.string(),
    sessions: z.int(),
    blocks: z.int(),
    ended: z.string().nullable(),
    failure: z.strictObject(failure).nullable().describe('why it failed, as data'),
    currentBatchSize: z.int().nullable(),
    current: currentSchema.nullable().describe('what runs today, as far as the experiment says'),
    scope: z.enum(['inference', 'end-to-end']).describe('what the energy windows hold'),
    imageSize: z.strictObject({ height: z.int(), width: z.int() }).nullable(),
    images: z
      .strictObject({
        description: z.string(),
        count: z.int(),
        inRotation: z.int(),
        skipped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
      })
      .nullable(),
    models: z.array(z.strictObject({ model: z.string(), sha256: z.string(), parameters: nullable, gflops: nullable })),
    idleWatts: nullable,
    driftPercent: nullable.describe('change of the reference configuration from the first to the last check'),
    unsteadyTrials: z.int().describe('finished repeats whose batch times had not settled when their window began'),
    otherLoadPercent: nullable.describe('CPU time that other processes took in the windows'),
    failedTrials: z.array(
      z.strictObject({
        trial: z.int(),
        configuration: z.string(),
        block: z.int(),
        reason: z.string(),
        ...failure,
      }),
    ),
    warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
    environment: z.record(z.string(), z.unknown()),
  }),
  source: sourceSchema.nullable(),
  configurations: z.array(configuration),
  accuracies: z
    .array(
      z.strictObject({
        model: z.string(),
        accuracy: accuracySchema.nullable(),
        message: z.string().nullable().describe('why it is not known'),
        truth: z.string().nullable().describe('where the annotations come from'),
        phases: z
          .strictObject({
            loadMs: z.number(),
            preprocessMs: z.number(),
            inferenceMs: z.number(),
            nmsMs: z.number(),
            evaluationMs: z.number(),
          })
          .nullable()
          .describe('wall time of all images together'),
        skipped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
      }),
    )
    .describe('what each model gets right, measured once, outside the energy windows (docs/accuracy.md)'),
  paretoFront: z.array(z.string()),
  verdict,
  verdictByModel: z.record(z.string(), verdict),
}) satisfies z.ZodType<RunReport>;
