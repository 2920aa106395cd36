import type { Size } from '../core/spec/spec';

/** Grey level around a letterboxed image, in all three channels (YOLOv7's value). */
export const paddingGrey = 114;

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
 * pixel), and no side becomes less than 1 px.
 */
export function letterbox(image: Size, target: Size): Letterbox {
  for (const side of [image.height, image.width, target.height, target.width]) {
    if (!Number.isSafeInteger(side) || side < 1)
      throw new RangeError(`image and target sides must be whole pixels of at least 1, not ${side}`);
  }
  const fillsWidth = image.height * target.width <= image.width * target.height;
  const ratio = fillsWidth ? target.width / image.width : target.height / image.height;
  const resized = fillsWidth
    ? { width: target.width, height: shortSide(image.height, target.width, image.width) }
    : { width: shortSide(image.width, target.height, image.height), height: target.height };
  const top = Math.floor((target.height - resized.height) / 2);
  const left = Math.floor((target.width - resized.width) / 2);
  const bottom = target.height - resized.height - top;
  const right = target.width - resized.width - left;
  return { target, resized, top, left, bottom, right, ratio };
}

function shortSide(side: number, targetLong: number, long: number): number {
  return Math.max(1, Math.floor((side * targetLong) / long));
}
