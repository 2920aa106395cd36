/**
 * What a detector found, one entry of each array a detection, in any order. The order matters only between equal
 * scores within one image: the earlier one is taken first, as pycocotools does.
 */
export type Detections = {
  /** [n] ids of the images, as the ground truth has them. */
  imageIds: Float64Array;
  /** [n] ids of the categories, as the ground truth has them (COCO: 1…90, see `cocoCategories.ts`). */
  categoryIds: Float64Array;
  /** [4 n] left, top, width, height in pixels of the original, upright image. */
  boxes: Float64Array;
  /** [n] any finite numbers; higher is surer. */
  scores: Float64Array;
};

/** Collects detections whose number is not known beforehand, in typed arrays that double. */
export class DetectionList {
  private capacity = 1024;
  private imageIds = new Float64Array(this.capacity);
  private categoryIds = new Float64Array(this.capacity);
  private boxes = new Float64Array(4 * this.capacity);
  private scores = new Float64Array(this.capacity);
  length = 0;

  /** `left`, `top`, `width`, `height` in pixels of the original, upright image. */
  add(
    imageId: number,
    categoryId: number,
    left: number,
    top: number,
    width: number,
    height: number,
    score: number,
  ): void {
    if (this.length === this.capacity) this.grow();
    const n = this.length++;
    this.imageIds[n] = imageId;
    this.categoryIds[n] = categoryId;
    this.boxes[4 * n] = left;
    this.boxes[4 * n + 1] = top;
    this.boxes[4 * n + 2] = width;
    this.boxes[4 * n + 3] = height;
    this.scores[n] = score;
  }

  /** What was collected so far, without a copy: to be taken once, after the last `add`. */
  finish(): Detections {
    const n = this.length;
    return {
      imageIds: this.imageIds.subarray(0, n),
      categoryIds: this.categoryIds.subarray(0, n),
      boxes: this.boxes.subarray(0, 4 * n),
      scores: this.scores.subarray(0, n),
    };
  }

  private grow(): void {
    this.capacity *= 2;
    this.imageIds = doubled(this.imageIds);
    this.categoryIds = doubled(this.categoryIds);
    this.boxes = doubled(this.boxes);
    this.scores = doubled(this.scores);
  }
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}
