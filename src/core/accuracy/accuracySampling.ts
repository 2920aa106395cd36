import { confidencePercent } from '../statistics/confidence';
import { normalQuantile } from '../statistics/normal';
import { standardDeviation } from '../statistics/statistics';

/** How far a COCO AP would be another one with other images of the same kind, as the log keeps it. */
export type AccuracySampling = {
  /** Images evaluated. */
  images: number;
  /** The same word for evaluations of the same images with the same annotations: only those are pairs. */
  evaluated: string;
  /** AP of the n-th resample of the images; −1 where it held no object. */
  replicates: number[];
};

/** COCO's AP@[.5:.95], 0 to 1, with what is known of its sampling error; logs of before have none, and it counts as exact. */
export type SampledAccuracy = { accuracy: number; accuracySampling?: AccuracySampling | undefined };

/** Both ends of a 95 % interval. */
type Ends = { low: number; high: number };

/** Of fewer the interval would say more than they tell (docs/accuracy.md, simulated). */
const fewestImages = 10;
const fewestReplicates = 50;
const z = normalQuantile(1 - (1 - confidencePercent / 100) / 2);

/**
 * The interval of an AP over images: normal, with the standard deviation of the resamples as standard error.
 *
 * @returns null where images or resamples are too few to tell
 */
export function accuracyEnds({ accuracy }: SampledAccuracy, sampling: AccuracySampling): Ends | null {
  const standardError = standardErrorOf(sampling);
  if (standardError === null) return null;
  return {
    low: Math.max(0, accuracy - z * standardError),
    high: Math.min(1, accuracy + z * standardError),
  };
}

/**
 * How much more accurate `a` is than `b`, with the interval of that: within resamples where both were evaluated on the
 * same images, since what makes an image hard is mostly hard for both; else as if they had none in common. One without a
 * sampling error counts as exact.
 *
 * @returns low and high null where images or resamples are too few to tell
 */
export function accuracyDifference(
  a: SampledAccuracy,
  b: SampledAccuracy,
): { difference: number } & (Ends | { low: null; high: null }) {
  const difference = a.accuracy - b.accuracy;
  const standardError = differenceError(a.accuracySampling, b.accuracySampling);
  if (standardError === null) return { difference, low: null, high: null };
  return { difference, low: difference - z * standardError, high: difference + z * standardError };
}

function differenceError(a: AccuracySampling | undefined, b: AccuracySampling | undefined): number | null {
  if (a === undefined || b === undefined) {
    const one = a ?? b;
    return one === undefined ? 0 : standardErrorOf(one);
  }
  if (a.evaluated === b.evaluated && a.images === b.images) {
    const pairs = a.replicates.flatMap((ap, i) => {
      const other = b.replicates[i] ?? -1;
      return ap < 0 || other < 0 ? [] : [ap - other];
    });
    return errorFrom(pairs, a.images);
  }
  const [ofA, ofB] = [standardErrorOf(a), standardErrorOf(b)];
  return ofA === null || ofB === null ? null : Math.hypot(ofA, ofB);
}

/** Standard error of an AP; null where images or resamples are too few. */
export const standardErrorOf = ({ images, replicates }: AccuracySampling): number | null =>
  errorFrom(
    replicates.filter((ap) => ap >= 0),
    images,
  );

const errorFrom = (values: readonly number[], images: number): number | null =>
  images < fewestImages || values.length < fewestReplicates ? null : standardDeviation(values);
