import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Size } from '../../../core/spec/spec';
import { replaceFile } from '../../../machine/replaceFile';
import type { ImageItem } from '../data/imageStore';
import { mapInOrder } from '../data/inOrder';
import { sizeOfImage } from './image';
import { ImageCacheError } from './tensorFile';

/**
 * Sizes of the images of a run, in a file that each trial reads: batches by aspect ratio have to know them before the first image is
 * decoded. (YOLOv7's test program keeps them in a cache beside its list of images.)
 */

/** By the images' names: height, width in pixels of the upright image; null: it cannot be read. */
const sizesSchema = z.record(z.string(), z.tuple([z.int().min(1), z.int().min(1)]).nullable());

/** Headers that are read at once; some decoders want the whole file for one. */
const readAtOnce = 16;

/**
 * Finds the file of an earlier call with the same images, or reads them all.
 *
 * @param items may name an image twice
 * @throws ImageCacheError where the folder cannot be written; the signal's reason
 */
export async function prepareSizes(items: readonly ImageItem[], folder: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, fingerprint } of items) hash.update(JSON.stringify([name, fingerprint]));
  const file = join(folder, `sizes-${hash.digest('hex').slice(0, 24)}.json`);
  if ((await readSizes(file).catch(() => null)) !== null) return file;
  const sizes: z.infer<typeof sizesSchema> = {};
  for await (const { name, size } of mapInOrder(items, readAtOnce, sizeOf)) {
    signal.throwIfAborted();
    sizes[name] = size && [size.height, size.width];
  }
  try {
    mkdirSync(folder, { recursive: true });
    await replaceFile(file, JSON.stringify(sizes));
  } catch (error) {
    throw new ImageCacheError(
      `the sizes of the images cannot be kept in ${folder}: ${(error as Error).message}. Free space there, or give write permission`,
    );
  }
  return file;
}

async function sizeOf({ name, size, load }: ImageItem): Promise<{ name: string; size: Size | null }> {
  if (size) return { name, size };
  return {
    name,
    size: await load()
      .then(sizeOfImage, () => null)
      .catch(() => null),
  };
}

/** By name; null of an image that cannot be read. */
export async function readSizes(file: string): Promise<Map<string, Size | null>> {
  const sizes = sizesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return new Map(Object.entries(sizes).map(([name, size]) => [name, size && { height: size[0], width: size[1] }]));
}
