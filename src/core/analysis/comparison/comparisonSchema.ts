import * as z from 'zod';
import { configurationSchema } from '../../configuration/configuration';
import { intervalSchema } from '../../statistics/interval';
import { imageKeys } from '../../words/imageKeysSchema';

/**
 * The JSON of `greenbatch compare --json`, version 2, as a schema: docs/compare.schema.json is generated from it, and a
 * test holds every comparison against it. New keys may be added within a version; none is removed or changes its meaning.
 * Version 1 had in `verdict` what the scatter within two runs says of their joules: what differs between days was not in it.
 */

const nullable = z.number().nullable();
const note = z.strictObject({ code: z.string(), message: z.string() });
const interval = intervalSchema.describe(
  'mean over n trials of a run with its own 95 % t interval; of a side of several runs over its n days',
);
const difference = z
  .strictObject({ percent: z.number(), low: nullable, high: nullable })
  .describe(
    'second against first, percent of the first: ratio of geometric means, simultaneous interval; null where nothing tells the spread',
  );
const quantity = z.strictObject({ first: interval, second: interval, difference });
const judged = ['less', 'more', 'equivalent', 'unresolved'] as const;
/** A run that another one is held against. */
export const namedRunSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  folder: z.string(),
  status: z.string(),
  createdAt: z.string(),
  source: z.string().nullable(),
});

const ratio = z.strictObject({
  first: z.number().describe('joules per unit of work over those of the reference, within blocks'),
  second: z.number(),
  difference: difference.describe(
    'of the second’s ratio from the first’s, percent; its interval holds what differs between days where betweenRuns is known, else only what scatters within the runs',
  ),
  withinRuns: z.strictObject({ low: nullable, high: nullable }).describe('by the scatter within the runs alone'),
  blocks: z.int().describe('that a run has of it and of the reference, the fewest of any run'),
});

const configuration = z.strictObject({
  first: z.strictObject(configurationSchema.shape),
  second: z.strictObject(configurationSchema.shape),
  joulesPerUnit: quantity,
  unitsPerSecond: quantity,
  ratio: ratio.nullable().describe('to the reference; null of the reference itself, and where there is none'),
  verdict: z
    .enum([...judged, 'descriptive'])
    .nullable()
    .describe(
      'of the ratio: less, more by its interval, equivalent within the margin (TOST); descriptive: what differs between days is not known; null without a ratio',
    ),
  withinMargin: z.boolean().describe('the ratio is shown to lie within the margin; may hold beside less and more'),
  absolute: z
    .enum([...judged, 'cause-unknown', 'not-told-apart'])
    .describe(
      'of joules per unit of work themselves: judged where each side has runs of three days, or where the two were measured in turns; else whether they differ by more than scatters within the runs, whose cause is not known then',
    ),
});

const comparison = z.strictObject({
  version: z.literal(2),
  first: namedRunSchema,
  second: namedRunSchema,
  firstRuns: z.array(namedRunSchema).describe('all runs of the first side, `first` being the first of them'),
  secondRuns: z.array(namedRunSchema),
  refused: note.nullable().describe('why nothing is compared; null where it is'),
  warnings: z.array(note).describe('what else differs between the runs'),
  estimated: z.boolean(),
  missing: z.array(z.string()).describe('domains that the joules of neither run hold (measure.allowMissing)'),
  unit: z.string().describe('what the work is counted in, in the singular: image'),
  confidencePercent: z.number().describe('of all intervals together by which something is judged'),
  marginPercent: z.number().describe('within ± this margin configurations are equivalent'),
  reference: z
    .strictObject({ first: z.string(), second: z.string(), chosen: z.enum(['in-use', 'named', 'most-blocks']) })
    .nullable()
    .describe('ids of the configuration that the others are related to, and why it'),
  betweenRuns: z
    .strictObject({
      percent: z.number().describe('standard deviation of a ratio from run to run, percent'),
      degreesOfFreedom: z.number(),
      runs: z.int(),
      days: z.int(),
      control: z.array(z.string()).describe('ids of the runs besides those compared'),
    })
    .nullable()
    .describe('what runs of different days on this machine tell of how far ratios lie apart'),
  notJudged: note.nullable().describe('why ratios are not judged; null where they are'),
  isAbsoluteJudged: z
    .boolean()
    .describe(
      'whether each side has runs of three days, or three that took turns, or the two runs were measured in turns',
    ),
  interleaved: z
    .strictObject({
      blocks: z.int().describe('in which both configurations of every pair were measured, the fewest of any pair'),
      differing: z
        .array(z.strictObject({ key: z.string(), first: z.string().nullable(), second: z.string().nullable() }))
        .describe(
          'what differs between the two experiments key by key, and besides: models and weights of the same name, the commit of the workspace, the program; null: it is not there',
        ),
    })
    .nullable()
    .describe(
      'of two runs that were measured in turns within the same blocks: their joules are judged by paired blocks; null of all others',
    ),
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
