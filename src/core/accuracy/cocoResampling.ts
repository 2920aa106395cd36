import type { Arrangement } from './arrangement';
import { averagePrecision, meanOf, precisionOf } from './cocoEvaluation';
import { type CocoMatcher, everyThreshold, mostDetections } from './cocoMatching';
import { iouThresholds } from './thresholds';

/**
 * What COCO's AP@[.5:.95] takes of one category once its images are matched. What is right or wrong in an image does not
 * depend on the other images, so another choice of images, some of them several times, needs no matching.
 */
export type MatchedCategory = {
  /** [telling] detections that are not wrong at every threshold, surest first: place of its image among those sorted by id. */
  images: Uint32Array;
  /** [telling] bit t: right at threshold t. */
  right: Uint16Array;
  /** [telling] bit t: neither right nor wrong at threshold t. */
  passed: Uint16Array;
  /** [telling] how many of the wrong ones are surer. */
  wrongsBefore: Uint32Array;
  /** [wrongs] detections that are wrong at every threshold, which most are, surest first: place of the image. */
  wrongImages: Uint32Array;
  /** [objects] place of the image. */
  objectImages: Uint32Array;
};

const T = iouThresholds.length;

/**
 * Of each category, 4 to 12 bytes a detection.
 *
 * @param matcher which has matched all of `arrangement`
 */
export function matchedCategories(arrangement: Arrangement, matcher: CocoMatcher): MatchedCategory[] {
  const { categories, found, truths, truthImages, detectionImages } = arrangement;
  const [matched, ignored] = [matcher.matched[0]!, matcher.ignored[0]!];
  return categories.map((_, k) => {
    const counted = found.entries
      .subarray(found.starts[k], found.starts[k + 1])
      .filter((d) => matcher.ranks[d]! < mostDetections && ignored[d] !== everyThreshold);
    const objects = truths.entries
      .subarray(truths.starts[k], truths.starts[k + 1])
      .filter((truth) => !matcher.isPassedOver(truth, 0));
    return matchedCategory(
      counted.map((d) => detectionImages[d]!),
      Uint16Array.from(counted, (d) => matched[d]!),
      Uint16Array.from(counted, (d) => ignored[d]!),
      objects.map((truth) => truthImages[truth]!),
    );
  });
}

/** Of all detections of a category, surest first: their images, and bits as `MatchedCategory` has them. */
export function matchedCategory(
  images: Uint32Array,
  right: Uint16Array,
  passed: Uint16Array,
  objectImages: Uint32Array,
): MatchedCategory {
  const isTelling = (d: number) => (right[d]! | passed[d]!) !== 0;
  const all = Uint32Array.from(images.keys());
  const telling = all.filter(isTelling);
  // Wrong ones below the last one that tells anything lower no precision that is read.
  const wrongs = all.subarray(0, (telling.at(-1) ?? -1) + 1).filter((d) => !isTelling(d));
  return {
    images: telling.map((d) => images[d]!),
    right: Uint16Array.from(telling, (d) => right[d]!),
    passed: Uint16Array.from(telling, (d) => passed[d]!),
    wrongsBefore: telling.map((d, i) => d - i),
    wrongImages: wrongs.map((d) => images[d]!),
    objectImages,
  };
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
function averagePrecisions(category: MatchedCategory, weights: Uint16Array, positives: number): number[] {
  const { images, right, passed, wrongsBefore, wrongImages } = category;
  const most = category.objectImages.length;
  if (precisions.length < T * most) {
    precisions = new Float64Array(2 * T * most);
    counts = new Uint32Array(2 * T * most);
  }
  const [tp, fp, kept] = [new Uint32Array(T), new Uint32Array(T), new Uint32Array(T)];
  let [wrong, seen] = [0, 0];
  for (let i = 0; i < images.length; i++) {
    // No branch for the many: which images were drawn no processor guesses.
    for (const end = wrongsBefore[i]!; seen < end; seen++) wrong += weights[wrongImages[seen]!]!;
    const weight = weights[images[i]!]!;
    if (weight === 0) continue;
    const [isRight, isPassed] = [right[i]!, passed[i]!];
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
