import * as z from 'zod';

/** Of one run. More is more than anybody reads, and than a log, a page or a night can hold. */
export const mostConfigurations = 2000;

/** Of one run that searches: the smooth curve of so many takes seconds after each block, and of more minutes. */
export const mostSearched = 500;

/** What an experiment may ask for of one configuration; logs of others may not ask for more either. */
export const largestBatchSize = 65_536;
export const mostInstances = 1024;
export const mostThreads = 4096;

/** One candidate: what is run, and how. `id` is unique in the run and readable. */
export const configurationSchema = z.object({
  id: z.string(),
  model: z.string(),
  batchSize: z.int().min(1).max(largestBatchSize),
  /** Processes that run it at once, each on cores of its own. Logs of before have one. */
  instances: z.int().min(1).max(mostInstances).default(1),
  /** Of each process; 0: not known, of an imported run. */
  threads: z.int().min(0).max(mostThreads),
  spinning: z.boolean(),
});
export type Configuration = z.infer<typeof configurationSchema>;
