import * as z from 'zod';

const nullable = z.number().nullable();

export const toBestSchema = z.strictObject({
  id: z.string(),
  differencePercent: nullable,
  low: nullable,
  high: nullable,
  relation: z.enum(['worse', 'equivalent', 'unresolved']),
  /** Shown to lie within the margin (TOST); may hold for a `worse` one too, when it is worse by less than the margin. */
  withinMargin: z.boolean(),
  /** Blocks that both have. */
  blocks: z.int(),
});
/** How a configuration stands to the best one: its cost above the best one's, in percent, with the simultaneous interval. */
export type ToBest = z.infer<typeof toBestSchema>;
