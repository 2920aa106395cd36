import * as z from 'zod';

/** One candidate: what is run, and how. `id` is unique in the run and readable. */
export const configurationSchema = z.object({
  id: z.string(),
  model: z.string(),
  batchSize: z.int(),
  threads: z.int(),
  spinning: z.boolean(),
});
export type Configuration = z.infer<typeof configurationSchema>;
