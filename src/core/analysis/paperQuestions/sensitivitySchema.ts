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
      estimated: z.boolean().describe('joules are estimated from CPU time, not measured'),
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
            told: z
              .boolean()
              .describe('the whole interval of what is given up is above 0; false where nothing is known of it'),
            energyPercent: z
              .strictObject({ saved: z.number(), low: end, high: end })
              .describe(
                'energy saved, in percent of `from`, geometric mean of the blocks that both have; its 95 % interval of the same',
              ),
            joulesSaved: z.number().describe('per unit of work: that percentage of the energy of `from`'),
            joulesPerPoint: z
              .number()
              .describe('energy saved for each hundredth of accuracy given up: what steps are ranked by'),
          }),
        )
        .describe(
          'steps between neighbours of the Pareto front of accuracy and energy; those that are told apart in accuracy first, of these those that save most for what they give up',
        ),
    }),
  ),
  sentence: z.string(),
});
export type Sensitivity = z.infer<typeof sensitivitySchema>;
