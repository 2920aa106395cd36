import * as z from 'zod';

/** `AccuracySampling` in the log, and `AccuracyInterval` in reports. The page, which has no Zod, imports the type beside the arithmetic. */
export const accuracySamplingSchema = z.strictObject({
  images: z.int().min(0),
  evaluated: z.string(),
  widening: z.number().min(1),
  replicates: z.array(z.number().min(-1).max(1)).max(10_000),
});

const end = z.number().nullable();

export const accuracyIntervalSchema = z
  .strictObject({ low: end, high: end, images: z.int(), resamples: z.int() })
  .describe(
    '95 % interval of COCO’s AP@[.5:.95] over other images of the same kind and number, by resamples; ends null where images or resamples are too few to tell; left out where the log has no resamples: the accuracy counts as exact',
  );
