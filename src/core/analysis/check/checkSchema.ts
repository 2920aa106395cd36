import * as z from 'zod';
import { configurationSchema } from '../../configuration/configuration';
import { intervalSchema } from '../../statistics/interval';
import { namedRunSchema } from '../comparison/comparisonSchema';

/**
 * The JSON of `greenbatch check --json`, version 1, as a schema: docs/check.schema.json is generated from it, and a test holds every
 * check against it. New keys may be added within a version; none is removed or changes its meaning.
 */

const nullable = z.number().nullable();
const note = z.strictObject({ code: z.string(), message: z.string() });
const configuration = z.strictObject(configurationSchema.shape);

const answers = ['pass', 'fail', 'cannot-tell', 'not-comparable'] as const;
export type Answer = (typeof answers)[number];

const increase = z.strictObject({
  percent: z.number().describe('of the baseline: ratio of geometric means'),
  low: nullable,
  high: nullable,
  withinRuns: z.strictObject({ low: nullable, high: nullable }).describe('by the scatter within the runs alone'),
  by: z
    .enum(['pairs', 'ratios', 'levels'])
    .describe(
      'pairs: both were measured in the same blocks; ratios: each above `reference` of its own run, which has not changed; levels: the values themselves',
    ),
  reference: z.string().nullable().describe('configuration that has not changed'),
  betweenRuns: z
    .strictObject({
      percent: z.number().describe('standard deviation from run to run, percent'),
      degreesOfFreedom: z.number(),
      runs: z.int(),
      days: z.int(),
    })
    .nullable()
    .describe('what runs of different days on this machine tell of how far such values lie apart'),
});

const limit = z.strictObject({
  metric: z.string().describe('its key in the JSON of show'),
  name: z.string().describe('what is limited, for people: energy of batch 8'),
  unit: z.string(),
  configuration,
  kind: z.enum(['max', 'maxIncreasePercent']),
  allowed: z.number().describe('in the unit of the metric, or percent'),
  answer: z.enum(answers),
  code: z.string().nullable().describe('why nothing is told; null where it is'),
  message: z.string().describe('the answer with its numbers, a sentence'),
  value: intervalSchema
    .nullable()
    .describe('of the run that is checked; of `max` with the ends that it is judged by; null: not known'),
  increase: increase.nullable().describe('of maxIncreasePercent, with the ends that it is judged by'),
});

export const checkSchema = z.strictObject({
  version: z.literal(1),
  answer: z.enum(answers).describe('of all limits: fail before not-comparable before cannot-tell before pass'),
  run: namedRunSchema,
  baseline: namedRunSchema.nullable(),
  estimated: z.boolean().describe('whether joules are estimated, not measured'),
  failPercent: z
    .number()
    .describe(
      'how often a budget that is kept is said to be broken, at most; `low` of each limit has its share of it beyond',
    ),
  passPercent: z.number().describe('how often one that is broken is said to be kept, at most; beyond `high` of each'),
  limits: z.array(limit),
  warnings: z.array(note),
  sentence: z.string(),
});

export type Check = z.infer<typeof checkSchema>;
export type CheckedLimit = Check['limits'][number];
