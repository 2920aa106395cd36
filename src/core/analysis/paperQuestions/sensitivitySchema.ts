import * as z from 'zod';

const end = z.number().nullable();
const side = z.strictObject({
  label: z.string(),
  model: z.string(),
  batchSize: z.int(),
  accuracy: z.number(),
  joulesPerUnit: z.number(),
});

/** Part of the JSON of `greenbatch paper questions --json`. */
export const sensitivitySchema = z.strictObject({
  version: z.literal(1),
  sets: z.array(
    z.strictObject({
      name: z.string(),
      published: z.boolean(),
      accuracyName: z.enum(['F1', 'AP']),
      unit: z.string(),
      points: z.int(),
      missing: z.string().nullable().describe('why there is no step'),
      steps: z
        .array(
          z.strictObject({
            from: side,
            to: side,
            accuracyPoints: z
              .strictObject({ given: z.number(), low: end, high: end })
              .describe('accuracy given up, in hundredths; the ends with other images, null where that is not known'),
            energyPercent: z
              .strictObject({ saved: z.number(), low: end, high: end })
              .describe('energy saved, in percent of `from`; its 95 % interval within blocks'),
            joulesSaved: z.number().describe('per unit of work'),
            joulesPerPoint: z
              .number()
              .describe('energy saved for each hundredth of accuracy given up: what steps are ranked by'),
          }),
        )
        .describe(
          'steps between neighbours of the Pareto front of accuracy and energy; those that save most for what they give up first',
        ),
    }),
  ),
  sentence: z.string(),
});
export type Sensitivity = z.infer<typeof sensitivitySchema>;
