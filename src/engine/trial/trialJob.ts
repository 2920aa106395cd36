import * as z from 'zod';
import { specSchema } from '../../core/spec/spec';
import { sourceSchema } from '../../core/energy/source';

/** What a trial's process is told, as JSON in its arguments; and what it answers, one JSON object a line. */
export const trialJobSchema = z.object({
  /** `probe` runs a few batches and reports memory; it measures no energy. */
  kind: z.enum(['measure', 'probe']),
  modelFile: z.string(),
  batchSize: z.int(),
  /** Batch sizes of the experiment, which are tried where this one fails. */
  alsoTry: z.array(z.int()).optional(),
  threads: z.int(),
  spinning: z.boolean(),
  height: z.int(),
  width: z.int(),
  imagesFile: z.string(),
  source: sourceSchema,
  warmupSeconds: z.number(),
  windowSeconds: z.number(),
  windows: z.int(),
  /** Windows of the whole work over these images; left out: inference alone. */
  endToEnd: z.object({ images: specSchema.shape.images, baseDirectory: z.string(), evaluate: z.boolean() }).optional(),
});
export type TrialJob = z.infer<typeof trialJobSchema>;
