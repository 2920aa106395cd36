import * as z from 'zod';

const end = z.number().nullable();
const known = z.strictObject({ value: z.number(), low: end, high: end });

/** Part of the JSON of `greenbatch paper questions --json`. */
export const proportionalitySchema = z.strictObject({
  version: z.literal(1),
  sets: z.array(
    z.strictObject({
      name: z.string(),
      published: z.boolean(),
      estimated: z
        .boolean()
        .describe('watts are computed from utilisation: then all this tells of the curve, not of the machine'),
      unit: z.string(),
      idleWatts: known.nullable().describe('of the machine at rest; null without a baseline'),
      highest: z
        .strictObject({ label: z.string(), watts: z.number(), utilisation: z.number().nullable() })
        .nullable()
        .describe('where most of the CPU time was in use; another configuration may draw more power'),
      dynamicRange: end.describe('1 − idle ÷ power at the highest use: 1 is a machine that draws nothing at rest'),
      proportionality: end.describe(
        '1 − (area between power and the line through 0 and the power at the highest use) ÷ area below that line, over utilisation (Ryckbosch, Polfliet & Eeckhout 2011)',
      ),
      configurations: z.array(
        z.strictObject({
          label: z.string(),
          batchSize: z.int(),
          n: z.int(),
          watts: known.describe(
            'of the windows; of published points an upper bound: energy of the process ÷ time of inference',
          ),
          utilisation: end.describe('share of the CPU time in use'),
          joulesPerUnit: z.number(),
          idleJoulesPerUnit: end.describe('idle watts × the time of a unit of work'),
          dynamicJoulesPerUnit: known.nullable(),
          idleShare: end.describe('of each joule what the machine at rest would have drawn'),
        }),
      ),
      missing: z.string().nullable().describe('what cannot be told, and why'),
    }),
  ),
  sentence: z.string(),
});
export type Proportionality = z.infer<typeof proportionalitySchema>;
