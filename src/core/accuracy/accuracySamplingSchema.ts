import * as z from 'zod';

/** `AccuracySampling` in the log. The page, which has no Zod, imports the type beside the arithmetic. */
export const accuracySamplingSchema = z.strictObject({
  images: z.int().min(0),
  evaluated: z.string(),
  widening: z.number().min(1),
  replicates: z.array(z.number().min(-1).max(1)).max(10_000),
});
