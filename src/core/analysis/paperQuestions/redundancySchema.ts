import * as z from 'zod';

const end = z.number().nullable();

const correlationSchema = z
  .strictObject({
    coefficient: z.number().min(-1).max(1),
    low: end,
    high: end,
    n: z
      .int()
      .describe('independent points that the interval counts: models where there are several, else configurations'),
  })
  .nullable()
  .describe(
    'with its 95 % interval by Fisher’s z (of ranks Bonett & Wright’s); null: too few points, or one that does not vary',
  );

const besideSchema = z.strictObject({
  quantity: z.enum(['latency', 'accuracy', 'cost', 'accuracy-given-latency']),
  points: z.int(),
  pearson: correlationSchema,
  spearman: correlationSchema,
  pairs: z.int().nullable().describe('pairs of configurations that differ in both; null where a third is held equal'),
  discordantPairs: z.int().nullable().describe('of these, those that the two order in opposite ways'),
  tells: z
    .enum(['redundant', 'not-redundant', 'open'])
    .describe('Pearson’s: the whole interval at .9 or above in size, below it, or neither'),
  missing: z.string().nullable().describe('why there is nothing to be told'),
});

/** Part of the JSON of `greenbatch paper questions --json`. */
export const redundancySchema = z.strictObject({
  version: z.literal(1),
  sets: z.array(
    z.strictObject({
      name: z.string(),
      published: z.boolean(),
      estimated: z
        .boolean()
        .describe('joules are estimated from CPU time, not measured: then nothing is told, `tells` is `open`'),
      withoutTiny: z.boolean(),
      points: z.int(),
      models: z.int(),
      beside: z.array(besideSchema),
      line: z
        .strictObject({
          joules: z.number().describe('at a latency of 0'),
          joulesPerMs: z.number(),
          largestMissPercent: z.number().describe('distance of the farthest point, in percent of its energy'),
          farthest: z.string(),
        })
        .nullable()
        .describe('least squares of joules per unit of work over latency'),
      dearestQuicker: z
        .strictObject({
          quicker: z.string(),
          other: z.string(),
          percent: z.number().describe('energy of the quicker above that of the other'),
        })
        .nullable()
        .describe('of all pairs the one in which the quicker takes most energy above the other; null: in none more'),
    }),
  ),
  sentence: z.string(),
});
export type Redundancy = z.infer<typeof redundancySchema>;
