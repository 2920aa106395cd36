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
  const draw = imageDraws(imageCount);
  const replicates: number[] = [];
  while (replicates.length < mostResamples && !isOver())
    replicates.push(Number(resampledAveragePrecision(categories, draw()).toFixed(6)));
  return { images: imageCount, evaluated: evaluatedSet(arrangement), replicates };
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
