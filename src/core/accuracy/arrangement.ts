import type { Detections } from './detections';
import type { GroundTruth } from './groundTruth';
import { type Buckets, bucketed, byScoreDescending } from './order';

/** Ground truth and detections brought into the order in which both evaluations walk through them: by category. */
export type Arrangement = {
  truth: GroundTruth;
  detections: Detections;
  /** Sorted by id, each once. */
  categories: { id: number; name: string }[];
  imageCount: number;
  /** [annotations] place of the image among those sorted by id; −1: not evaluated. */
  truthImages: Int32Array;
  /** [detections] likewise. */
  detectionImages: Int32Array;
  /** Annotations by category, as COCO counts them. */
  truths: Buckets;
  /** Detections by category, highest score first; equal ones by image id, then as given. */
  found: Buckets;
};

/** Detections of images or categories that the ground truth does not have are left out, as pycocotools does. */
export function arrange(truth: GroundTruth, detections: Detections): Arrangement {
  const imageIds = [...new Set(truth.images.map(({ id }) => id))].sort((a, b) => a - b);
  const categories = [...new Map(truth.categories.map((c) => [c.id, c])).values()].sort((a, b) => a.id - b.id);
  const imagePlace = new Map(imageIds.map((id, place) => [id, place]));
  const categoryPlace = new Map(categories.map(({ id }, place) => [id, place]));
  const truthImages = placesOf(truth.imageIds, imagePlace);
  const detectionImages = placesOf(detections.imageIds, imagePlace);
  const truthCategories = placesOf(truth.categoryIds, categoryPlace);
  const detectionCategories = placesOf(detections.categoryIds, categoryPlace);

  const everyTruth = Uint32Array.from(truth.ids.keys()).filter((i) => truthCategories[i]! >= 0);
  const lastOfId = new Map<number, number>();
  truth.ids.forEach((id, i) => lastOfId.set(id, i));
  const asCoco = bucketed(everyTruth, truthImages, imageIds.length)
    .entries.map((i) => lastOfId.get(truth.ids[i]!)!)
    .filter((i) => truthImages[i]! >= 0);

  const byImage = bucketed(Uint32Array.from(detections.scores.keys()), detectionImages, imageIds.length).entries;
  return {
    truth,
    detections,
    categories,
    imageCount: imageIds.length,
    truthImages,
    detectionImages,
    truths: bucketed(asCoco, truthCategories, categories.length),
    found: bucketed(byScoreDescending(detections.scores, byImage), detectionCategories, categories.length),
  };
}

function placesOf(ids: Float64Array, places: Map<number, number>): Int32Array {
  const result = new Int32Array(ids.length);
  // Neighbours mostly share their image: one look-up for a run of equal ids.
  let id = NaN;
  let place = -1;
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] !== id) {
      id = ids[i]!;
      place = places.get(id) ?? -1;
    }
    result[i] = place;
  }
  return result;
}
