import type { Size } from '../../../core/spec/spec';
import { areaToPlanes } from './area';
import { letterboxToPlanes, type RgbImage } from './bilinear';
import { decode, decodeOptions, withMemory } from '../decode/decoding';
import { jpegSize } from '../decode/jpegHeader';
import { type Letterbox, letterbox, type Placement } from './letterbox';
import { loadSharp, type Metadata } from '../decode/sharp';

/**
 * Changes with anything that changes the pixels of a prepared image, so that caches are made anew.
 * Version 1: decoded without colour management; scaled down while decoding by the largest power of two
 * that leaves a large image no smaller than its place; then fixed-point bilinear.
 */
export const imagePreparation = 'letterbox-1';

/** How a larger image is made smaller: by samples, as a run's images are, or by the means of areas, as YOLOv7's test program does. */
export type Shrinking = 'bilinear' | 'area';

/** An image as model input, and what is needed to map detections back onto it. */
export type PreparedImage = {
  /** [3, height, width] RGB, 0…255, with `paddingGrey` around the image. */
  pixels: Uint8Array;
  /** Size of the image in the file, upright, in pixels. */
  original: Size;
  letterbox: Letterbox;
  /** What decoders only warn of; nothing is lost of the pixels. */
  warnings: string[];
};

/**
 * Decodes and letterboxes an encoded image to the `target` size: first frame of an animation, upright by its EXIF
 * orientation, converted to 8-bit sRGB; an alpha channel is dropped, not blended, as OpenCV's `imread` does. `out`, of
 * 3 × height × width bytes, takes the pixels where given. Rejects with the decoder's reason for what is no image.
 *
 * @param options `within`: what the image is scaled to fit into, where that is less than the target
 */
export async function prepareImage(
  bytes: Uint8Array,
  target: Size,
  out?: Uint8Array,
  {
    placement,
    shrinking = 'bilinear',
    within = target,
  }: { placement?: Placement; shrinking?: Shrinking; within?: Size } = {},
): Promise<PreparedImage> {
  const length = 3 * target.height * target.width;
  if (out !== undefined && out.length !== length)
    throw new RangeError(`an image of ${target.height} × ${target.width} takes ${length} bytes, not ${out.length}`);
  const decoded = await decode(bytes, (input) => decodeImage(input, within));
  const { image, original } = decoded.result;
  const place = letterbox(original, target, placement, within);
  const pixels = out ?? Buffer.allocUnsafeSlow(length);
  const isSmaller = place.resized.height < image.height && place.resized.width < image.width;
  if (shrinking === 'area' && isSmaller) areaToPlanes(image, place, pixels);
  else letterboxToPlanes(image, place, pixels);
  return { pixels, original, letterbox: place, warnings: decoded.warnings };
}

/**
 * Decodes to interleaved RGB, a large image scaled down by a power of two where it is at least twice as large as its
 * place in `target`. JPEG does that inside its inverse DCT, for a fraction of the time; other formats are scaled with a filter.
 * Both average the pixels of a large reduction, which plain bilinear would skip.
 */
async function decodeImage(bytes: Uint8Array, target: Size): Promise<{ image: RgbImage; original: Size }> {
  const sharp = await loadSharp();
  // Asking for the metadata costs 0.2 ms; a JPEG that is decoded in full does without.
  const quick = jpegSize(bytes);
  const stored =
    quick !== null && powerOfTwoReduction(quick, target) === 1 ? null : await sharp(bytes, decodeOptions).metadata();
  let pipeline = sharp(bytes, decodeOptions);
  if (stored !== null) {
    const upright = uprightSize(stored);
    const reduction = powerOfTwoReduction(upright, target);
    if (reduction > 1) {
      const side = Math.ceil(Math.max(upright.height, upright.width) / reduction);
      pipeline = pipeline.resize({ width: side, height: side, fit: 'inside', kernel: 'linear' });
    }
  }
  pipeline = pipeline.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
  const decoding = () => pipeline.toBuffer({ resolveWithObject: true });
  const { data, info } = await (stored === null ? decoding() : withMemory(stored, decoding));
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels instead of 3`);
  const image = { height: info.height, width: info.width, data };
  return { image, original: stored === null ? { height: info.height, width: info.width } : uprightSize(stored) };
}

/** Size of an encoded image, upright, in pixels; rejects with the decoder's reason for what is no image. */
export async function sizeOfImage(bytes: Uint8Array): Promise<Size> {
  const sharp = await loadSharp();
  return (await decode(bytes, async (input) => uprightSize(await sharp(input, decodeOptions).metadata()))).result;
}

function uprightSize(metadata: Metadata): Size {
  const { width, height } = metadata.autoOrient;
  return { height, width };
}

/** Below so many pixels, decoding in full and skipping pixels as OpenCV does is quicker than a reduced decode. */
const reducedDecodePixels = 1_000_000;

/** Largest power of two by which a large `image` can be divided without becoming smaller than its place in `target`. */
function powerOfTwoReduction(image: Size, target: Size): number {
  if (image.height * image.width < reducedDecodePixels) return 1;
  const { ratio } = letterbox(image, target);
  return ratio > 0.5 ? 1 : 2 ** Math.floor(Math.log2(1 / ratio));
}
