import * as z from 'zod';
import { configurationSchema } from '../configuration/configuration';
import { summaryParts } from './summaryParts';
import { intervalSchema } from '../statistics/interval';
import type { TrialMetric } from './metric';
import { type IntervalKey, type MeanKey, trialMetrics, type UnsureKey } from './registry';

/** A configuration's numbers as `show --json` has them, made from the registry. */
const fields = <K extends string, S extends z.ZodType>(json: TrialMetric['json'], schema: S) =>
  Object.fromEntries(
    trialMetrics
      .filter((m) => m.json === json)
      .map((m) => [m.key, m.definition === undefined ? schema : schema.describe(m.definition)]),
  ) as Record<K, S>;

export const configurationSummarySchema = z.strictObject({
  ...configurationSchema.shape,
  ...summaryParts,
  ...fields<IntervalKey, z.ZodNullable<typeof intervalSchema>>('interval', intervalSchema.nullable()),
  ...fields<MeanKey, z.ZodNullable<z.ZodNumber>>('mean', z.number().nullable()),
  intervals: z
    .strictObject(
      Object.fromEntries(
        trialMetrics
          .filter((m) => m.json === 'mean')
          .map((m) => [m.key, m.unsure ? intervalSchema.nullable() : intervalSchema]),
      ) as Record<Exclude<MeanKey, UnsureKey>, typeof intervalSchema> &
        Record<UnsureKey, z.ZodNullable<typeof intervalSchema>>,
    )
    .nullable(),
});

/** A configuration's numbers. All are null while it has no trial. */
export type ConfigurationSummary = z.infer<typeof configurationSummarySchema>;
