import type { Arrangement } from './arrangement';
import { averagePrecision, meanOf, precisionOf } from './cocoEvaluation';
import { type CocoMatcher, everyThreshold, mostDetections } from './cocoMatching';
import { iouThresholds } from './thresholds';

/**
 * What COCO's AP@[.5:.95] takes of one category once its images are matched. What is right or wrong in an image does not
 * depend on the other images, so another choice of images, some of them several times, needs no matching.
 */
export type MatchedCategory = {
  /** [detections] surest first: place of its image among those sorted by id. */
  images: Uint32Array;
  /** [detections] bit t: right at threshold t. */
  right: Uint16Array;
  /** [detections] bit t: neither right nor wrong at threshold t. */
  passed: Uint16Array;
  /** [objects] place of its image. */
  objectImages: Uint32Array;
};

const T = iouThresholds.length;

/**
 * Of each category, about 8 bytes a detection.
 *
 * @param matcher which has matched all of `arrangement`
 */
export function matchedCategories(arrangement: Arrangement, matcher: CocoMatcher): MatchedCategory[] {
  const { categories, found, truths, truthImages, detectionImages } = arrangement;
  const [matched, ignored] = [matcher.matched[0]!, matcher.ignored[0]!];
  return categories.map((_, k) => {
    const telling = found.entries
      .subarray(found.starts[k], found.starts[k + 1])
      .filter((d) => matcher.ranks[d]! < mostDetections && ignored[d] !== everyThreshold);
    const isRight = (d: number) => (matched[d]! & ~ignored[d]!) !== 0;
    // Wrong ones below the last right one lower no precision that is read.
    const kept = telling.subarray(0, telling.findLastIndex(isRight) + 1);
    const objects = truths.entries
      .subarray(truths.starts[k], truths.starts[k + 1])
      .filter((truth) => !matcher.isPassedOver(truth, 0));
    return {
      images: kept.map((d) => detectionImages[d]!),
      right: Uint16Array.from(kept, (d) => matched[d]!),
      passed: Uint16Array.from(kept, (d) => ignored[d]!),
      objectImages: objects.map((truth) => truthImages[truth]!),
    };
  });
}

/**
 * COCO's AP@[.5:.95] of images that count so many times each: the very number that an evaluation gives in which each image
 * stands so many times under ids of its own, one after the other (where no two detections of one image and category have
 * the same score). A category without an object in these images is in no mean, as there.
 *
 * @param weights [images] how many times, by place among the ids
 * @param byCategory [categories] where the AP of each is put; −1: it has no object in these images
 * @returns 0 to 1; −1 where these images hold no object
 */
export function resampledAveragePrecision(
  categories: readonly MatchedCategory[],
  weights: Uint16Array,
  byCategory = new Float64Array(categories.length),
): number {
  const values: number[] = [];
  categories.forEach((category, k) => {
    let positives = 0;
    for (const image of category.objectImages) positives += weights[image]!;
    byCategory[k] = -1;
    if (positives === 0) return;
    const own = averagePrecisions(category, weights, positives);
    byCategory[k] = meanOf(own);
    values.push(...own);
  });
  return meanOf(values);
}

/** [T × objects] of the category at hand: precision at each right detection, and objects found by then. */
let precisions = new Float64Array(0);
let counts = new Uint32Array(0);

/** At each of the ten thresholds. */
function averagePrecisions(
  { images, right, passed, objectImages }: MatchedCategory,
  weights: Uint16Array,
  positives: number,
): number[] {
  const most = objectImages.length;
  if (precisions.length < T * most) {
    precisions = new Float64Array(2 * T * most);
    counts = new Uint32Array(2 * T * most);
  }
  const [tp, fp, kept] = [new Uint32Array(T), new Uint32Array(T), new Uint32Array(T)];
  // Most detections are wrong at every threshold: counted once for all ten.
  let wrong = 0;
  for (let i = 0; i < images.length; i++) {
    const weight = weights[images[i]!]!;
    if (weight === 0) continue;
    const [isRight, isPassed] = [right[i]!, passed[i]!];
    if ((isRight | isPassed) === 0) {
      wrong += weight;
      continue;
    }
    for (let t = 0; t < T; t++) {
      if ((isPassed >> t) & 1) continue;
      if (!((isRight >> t) & 1)) {
        fp[t]! += weight;
        continue;
      }
      // Of equal ones in a row the last has the highest precision, which is read for all.
      const count = (tp[t]! += weight);
      const at = t * most + kept[t]!++;
      precisions[at] = precisionOf(count, fp[t]! + wrong);
      counts[at] = count;
    }
  }
  return Array.from(kept, (length, t) => {
    const [from, to] = [t * most, t * most + length];
    return averagePrecision(precisions.subarray(from, to), counts.subarray(from, to), positives);
  });
}
