import * as z from 'zod';

const end = z.number().nullable();

const artefactIds = [
  'denominator',
  'rect-padding',
  'f1',
  'latency-waiting',
  'latency-nms',
  'start-up',
  'one-trial',
  'order',
  'image-size',
] as const;

/** Part of the JSON of `greenbatch paper questions --json`. */
export const artefactsSchema = z.strictObject({
  version: z.literal(1),
  artefacts: z.array(
    z.strictObject({
      id: z.enum(artefactIds),
      title: z.string(),
      why: z.string().describe('what makes it'),
      sizes: z
        .array(
          z.strictObject({
            of: z.string().describe('`published`, or a run'),
            configuration: z.string(),
            estimated: z.boolean().describe('made from joules that are estimated, not measured'),
            value: end.describe('null: only the ends are told'),
            unit: z.string(),
            ...{ low: end, high: end },
            words: z.string(),
          }),
        )
        .describe('how large it is, where the data tell'),
      missing: z.string().nullable().describe('what would tell its size, where nothing here does'),
    }),
  ),
  sentence: z.string(),
});
export type Artefacts = z.infer<typeof artefactsSchema>;
