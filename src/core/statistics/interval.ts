import * as z from 'zod';

const end = z.number().nullable();

export const intervalSchema = z
  .strictObject({ mean: z.number(), low: end, high: end, n: z.int() })
  .describe(
    'mean over n trials with its 95 % interval, on the ratio scale (not symmetric about the mean, never below 0) but for net joules; low and high are null at n = 1',
  );
/** Mean of n trials with its interval (which is not symmetric about it); low and high are null at n = 1. */
export type Interval = z.infer<typeof intervalSchema>;
