import type { InputConvention } from '../../../core/detection/detector';
import type { Size } from '../../../core/spec/spec';

/** Grey level around a letterboxed image, in all three channels (YOLOv7's value). */
export const paddingGrey = 114;

export type Placement = InputConvention['placement'];

/** Where an image lies inside a model input. All in pixels. */
export type Letterbox = {
  /** The whole input. */
  target: Size;
  /** The image after resizing. */
  resized: Size;
  top: number;
  left: number;
  bottom: number;
  right: number;
  /** Resized pixels per original pixel along the side that fills the target. */
  ratio: number;
};

/**
 * Fits an image of `image` pixels into an input of exactly `target` pixels, aspect kept.
 *
 * The canonical input: YOLOv7's evaluation preprocessing without rectangular batching, so that a
 * batch size never changes the pixels. As there, small images are scaled up, the shorter side is
 * truncated to whole pixels, and an odd padding puts the extra row or column at the bottom or right.
 * The side that fills the target does so exactly (integer arithmetic; floating point may lose a
 * pixel), and no side becomes less than 1 px. YOLOX puts the image at the top left instead of the centre.
 *
 * @param within what the image is scaled to fit into, where that is less than the target: rectangular batches have more grey
 */
export function letterbox(
  image: Size,
  target: Size,
  placement: Placement = 'centre',
  within: Size = target,
): Letterbox {
  for (const side of [image.height, image.width, target.height, target.width]) {
    if (!Number.isSafeInteger(side) || side < 1)
      throw new RangeError(`image and target sides must be whole pixels of at least 1, not ${side}`);
  }
  const fillsWidth = image.height * within.width <= image.width * within.height;
  const ratio = fillsWidth ? within.width / image.width : within.height / image.height;
  const resized = fillsWidth
    ? { width: within.width, height: shortSide(image.height, within.width, image.width) }
    : { width: shortSide(image.width, within.height, image.height), height: within.height };
  if (resized.height > target.height || resized.width > target.width)
    throw new RangeError(
      `an image of ${resized.height}×${resized.width} pixels does not fit into ${target.height}×${target.width}`,
    );
  const isCentred = placement === 'centre';
  const top = isCentred ? Math.floor((target.height - resized.height) / 2) : 0;
  const left = isCentred ? Math.floor((target.width - resized.width) / 2) : 0;
  const bottom = target.height - resized.height - top;
  const right = target.width - resized.width - left;
  return { target, resized, top, left, bottom, right, ratio };
}

function shortSide(side: number, targetLong: number, long: number): number {
  return Math.max(1, Math.floor((side * targetLong) / long));
}

/** What is needed to bring a box back onto the image it was found in. */
export type ImagePlace = { original: Size } & Pick<Letterbox, 'resized' | 'top' | 'left'>;

/**
 * Maps boxes (left, top, right, bottom in input pixels) onto the original image, in place, and clips them to it. The exact
 * inverse of the letterbox: each axis by its own ratio, from where the image lies. (YOLOv7's test run divides both axes by the
 * ratio of the heights and takes half of an odd padding, up to a pixel beside: docs/accuracy.md.)
 */
export function toOriginal(corners: Float32Array, { original, resized, top, left }: ImagePlace): void {
  const [x, y] = [original.width / resized.width, original.height / resized.height];
  for (let i = 0; i < corners.length; i += 2) {
    corners[i] = Math.min(Math.max((corners[i]! - left) * x, 0), original.width);
    corners[i + 1] = Math.min(Math.max((corners[i + 1]! - top) * y, 0), original.height);
  }
}
