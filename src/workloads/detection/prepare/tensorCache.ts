import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageSource, Size } from '../../../core/spec/spec';
import { openToRead } from '../../../machine/regularFile';
import { type ImageListing, listImages } from '../data/dataset';
import { imagePreparation } from './image';
import type { SkippedImage, WarnedImage } from '../data/imageFiles';
import { loadSharp } from '../decode/sharp';
import { readSidecar, writeTensors } from './tensorFile';

export type PrepareOptions = {
  /** Relative paths of the source start here. */
  baseDirectory: string;
  /** Model input, pixels. */
  size: Size;
  cacheDirectory: string;
  /** At most so many bytes of images are kept; the rest stays unused. Default 512 MiB. */
  maxBytes?: number;
  /** So many images are kept even if `maxBytes` would hold fewer. Default 1. */
  minImages?: number;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
};

export type PreparedImages = {
  /** Raw uint8 [inRotation, 3, height, width], planar RGB 0…255. */
  file: string;
  /** Images of the source, without those known to be unreadable. */
  count: number;
  /** Images in `file`; fewer than `count` where the bound was reached. */
  inRotation: number;
  skipped: SkippedImage[];
  /** Used although decoders warn of them, or found under a name in other letter case. */
  warned: WarnedImage[];
  description: string;
  bytesPerImage: number;
};

const defaultMaxBytes = 512 * 1024 * 1024;

/**
 * Decodes and letterboxes the images of `source` into one file, or finds the file of an earlier call with the same
 * images, size and decoder. Several processes may do so at once. Unreadable images are named in `skipped`. Throws
 * `DatasetError` (nothing to use), `ImageCacheError` (folder not writable, disk full), or the signal's reason.
 */
export async function prepareImages(source: ImageSource, options: PrepareOptions): Promise<PreparedImages> {
  const listing = await listImages(source, options.baseDirectory);
  const bytesPerImage = 3 * options.size.height * options.size.width;
  const bound = Math.max(1, options.minImages ?? 1, Math.floor((options.maxBytes ?? defaultMaxBytes) / bytesPerImage));
  const wanted = Math.min(listing.items.length, bound);
  const name = join(options.cacheDirectory, await cacheName(listing, options.size, wanted));
  const { size, onProgress, signal } = options;
  const file = `${name}.u8`;
  const job = {
    file,
    sidecarFile: `${name}.json`,
    items: listing.items,
    wanted,
    size,
    bytesPerImage,
    onProgress,
    signal,
  };
  const sidecar = (await readSidecar(job)) ?? (await writeTensors(job));
  return {
    file,
    count: listing.items.length - sidecar.skipped.length,
    inRotation: sidecar.inRotation,
    skipped: [...listing.skipped, ...sidecar.skipped],
    warned: [...listing.warned, ...sidecar.warned],
    description: listing.description,
    bytesPerImage,
  };
}

async function cacheName(listing: ImageListing, size: Size, wanted: number): Promise<string> {
  const sharp = await loadSharp();
  const hash = createHash('sha256');
  hash.update(JSON.stringify([imagePreparation, sharp.versions, size.height, size.width, wanted]));
  for (const { name, fingerprint } of listing.items) hash.update(JSON.stringify([name, fingerprint]));
  return `images-${size.height}x${size.width}-${hash.digest('hex').slice(0, 24)}`;
}

/** Largest piece of one read: Linux reads at most 2 GiB at once. */
const readBytes = 1 << 30;

/**
 * Reads prepared images ([n, 3, height, width] uint8) into memory, repeated in their order until there are at least
 * `minImages`, so that every batch up to that size is one contiguous view. Throws where the file is torn.
 */
export function loadImages(file: string, bytesPerImage: number, minImages: number): Uint8Array {
  const { fd: descriptor, size: fileBytes } = openToRead(file);
  try {
    if (fileBytes === 0 || fileBytes % bytesPerImage !== 0)
      throw new Error(
        `${file} is torn (${fileBytes} bytes, not whole images of ${bytesPerImage}): delete it, it is made anew`,
      );
    const pool = allocate(Math.max(fileBytes, minImages * bytesPerImage));
    for (let at = 0; at < fileBytes;) {
      const got = readSync(descriptor, pool, at, Math.min(readBytes, fileBytes - at), at);
      if (got === 0) throw new Error(`${file} became shorter while it was read: delete it, it is made anew`);
      at += got;
    }
    for (let at = fileBytes; at < pool.length; at += fileBytes)
      pool.copyWithin(at, 0, Math.min(fileBytes, pool.length - at));
    return pool;
  } finally {
    closeSync(descriptor);
  }
}

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch {
    throw new Error(
      `cannot allocate ${(bytes / 1e6).toFixed(0)} MB for the images of one batch: use a smaller batch size`,
    );
  }
}

/** How many whole batches a pool holds. */
function batchesIn(pool: Uint8Array, bytesPerImage: number, batchSize: number): number {
  return Math.floor(pool.length / (bytesPerImage * batchSize));
}

/**
 * Batch `index` in rotation over the whole batches of a pool: a view of batchSize × bytesPerImage bytes, not a copy.
 * Images left over at the end of the pool are not used with this batch size.
 */
export function batchView(pool: Uint8Array, bytesPerImage: number, batchSize: number, index: number): Uint8Array {
  const batches = batchesIn(pool, bytesPerImage, batchSize);
  if (batches === 0)
    throw new RangeError(`a pool of ${pool.length / bytesPerImage} images holds no batch of ${batchSize}`);
  const start = (index % batches) * batchSize * bytesPerImage;
  return pool.subarray(start, start + batchSize * bytesPerImage);
}
