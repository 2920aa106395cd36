import * as z from 'zod';
import { specSchema } from '../../core/spec/spec';

/** What the process is told that finds out what a model gets right, as JSON in its arguments. */
export const accuracyJobSchema = z.object({
  kind: z.literal('accuracy'),
  modelFile: z.string(),
  batchSize: z.int(),
  threads: z.int(),
  height: z.int(),
  width: z.int(),
  images: specSchema.shape.images,
  baseDirectory: z.string(),
  mostImages: z.int().optional(),
});
export type AccuracyJob = z.infer<typeof accuracyJobSchema>;
