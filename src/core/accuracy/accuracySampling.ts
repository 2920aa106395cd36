import { confidencePercent } from '../statistics/confidence';
import { standardDeviation } from '../statistics/statistics';
import { tCritical } from '../statistics/studentT';

/** How far a COCO AP would be another one with other images of the same kind, as the log keeps it. */
export type AccuracySampling = {
  /** Images evaluated. */
  images: number;
  /** The same word for evaluations of the same images with the same annotations: only those are pairs. */
  evaluated: string;
  /** AP of the n-th resample of the images; −1 where it held no object. */
  replicates: number[];
  /** Ratio by which their standard deviation is too small, for the categories that few images hold. */
  widening: number;
};

/** COCO's AP@[.5:.95], 0 to 1, with what is known of its sampling error; logs of before have none, and it counts as exact. */
export type SampledAccuracy = { accuracy: number; accuracySampling?: AccuracySampling | undefined };

/** Both ends null: images or resamples are too few to tell. */
export type AccuracyInterval = { low: number | null; high: number | null; images: number; resamples: number };

/** Both ends of a 95 % interval. */
type Ends = { low: number; high: number };

/** Of fewer the interval would say more than they tell (docs/accuracy.md, simulated). */
const fewestImages = 10;
export const fewestReplicates = 50;
const tail = (1 - confidencePercent / 100) / 2;

/**
 * The interval of an AP over images: around it, with the standard deviation of the resamples as its standard error and
 * Student's t for so many images (docs/accuracy.md compares it with others by simulation).
 *
 * @returns null where images or resamples are too few to tell
 */
export function accuracyEnds({ accuracy }: SampledAccuracy, sampling: AccuracySampling): Ends | null {
  const half = halfWidthOf(sampling);
  return half === null ? null : { low: Math.max(0, accuracy - half), high: Math.min(1, accuracy + half) };
}

/** The same as reports have it: null where the accuracy, or its sampling error, is not known. */
export function accuracyIntervalOf(
  accuracy: number | null,
  sampling: AccuracySampling | undefined,
): AccuracyInterval | null {
  if (accuracy === null || accuracy < 0 || sampling === undefined) return null;
  const { low, high } = accuracyEnds({ accuracy }, sampling) ?? { low: null, high: null };
  return { low, high, images: sampling.images, resamples: sampling.replicates.length };
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
  const half = differenceHalfWidth(a.accuracySampling, b.accuracySampling);
  if (half === null) return { difference, low: null, high: null };
  return { difference, low: difference - half, high: difference + half };
}

function differenceHalfWidth(a: AccuracySampling | undefined, b: AccuracySampling | undefined): number | null {
  if (a === undefined || b === undefined) {
    const one = a ?? b;
    return one === undefined ? 0 : halfWidthOf(one);
  }
  if (a.evaluated !== b.evaluated || a.images !== b.images) {
    const [ofA, ofB] = [halfWidthOf(a), halfWidthOf(b)];
    return ofA === null || ofB === null ? null : Math.hypot(ofA, ofB);
  }
  const differences: number[] = [];
  // Of each pair of configurations, while somebody draws a slider.
  a.replicates.forEach((ap, i) => {
    const other = b.replicates[i] ?? -1;
    if (ap >= 0 && other >= 0) differences.push(ap - other);
  });
  return halfWidth(differences, a.images, Math.max(a.widening, b.widening));
}

const halfWidthOf = ({ images, replicates, widening }: AccuracySampling): number | null =>
  halfWidth(
    replicates.filter((ap) => ap >= 0),
    images,
    widening,
  );

function halfWidth(replicates: readonly number[], images: number, widening: number): number | null {
  if (images < fewestImages || replicates.length < fewestReplicates) return null;
  return tCritical(tail, images - 1) * widening * standardDeviation(replicates);
}
