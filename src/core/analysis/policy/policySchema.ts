import * as z from 'zod';

const policy = {
  configuration: z.string().describe('id'),
  label: z.string(),
  batchTimeoutMs: z
    .number()
    .nullable()
    .describe('how long a request may wait for others; null: until the batch is full'),
};

const modelled = z.strictObject({
  ...policy,
  batchSize: z.int(),
  instances: z.int().describe('how many batches are served at once'),
  threads: z.int(),
  spinning: z.boolean(),
  joulesPerRequest: z.number().describe('modelled: dynamic joules of the batches + idle watts ÷ arrivals'),
  atPercentileMs: z.number().describe('request latency at the service level’s percentile, modelled'),
  load: z.number(),
});
export type ModelledPolicy = z.infer<typeof modelled>;

/** Which batch size, wait and split take the least energy per request, at the service level's rate and over rates. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  arrivalRate: z.number().describe('requests per second of the service level'),
  requestLatencyMs: z.number().describe('its limit, kept by every policy that is named'),
  percentile: z.number(),
  batching: z
    .enum(['full', 'timeout', 'when-free'])
    .describe('how the server forms batches: as the service level says, else when-free'),
  waitsMs: z.array(z.number().nullable()).describe('the values of batchTimeoutMs that were tried'),
  best: modelled.nullable().describe('at arrivalRate; null: none keeps the limit'),
  today: modelled
    .nullable()
    .describe(
      'the configuration in use with the service level’s own wait; null: not known, or it does not keep the limit',
    ),
  savingPercent: z.number().nullable().describe('of best against today, of joules per request, modelled'),
  points: z
    .array(z.strictObject({ arrivalRate: z.number(), best: modelled.nullable(), today: modelled.nullable() }))
    .describe('ascending rates that were looked at'),
  ranges: z
    .array(
      z.strictObject({
        fromRate: z.number(),
        toRate: z.number(),
        ...policy,
        joulesPerRequest: z.strictObject({ atFrom: z.number(), atTo: z.number() }),
        atPercentileMs: z.number().describe('the highest of its rates'),
      }),
    )
    .describe(
      'rates that follow one another and have the same policy, ascending; between two ranges nothing was looked at',
    ),
  missing: z.string().nullable().describe('why nothing can be modelled'),
  sentence: z.string(),
});
export type PolicyJson = z.infer<typeof policySchema>;
