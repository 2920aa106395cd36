import * as z from 'zod';
import { configurationSchema } from '../../configuration/configuration';
import { intervalSchema } from '../../statistics/interval';
import { imageKeys } from '../../words/imageKeysSchema';

/**
 * The JSON of `greenbatch compare --json`, version 1, as a schema: docs/compare.schema.json is generated from it, and a
 * test holds every comparison against it. New keys may be added within a version; none is removed or changes its meaning.
 */

const nullable = z.number().nullable();
const note = z.strictObject({ code: z.string(), message: z.string() });
const interval = intervalSchema.describe('mean over n trials with its own 95 % t interval');
const difference = z
  .strictObject({ percent: z.number(), low: nullable, high: nullable })
  .describe(
    'second against first, percent of the first: ratio of geometric means, simultaneous interval; null with fewer than two repeats in either',
  );
const quantity = z.strictObject({ first: interval, second: interval, difference });
/** Of energy per unit of work. `less`, `more`: the second takes less or more, by its interval. `equivalent`: within the margin (TOST). */
const relation = z.enum(['less', 'more', 'equivalent', 'unresolved']);
const run = z.strictObject({
  id: z.string(),
  name: z.string(),
  folder: z.string(),
  status: z.string(),
  createdAt: z.string(),
  source: z.string().nullable(),
});

const configuration = z.strictObject({
  first: z.strictObject(configurationSchema.shape),
  second: z.strictObject(configurationSchema.shape),
  joulesPerUnit: quantity,
  unitsPerSecond: quantity,
  verdict: relation.describe('of the second’s energy per unit of work'),
  withinMargin: z.boolean().describe('shown to lie within the margin; may hold beside less and more'),
});

const comparison = z.strictObject({
  version: z.literal(1),
  first: run,
  second: run,
  refused: note.nullable().describe('why nothing is compared; null where it is'),
  warnings: z.array(note).describe('what else differs between the runs'),
  estimated: z.boolean(),
  missing: z.array(z.string()).describe('domains that the joules of neither run hold (measure.allowMissing)'),
  unit: z.string().describe('what the work is counted in, in the singular: image'),
  confidencePercent: z.number().describe('of all intervals of energy per unit of work together'),
  marginPercent: z.number().describe('within ± this margin configurations are equivalent'),
  configurations: z.array(configuration),
  onlyFirst: z.array(z.string()),
  onlySecond: z.array(z.string()),
  sentence: z.string(),
});

/** The comparison as JSON has it: where the work is images, the figures of a configuration also under their former names. */
export const comparisonSchema = comparison.extend({
  configurations: z.array(configuration.extend(imageKeys(configuration.shape))),
});

export type RunComparison = z.infer<typeof comparison>;
/** Second against first, in percent of the first. */
export type Difference = RunComparison['configurations'][number]['joulesPerUnit']['difference'];
