import * as z from 'zod';
import { specSchema } from '../../../core/spec/spec';
import { rectJobSchema } from '../prepare/rectangles';

/** What the process of a trial is told, as JSON. */

const shared = {
  modelFile: z.string(),
  batchSize: z.int(),
  threads: z.int(),
  height: z.int(),
  width: z.int(),
};
/** What the detector runs over. */
const imageFields = {
  ...{ images: specSchema.shape.images, baseDirectory: z.string() },
  /** In batches of one shape each (`images.rect`); else all inputs are of one size. */
  rect: rectJobSchema.optional(),
};

const inferenceJobSchema = z.object({
  ...{ mode: z.literal('inference'), ...shared, spinning: z.boolean() },
  /** Tensors of the images, which are used in rotation. */
  imagesFile: z.string(),
  /** Batch sizes of the experiment, which are tried where this one fails. */
  alsoTry: z.array(z.int()).optional(),
});
export type InferenceJob = z.infer<typeof inferenceJobSchema>;

const endToEndJobSchema = z.object({
  ...{ mode: z.literal('end-to-end'), ...shared, spinning: z.boolean(), ...imageFields },
  evaluate: z.boolean(),
  /** What a batch's time is of: all that is done for it, or the inference call alone, as YOLOv7's test program prints. */
  timed: z.enum(['batch', 'inference']),
  /** Whether the sampling error of what an evaluation tells is to be found as well: of the first of a model. */
  sample: z.boolean(),
});
export type EndToEndJob = z.infer<typeof endToEndJobSchema>;

/** A trial in one of the two modes of an experiment (`measure.scope`). */
export const detectionJobSchema = z.discriminatedUnion('mode', [inferenceJobSchema, endToEndJobSchema]);

/** The evaluation of one model. */
export const accuracyJobSchema = z.object({ ...shared, ...imageFields, mostImages: z.int().optional() });
export type AccuracyJob = z.infer<typeof accuracyJobSchema>;
