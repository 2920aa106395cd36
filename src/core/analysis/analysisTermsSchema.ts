import * as z from 'zod';
import { bearingCodes } from '../run/conditionTable';
import { rankedEnergySchema } from '../run/rankedEnergy';
import { specSchema } from '../spec/spec';

const { sla, preferences, current, search } = specSchema.shape;
/** What an analysis depends on besides the measured values; the fields have the names of the experiment file's. */
export const analysisTermsSchema = z.strictObject({
  sla,
  preferences,
  measure: z.object({
    equivalencePercent: z.number(),
    repeats: z.object({ min: z.int(), max: z.int(), intervalPercent: z.number() }),
  }),
  /** Where a run ends that blocks were added to after it had ended, in place of `repeats.max` (`blocks.added`); left out: none were. */
  addedBlocks: z.object({ upToBlock: z.int(), untilVerdict: z.boolean() }).optional(),
  /** What runs today. */
  current,
  /** Left out: all configurations were measured alike. */
  search,
  /** What the work is counted in, in the singular: `image`. */
  unit: z.string(),
  /** Whether joules are estimated from CPU time, not measured. */
  estimated: z.boolean(),
  /** Ids of domains that were asked for and are in no joule (`measure.allowMissing`). */
  missing: z.array(z.string()),
  /** What a verdict must say of the machine while it measured, or is withheld for (`bearingOf`); left out: nothing is known. */
  conditions: z
    .array(
      z.strictObject({
        code: z.enum(bearingCodes),
        effect: z.enum(['qualifies', 'withholds']),
        message: z.string(),
        clause: z.string(),
      }),
    )
    .optional(),
  /** By which energy it was decided to rank, and why not by the request; left out: not decided yet, or under other terms. */
  ranking: z.object({ energy: rankedEnergySchema, message: z.string().nullable() }).optional(),
});
export type AnalysisTerms = z.infer<typeof analysisTermsSchema>;
