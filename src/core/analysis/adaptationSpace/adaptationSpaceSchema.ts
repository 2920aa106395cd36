import * as z from 'zod';

/** Part of the JSON of `greenbatch paper questions --json`. */
export const adaptationSpaceSchema = z.strictObject({
  version: z.literal(1),
  sets: z.array(
    z.strictObject({
      name: z.string(),
      published: z.boolean(),
      estimated: z.boolean().describe('joules are estimated from CPU time, not measured'),
      scope: z
        .string()
        .nullable()
        .describe(
          'what windows hold (`measure.scope`): of `process` latency is of inference alone, all else of the process',
        ),
      unit: z.string(),
      accuracyName: z.enum(['F1', 'AP']),
      percentile: z.number().describe('of the request latency that is held against the limits'),
      batching: z.enum(['full', 'timeout', 'when-free']).describe('how a server forms batches (`sla.batching`)'),
      batchTimeoutMs: z
        .number()
        .nullable()
        .describe('how long a request may wait for others; null: until the batch is full'),
      latencyLimitsMs: z.array(z.number()),
      arrivalRates: z.array(z.number()).describe('requests a second'),
      configurations: z.array(
        z.strictObject({
          label: z.string(),
          model: z.string(),
          batchSize: z.int(),
          accuracy: z.number().nullable(),
          coreSecondsPerUnit: z.number().nullable().describe('null: how many threads worked is not known'),
          joulesPerUnit: z.number(),
          share: z.number().min(0).max(1).describe('of all pairs of a limit and an arrival rate those that it keeps'),
          requestMs: z
            .array(z.number().nullable())
            .describe('at each arrival rate; null: it does not keep up, or is too near saturation to tell'),
        }),
      ),
      missing: z.string().nullable(),
    }),
  ),
  sentence: z.string(),
});
export type AdaptationSpace = z.infer<typeof adaptationSpaceSchema>;
