import * as z from 'zod';
import { rectOrder, rectShapes } from '../../../core/detection/rectShapes';
import type { Size } from '../../../core/spec/spec';
import { readSizes } from './imageSizes';

/** What a process is told of rectangular batches: the sizes of the images, and the stride of its model in pixels. */
export const rectJobSchema = z.object({ sizesFile: z.string(), stride: z.int() });
export type RectJob = z.infer<typeof rectJobSchema>;

/**
 * Images in the order in which they are batched, and the shape of each batch; as they come and of one shape where `rect` is left out.
 *
 * @param nameOf of an image, as in the file of sizes
 */
export async function inBatches<T>(
  images: readonly T[],
  nameOf: (image: T) => string,
  { rect, batchSize, height }: { rect?: RectJob | undefined; batchSize: number } & Size,
): Promise<{ images: T[]; shapes?: Size[] }> {
  if (!rect) return { images: [...images] };
  const known = await readSizes(rect.sizesFile);
  const sizes = images.map((image) => known.get(nameOf(image)) ?? null);
  return {
    images: rectOrder(sizes).map((place) => images[place]!),
    shapes: rectShapes(sizes, { batchSize, imageSize: height, stride: rect.stride }),
  };
}
