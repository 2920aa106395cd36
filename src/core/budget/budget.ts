import * as z from 'zod';
import { configurationSchema } from '../configuration/configuration';
import { limitedNames } from './limitedMetrics';

/**
 * The budget file `*.budget.yaml`, as the program validates it: what an experiment may take. `media/budget.schema.json` is generated
 * from this definition (`budgetJsonSchema`). Units are in the names; paths are relative to the file.
 */

/** To ask whether a file of another machine is there tells that machine who asks (on Windows with the hash of a password). */
const place = (what: string) =>
  z
    .string()
    .min(1)
    .max(1000)
    .regex(/^\P{Cc}*$/u, { error: 'holds a control character' })
    .refine((path) => !/^[\\/]{2}/.test(path), { error: 'is a place in a network: copy what it names here' })
    .describe(what);

const { batchSize, threads } = configurationSchema.shape;
const mostConfigurationsAtOnce = configurationSchema.shape.instances.unwrap();

/** Lets a rule speak beside other problems of the same place, so that a person sees all of them at once. */
const alsoBesideOthers = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

const limit = z
  .strictObject({
    metric: z
      .enum(limitedNames as [string, ...string[]])
      .describe('what is limited, by its key in the JSON of show (docs/show-json.md)'),
    batchSize: batchSize.describe('the configurations of this batch size; left out: of all').optional(),
    model: z.string().min(1).max(1000).describe('of this model, as the experiment names it').optional(),
    instances: mostConfigurationsAtOnce.describe('of so many processes').optional(),
    threads: threads.describe('of so many threads in each process').optional(),
    spinning: z.boolean().describe('whether idle workers spin').optional(),
    max: z.number().describe('the most that it may be, in the unit of the metric').optional(),
    maxIncreasePercent: z
      .number()
      .min(0)
      .max(100_000)
      .describe('by how much it may be more than in the baseline, percent')
      .optional(),
  })
  .refine((one) => one.max !== undefined || one.maxIncreasePercent !== undefined, {
    error: 'limits nothing: give max, maxIncreasePercent or both',
    ...alsoBesideOthers,
  })
  .meta({ anyOf: [{ required: ['max'] }, { required: ['maxIncreasePercent'] }] });

/** More than anybody reads, and than a level can be divided by. */
const mostLimits = 100;

/** The schema of a budget file; unknown keys are errors. */
export const budgetSchema = z.strictObject({
  experiment: place('the experiment that is measured (*.energy.yaml); relative to the budget file'),
  baseline: place(
    'what maxIncreasePercent is against: a measured run (its folder, its id or the beginning of it, or latest), or a file that "greenbatch show --json" has printed (*.json)',
  ).optional(),
  limits: z.array(limit).min(1).max(mostLimits).describe('each holds for every configuration that it fits'),
});

/** A validated budget. */
export type Budget = z.output<typeof budgetSchema>;
export type Limit = Budget['limits'][number];
