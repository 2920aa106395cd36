export type GroundTruthImage = {
  id: number;
  /** Path below the images' folder, '/' between the parts. */
  name: string;
  /** Pixels of the upright image; 0 where the annotations do not say. */
  height: number;
  width: number;
};

/** What there is to find: images, categories, and the annotated boxes, one entry of each array an annotation. */
export type GroundTruth = {
  images: GroundTruthImage[];
  categories: { id: number; name: string }[];
  /**
   * [n] an id that two annotations share stands for the later one, twice, and id 0 never counts as found: as in
   * pycocotools.
   */
  ids: Float64Array;
  imageIds: Float64Array;
  categoryIds: Float64Array;
  /** [4 n] left, top, width, height in pixels of the original, upright image. */
  boxes: Float64Array;
  /** [n] square pixels of the object (COCO: of its mask, not of its box); decides small, medium and large. */
  areas: Float64Array;
  /** [n] 1: a group of objects, in which any number of detections is neither right nor wrong. */
  isCrowd: Uint8Array;
  /** The numbers here of ids that are no whole numbers in the annotations, by their text; absent: there are none. */
  textIds?: { images: ReadonlyMap<string, number>; categories: ReadonlyMap<string, number> };
};

/** Which images to evaluate: ids, or the first `count` by ascending id. Both: the first of those ids. */
export type ImageSubset = { ids?: readonly number[] | undefined; count?: number | undefined };

/**
 * The ground truth of some of its images. Throws `RangeError` where an id is not among them. Annotations stay shared:
 * those of other images are passed over by the evaluation.
 */
export function subsetOf(truth: GroundTruth, { ids, count }: ImageSubset): GroundTruth {
  const wanted = ids === undefined ? undefined : new Set(ids);
  let images = [...truth.images].sort((a, b) => a.id - b.id);
  if (wanted !== undefined) {
    images = images.filter(({ id }) => wanted.delete(id));
    const [unknown] = wanted;
    if (unknown !== undefined)
      throw new RangeError(
        `image id ${unknown}${wanted.size > 1 ? ` and ${wanted.size - 1} more are` : ' is'} not among the ${truth.images.length} annotated images`,
      );
  }
  return { ...truth, images: images.slice(0, count) };
}
