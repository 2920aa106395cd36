import * as z from 'zod';
import { intervalSchema } from '../../statistics/interval';

/** What replayed requests measured, beside what is modelled; a part of the verdict, and of the JSON of `greenbatch show --json`. */

const nullable = z.number().nullable();
const ends = { low: nullable, high: nullable };
const state = z.enum(['yes', 'no', 'unresolved']);

const percentileSchema = z.strictObject({ value: nullable, ...ends });

const comparedSchema = z
  .strictObject({
    value: z.number(),
    errorPercent: z.number().describe('modelled above measured, percent of measured'),
    isInside: z
      .boolean()
      .nullable()
      .describe('whether the modelled value lies in the measured interval; null of fewer than five blocks'),
  })
  .nullable();
/** A modelled value beside the measured one; null where nothing was modelled. */
export type Compared = z.infer<typeof comparedSchema>;

const replayedSchema = z.strictObject({
  id: z.string(),
  blocks: z.int().describe('paced blocks behind the numbers'),
  joulesPerRequest: intervalSchema,
  latencyMs: z
    .strictObject({
      p50: percentileSchema,
      p95: percentileSchema,
      p99: percentileSchema,
      max: z.number(),
      atPercentile: percentileSchema
        .extend({ percentile: z.number() })
        .describe('the one that the service level names'),
    })
    .describe(
      'milliseconds from arrival to answer, of the requests of all blocks; the interval is by the spread of the blocks’ own; a percentile with too few requests behind it is null',
    ),
  load: z.number().describe('share of the time in which its processes ran a batch, mean of the blocks'),
  meanBatchSize: z.number().describe('requests in a batch, mean of the blocks'),
  padded: z.boolean().describe('whether smaller batches were filled up, as the model runs whole ones alone'),
  keepsLimit: state.describe('the latency limit, by the measured interval'),
  modelled: z.strictObject({ joulesPerRequest: comparedSchema, atPercentile: comparedSchema }),
});
/** A configuration that requests were replayed to. */
export type Replayed = z.infer<typeof replayedSchema>;

export const pacedSchema = z.strictObject({
  winner: z.string().nullable().describe('the verdict’s, where requests were replayed to it'),
  inUse: z.string().nullable().describe('the configuration that runs today, where requests were replayed to it'),
  arrivalRate: z.number().describe('requests per second of the service level'),
  arrivals: z.enum(['drawn', 'file']).describe('drawn at that rate, by a seed; or of a file, at its own'),
  batching: z.enum(['full', 'timeout', 'when-free']),
  batchTimeoutMs: nullable,
  seconds: z.number().describe('of one trial'),
  requests: z.int().describe('that arrived in one trial'),
  blocks: z.int().describe('most paced blocks of any configuration'),
  configurations: z.array(replayedSchema),
  saving: z
    .strictObject({
      percent: z.number(),
      ...ends,
      significant: z.boolean().describe('whether the interval leaves out 0'),
      blocks: z.int().describe('paced blocks that both have'),
      modelled: z
        .strictObject({
          percent: z.number(),
          errorPoints: z.number().describe('modelled less measured, percentage points'),
          isInside: z.boolean().nullable(),
        })
        .nullable(),
    })
    .nullable()
    .describe(
      'energy per request that the winner saves against today, measured: within paced blocks, which have the same arrivals, as a ratio; without an interval below five blocks',
    ),
  keepsLimit: state.describe('whether the winner keeps the latency limit, as measured'),
  confirms: state.describe(
    'whether what was measured confirms the verdict: its limit is kept, and what it says of a saving holds; no: the limit is surely broken, or the saving measured is none where one was modelled',
  ),
  contradiction: z.string().nullable().describe('for `no`: what contradicts, as a clause'),
  sentence: z.string(),
});
/** What replayed requests say of a verdict. */
export type Paced = z.infer<typeof pacedSchema>;
