import * as z from 'zod';

const nullable = z.number().nullable();
const partSchema = z.strictObject({
  cpuPercent: z.number().describe('of the machine’s CPU time in the windows'),
  joules: nullable.describe('at what a busy CPU draws above rest; null without an idle baseline'),
});

export const ownCostSchema = partSchema
  .extend({
    cpuSeconds: z.number(),
    watts: nullable.describe('the joules, per second of the windows'),
    energyPercent: nullable.describe('the joules, of those of the windows'),
    editor: partSchema
      .nullable()
      .describe(
        'beside it: the editor’s extension host that started the run, with all extensions in it; null: not known',
      ),
    parts: z.strictObject({
      engine: partSchema.describe('with its sampler where that is null'),
      sampler: partSchema.nullable().describe('the thread that reads counters at 10 Hz; null: not told apart'),
      watchdog: partSchema
        .nullable()
        .describe(
          'the threads that watch whether the trial’s processes stand still; null: not told apart from the work',
        ),
    }),
  })
  .describe('what measuring itself took in the windows; left out where the log does not have it');
export type OwnCost = z.infer<typeof ownCostSchema>;
