import { seededRandom } from '../statistics/random';
import type { Arrangement } from './arrangement';
import { type MatchedCategory, resampledAveragePrecision } from './cocoResampling';
import type { AccuracySampling } from './accuracySampling';

/** Resamples of the images of an evaluation. */
export const mostResamples = 500;
/** So that the n-th resample of so many images is the same whichever model is evaluated. */
const seed = 20_140_501;

/**
 * COCO's AP@[.5:.95] of the same number of images, drawn from those evaluated with replacement (bootstrap; Efron 1979), again
 * and again: how far it would be another one with other images of the same kind. The draws go by the place of an image
 * among the ids alone, so that those of two models on the same images are pairs.
 *
 * @param isOver asked before each but the first `fewestResamples`: true ends it with fewer
 */
export function sampleImages(
  arrangement: Arrangement,
  categories: readonly MatchedCategory[],
  isOver: () => boolean = () => false,
): AccuracySampling {
  const { imageCount } = arrangement;
  const sampled = resampled(categories, imageCount, isOver);
  return { images: imageCount, evaluated: evaluatedSet(arrangement), ...sampled };
}

/** The same of images whose annotations nobody asks for. */
export function resampled(
  categories: readonly MatchedCategory[],
  images: number,
  isOver: () => boolean = () => false,
  most = mostResamples,
): Pick<AccuracySampling, 'replicates' | 'widening'> {
  const draw = imageDraws(images);
  const replicates: number[] = [];
  const byCategory = new Float64Array(categories.length);
  const spreads = categories.map(() => new RunningVariance());
  while (replicates.length < most && !isOver()) {
    const ap = resampledAveragePrecision(categories, draw(), byCategory);
    replicates.push(Number(ap.toFixed(6)));
    byCategory.forEach((value, k) => value >= 0 && spreads[k]!.add(value));
  }
  return { replicates, widening: wideningOf(categories, spreads, replicates) };
}

/**
 * By how much the standard deviation of the resamples is too small, as a ratio. Resamples of m values scatter by (m − 1)/m of
 * the variance of their mean, which is as good as all of it for hundreds of images, but not for the many rare categories
 * that are in two, three or four of them, and these scatter most. What each lacks is added to the variance of the mean
 * over categories. (Of one that is in a single image nothing is seen but whether it is there.)
 */
function wideningOf(
  categories: readonly MatchedCategory[],
  spreads: readonly RunningVariance[],
  replicates: readonly number[],
): number {
  const inAll = new RunningVariance();
  for (const ap of replicates) if (ap >= 0) inAll.add(ap);
  const images = categories.map(({ objectImages }) => new Set(objectImages).size);
  const present = images.filter((m) => m > 0).length;
  const lacking = images.reduce((sum, m, k) => sum + (m > 1 ? spreads[k]!.variance() / (m - 1) : 0), 0) / present ** 2;
  const variance = inAll.variance();
  return variance > 0 ? Number(Math.sqrt(1 + lacking / variance).toFixed(4)) : 1;
}

/** Welford's (1962): of values that come one after the other. */
class RunningVariance {
  private count = 0;
  private mean = 0;
  private squares = 0;

  add(value: number): void {
    const before = value - this.mean;
    this.mean += before / ++this.count;
    this.squares += before * (value - this.mean);
  }

  /** Of the sample (n − 1); 0 for fewer than two values. */
  variance = () => (this.count < 2 ? 0 : this.squares / (this.count - 1));
}

/** Each call: how often each image was drawn, by its place; in one array, which the next call fills anew. */
export function imageDraws(images: number): () => Uint16Array {
  const random = seededRandom(seed);
  const weights = new Uint16Array(images);
  return () => {
    weights.fill(0);
    for (let i = 0; i < images; i++) weights[Math.floor(random() * images)]!++;
    return weights;
  };
}

/**
 * A word that is the same for two evaluations of the same images with the same annotations, and else surely another one (but
 * for 1 in 4 · 10⁹): FNV-1a, 32 bits (Fowler, Noll, Vo), of the images' ids and of what is annotated in them.
 */
export function evaluatedSet({ truth, truthImages }: Arrangement): string {
  const ids = Float64Array.from(new Set(truth.images.map(({ id }) => id))).sort();
  let hash = 0x811c9dc5;
  const add = (values: Float64Array) => {
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      hash = Math.imul(hash ^ byte, 0x01000193);
  };
  add(ids);
  truthImages.forEach((image, i) => {
    if (image < 0) return;
    add(Float64Array.of(truth.imageIds[i]!, truth.categoryIds[i]!, truth.areas[i]!, truth.isCrowd[i]!));
    add(truth.boxes.subarray(4 * i, 4 * i + 4));
  });
  return (hash >>> 0).toString(16).padStart(8, '0');
}
