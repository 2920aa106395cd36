import * as z from 'zod';
import { verdictJsonSchema, verdictsJsonSchema } from '../analysis/verdict/verdictJsonSchema';
import { configurationSummarySchema } from '../metrics/summarySchema';
import { reportSchema } from '../report/reportSchema';
import { imageKeys } from '../words/imageKeysSchema';

/** The JSON of `greenbatch show --json` as a schema: the report, with the names for images that `json.ts` adds where the work is images. */

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

export const reportJsonSchema = reportSchema.extend({
  configurations: z.array(configuration),
  verdict: verdictJsonSchema,
  verdictByModel: verdictsJsonSchema,
});
