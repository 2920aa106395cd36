import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { ExpectedError } from '../../../core/failure/expectedError';
import type { Size } from '../../../core/spec/spec';
import { isDiskFull } from '../../../machine/smallFile';
import { Budget } from '../decode/budget';
import { DatasetError } from '../data/datasetError';
import type { ImageItem } from '../data/imageStore';
import { prepareImage } from './image';
import { imageReason } from '../decode/imageError';
import type { SkippedImage, WarnedImage } from '../data/imageFiles';
import { mapInOrder } from '../data/inOrder';

/** The image cache cannot be written; the message names the folder and the bytes it needs. */
export class ImageCacheError extends ExpectedError {
  override readonly name = 'ImageCacheError';

  constructor(message: string) {
    super('image-cache', message);
  }
}

/** Encoded images that are in memory at once. */
const encoded = new Budget(256e6);

const abandonedAfterMs = 24 * 3600 * 1000;

/** Stands beside the pixels; written after them, so that pixels without it are not trusted. */
const sidecarSchema = z.object({
  inRotation: z.int().min(1),
  bytesPerImage: z.int(),
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  warned: z.array(z.object({ name: z.string(), warning: z.string() })).default([]),
});
export type Sidecar = z.infer<typeof sidecarSchema>;

export type TensorJob = {
  /** Where the pixels go: raw uint8 [n, 3, height, width]. */
  file: string;
  /** Where the facts about them go. */
  sidecarFile: string;
  items: ImageItem[];
  /** Images to write, at most. */
  wanted: number;
  size: Size;
  bytesPerImage: number;
  onProgress?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
};

/** The facts about a file that an earlier call wrote completely, else null. */
export async function readSidecar({ file, sidecarFile, bytesPerImage }: TensorJob): Promise<Sidecar | null> {
  try {
    const sidecar = sidecarSchema.parse(JSON.parse(await readFile(sidecarFile, 'utf8')));
    const { size } = await stat(file);
    return sidecar.bytesPerImage === bytesPerImage && size === sidecar.inRotation * bytesPerImage ? sidecar : null;
  } catch {
    return null; // absent or torn: made anew
  }
}

/**
 * Writes the pixels, then the facts, each under a temporary name first: another process that does the same at the same
 * time, or a crash, leaves either whole files or none.
 */
export async function writeTensors(job: TensorJob): Promise<Sidecar> {
  const { file, sidecarFile } = job;
  const temporary = `.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  const folder = dirname(file);
  const needed = job.wanted * job.bytesPerImage;
  try {
    await mkdir(folder, { recursive: true });
    await removeAbandoned(folder);
    await requireSpace(folder, needed);
    const handle = await open(file + temporary, 'wx');
    let sidecar: Sidecar;
    try {
      sidecar = await writeImages(handle, job);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await writeFile(sidecarFile + temporary, JSON.stringify(sidecar));
    await rename(file + temporary, file);
    await rename(sidecarFile + temporary, sidecarFile);
    return sidecar;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || error instanceof ExpectedError || job.signal?.aborted) throw error;
    const why = isDiskFull(error) ? 'the disk is full' : (error as Error).message;
    throw cacheError(folder, needed, why);
  } finally {
    await Promise.all([rm(file + temporary, { force: true }), rm(sidecarFile + temporary, { force: true })]).catch(
      () => {},
    );
  }
}

/** Prepares images until `wanted` are written or none is left; several at once, written in the listing's order. */
async function writeImages(handle: FileHandle, job: TensorJob): Promise<Sidecar> {
  const { items, wanted, size, bytesPerImage, onProgress, signal } = job;
  const [skipped, warned]: [SkippedImage[], WarnedImage[]] = [[], []];
  const inFlight = Math.min(8, Math.max(2, availableParallelism()));
  let written = 0;
  const results = mapInOrder(items, inFlight, async ({ name, bytes, load }) => {
    try {
      const { pixels, warnings } = await encoded.with(bytes, async () => prepareImage(await load(), size));
      return { name, pixels, warnings };
    } catch (error) {
      return { name, reason: imageReason(error) };
    }
  });
  for await (const result of results) {
    signal?.throwIfAborted();
    if (result.pixels === undefined) {
      skipped.push({ name: result.name, reason: result.reason });
      continue;
    }
    if (result.warnings.length > 0) warned.push({ name: result.name, warning: result.warnings.join('; ') });
    await handle.writeFile(result.pixels);
    written += 1;
    onProgress?.(written, wanted);
    if (written === wanted) break;
  }
  const first = skipped[0];
  if (written === 0 && first !== undefined)
    throw new DatasetError(`none of the ${items.length} images can be read; the first, ${first.name}: ${first.reason}`);
  return { inRotation: written, bytesPerImage, skipped, warned };
}

async function requireSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed)
    throw cacheError(folder, needed, `only ${megabytes(bavail * bsize)} are free on its disk`);
}

function cacheError(folder: string, needed: number, why: string): ImageCacheError {
  return new ImageCacheError(
    `the prepared images take ${megabytes(needed)} (${needed} bytes) in ${folder}: ${why}. Free space there, give write permission, or use fewer or smaller images`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Temporary files of processes that died; a day old, so that none still at work loses its own. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^images-.*\.tmp$/.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(path, { force: true });
  }
}
