import * as z from 'zod';
import { verdictSchema } from '../analysis/verdict/verdictSchema';
import { configurationSummarySchema } from '../metrics/summarySchema';
import { reportSchema } from '../report/reportSchema';
import { keyInUnits } from '../words/unitOfWork';

/** The JSON of `greenbatch show --json` as a schema: the report, with the names for images that `json.ts` adds where the work is images. */

const described = (key: string) => `the same as ${key}, where the unit of work is an image`;

/** The keys of an object that name the unit, under their name for images, each optional. */
function imageKeys(shape: Record<string, z.ZodType>): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(shape).flatMap(([key, schema]) => {
      const name = keyInUnits(key, 'image');
      return name === key ? [] : [[name, schema.describe(described(key)).optional()]];
    }),
  );
}

const { intervals, phases } = configurationSummarySchema.shape;
const intervalsOf = intervals.unwrap();
const phase = phases.unwrap().element;
const configuration = configurationSummarySchema.extend({
  ...imageKeys(configurationSummarySchema.shape),
  intervals: intervalsOf.extend(imageKeys(intervalsOf.shape)).nullable(),
  phases: z
    .array(phase.extend(imageKeys(phase.shape)))
    .optional()
    .describe(phases.description!),
});

const energy = z.enum(['joulesPerImage', 'joulesPerUnit', 'joulesPerRequest']);
const { saving, againstInUse, energy: counted, metric } = verdictSchema.shape;
const verdict = verdictSchema.extend({
  metric: z.enum([...energy.options, 'weighted']).describe(metric.description!),
  energy: energy.describe(counted.description!),
  saving: saving.unwrap().extend({ energy }).nullable().describe(saving.description!),
  againstInUse: againstInUse.unwrap().extend({ energy }).nullable().describe(againstInUse.description!),
});

export const reportJsonSchema = reportSchema.extend({
  configurations: z.array(configuration),
  verdict,
  verdictByModel: z.record(z.string(), verdict).describe(reportSchema.shape.verdictByModel.description!),
});
