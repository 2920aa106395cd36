import * as z from 'zod';
import { footprintSchema } from '../../footprint/footprintSchema';
import { verdictSchema } from './verdictSchema';

/** A verdict as `verdictJson.ts` writes it. */

const energy = z.enum(['joulesPerImage', 'joulesPerUnit', 'joulesPerRequest']);
const { saving, againstInUse, levers, energy: counted, metric } = verdictSchema.shape;
export const verdictJsonSchema = verdictSchema.extend({
  metric: z.enum([...energy.options, 'weighted']).describe(metric.description!),
  energy: energy.describe(counted.description!),
  saving: saving.unwrap().extend({ energy }).nullable().describe(saving.description!),
  againstInUse: againstInUse.unwrap().extend({ energy }).nullable().describe(againstInUse.description!),
  levers: z.array(levers.element.extend({ energy })).describe(levers.description!),
});

export const verdictsJsonSchema = z
  .record(z.string(), verdictJsonSchema)
  .describe('one for each model, where the sweep has several');

/** The JSON of `greenbatch suggest --json`, version 1: docs/suggest.schema.json is generated from it. */
export const suggestionSchema = z.strictObject({
  version: z.literal(1),
  verdict: verdictJsonSchema,
  verdictByModel: verdictsJsonSchema,
  footprint: footprintSchema.optional(),
});
