import type { Size } from '../spec/spec';

/**
 * Batches as YOLOv7's test program makes them at commit a207844 (`images.rect`): images in the order of their aspect ratio, each
 * batch padded to one shape that holds all of its images. So what a batch size costs depends on which images meet in a batch: the
 * larger the batch, the more of it is padding.
 */

export type RectOptions = {
  /** Images of a batch; the last one may have fewer. */
  batchSize: number;
  /** Pixels that the longer side of an image is scaled to. */
  imageSize: number;
  /** What both sides are multiples of: the model's largest stride, 32 at least (`rectStride`). */
  stride: number;
  /** Added to each side, in strides; YOLOv7's test program has .5. */
  pad?: number;
};

/** A run of successive batches of one shape, pixels. */
export type ShapeRun = Size & { batches: number };

/** What the test program pads to: the largest stride of the model, and no less than 32. */
export const rectStride = (largestStride: number): number => Math.max(32, largestStride);

/**
 * The places of the images in the order in which they are batched: by rising height ÷ width, wide ones first. Equal ones stay in
 * their order (the test program's sort leaves that open).
 *
 * @param sizes of the upright images; null: not known, which come last
 */
export function rectOrder(sizes: readonly (Size | null)[]): number[] {
  const ratio = (place: number) => {
    const size = sizes[place];
    return size ? size.height / size.width : Number.POSITIVE_INFINITY;
  };
  return sizes.map((_, place) => place).sort((a, b) => (ratio(a) === ratio(b) ? a - b : ratio(a) - ratio(b)));
}

/**
 * The shapes of all batches in their order, pixels: ⌈side · imageSize ÷ stride + pad⌉ · stride, where the sides of a batch are
 * (highest height ÷ width, 1) if all its images are wide, (1, 1 ÷ lowest) if all are tall, else (1, 1).
 *
 * @param sizes of the upright images, in any order; a batch of none that is known gets the square
 */
export function rectShapes(sizes: readonly (Size | null)[], options: RectOptions): Size[] {
  const { batchSize, imageSize, stride, pad = 0.5 } = options;
  const padded = (side: number) => Math.ceil((side * imageSize) / stride + pad) * stride;
  const order = rectOrder(sizes);
  const shapes: Size[] = [];
  for (let from = 0; from < order.length; from += batchSize) {
    const ratios = order.slice(from, from + batchSize).flatMap((place) => {
      const size = sizes[place];
      return size ? [size.height / size.width] : [];
    });
    const [lowest, highest] = [ratios[0] ?? 1, ratios.at(-1) ?? 1];
    const [height, width] = highest < 1 ? [highest, 1] : lowest > 1 ? [1, 1 / lowest] : [1, 1];
    shapes.push({ height: padded(height), width: padded(width) });
  }
  return shapes;
}

/** The largest shape that any batch can have, pixels: the square. */
export function largestRect({ imageSize, stride, pad = 0.5 }: Omit<RectOptions, 'batchSize'>): Size {
  const side = Math.ceil(imageSize / stride + pad) * stride;
  return { height: side, width: side };
}

/**
 * Pixels of the inputs that an image takes part in, mean of all images of a pass: what batches of these sizes cost per image, against
 * each other.
 */
export function pixelsPerImage(sizes: readonly (Size | null)[], options: RectOptions): number {
  const { batchSize } = options;
  const shapes = rectShapes(sizes, options);
  const pixels = shapes.reduce((sum, { height, width }, batch) => {
    const images = Math.min(batchSize, sizes.length - batch * batchSize);
    return sum + images * height * width;
  }, 0);
  return pixels / sizes.length;
}

/** Shapes in their order, equal neighbours as one. */
export function shapeRuns(shapes: readonly Size[]): ShapeRun[] {
  const runs: ShapeRun[] = [];
  for (const { height, width } of shapes) {
    const last = runs.at(-1);
    if (last?.height === height && last.width === width) last.batches++;
    else runs.push({ height, width, batches: 1 });
  }
  return runs;
}
