import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { ImageSource } from '../core/spec/spec';
import { byName, imageExtensions, listImageFiles, type SkippedImage, statImageFiles } from './imageFiles';
import { drawScene } from './scenes';

/** The image source of an experiment cannot be used; the message says what to change. */
export class DatasetError extends Error {}

export type ImageItem = {
  /** Path below the source's folder, or the scene's number. */
  name: string;
  /** Changes when the image does: size and times of a file, seed of a scene. */
  fingerprint: string;
  /** The encoded image. Rejects as `fs.readFile` does. */
  load: () => Promise<Buffer>;
};

export type ImageListing = {
  /** One line for a person. */
  description: string;
  /** Sorted by name, limited by the source's `count`. */
  items: ImageItem[];
  /** Named by the source, but known to be unusable without decoding. */
  skipped: SkippedImage[];
};

/** The largest annotations file that is read: COCO's own training set has 448 MB. */
const maxAnnotationBytes = 500 * 1024 * 1024;

/**
 * Lists the images of a source without reading them. Relative paths start at `baseDirectory`. Throws `DatasetError`
 * where there is no such folder, no image in it, or the annotations are no COCO file.
 */
export async function listImages(source: ImageSource, baseDirectory: string): Promise<ImageListing> {
  if (source.generated !== undefined) return listScenes(source.generated, source.count);
  if (source.folder !== undefined) return listFolder(source.folder, baseDirectory, source.count);
  if (source.coco !== undefined) return listCoco(source.coco, baseDirectory, source.count);
  throw new DatasetError('images: give one of generated, folder, coco');
}

function listScenes({ count, seed }: { count: number; seed: number }, limit = count): ImageListing {
  const items = Array.from({ length: Math.min(count, limit) }, (_, index) => ({
    name: `scene ${index + 1}`,
    fingerprint: `${seed}/${index}`,
    load: () => drawScene(seed, index),
  }));
  return { description: `${plural(items.length, 'generated scene')} (seed ${seed})`, items, skipped: [] };
}

async function listFolder(folder: string, baseDirectory: string, limit?: number): Promise<ImageListing> {
  const root = resolve(baseDirectory, folder);
  await requireFolder(root);
  const { names, skipped } = await readOr(listImageFiles(root), root);
  const files = await listFiles(root, names, limit);
  if (files.items.length === 0)
    throw new DatasetError(
      `${root} holds no images: none of its files, nor of its subfolders', ends in ${imageExtensions.map((e) => `.${e}`).join(', ')}${firstOf([...skipped, ...files.skipped])}`,
    );
  return {
    description: `${plural(files.items.length, 'image')} in ${folder}`,
    items: files.items,
    skipped: [...skipped, ...files.skipped],
  };
}

async function listCoco(
  { images, annotations }: { images: string; annotations: string },
  baseDirectory: string,
  limit?: number,
): Promise<ImageListing> {
  const root = resolve(baseDirectory, images);
  await requireFolder(root);
  const names = await readFileNames(resolve(baseDirectory, annotations));
  const isInside = (name: string) => {
    const path = relative(root, resolve(root, name));
    return path !== '' && !path.startsWith('..') && !isAbsolute(path);
  };
  const outside = names.filter((name) => !isInside(name));
  const files = await listFiles(root, names.filter(isInside), limit);
  const skipped = [
    ...outside.map((name) => ({ name, reason: 'its path leads out of the images folder' })),
    ...files.skipped,
  ];
  if (files.items.length === 0)
    throw new DatasetError(
      `none of the ${names.length} images that ${annotations} lists is in ${root}${firstOf(skipped)}`,
    );
  return {
    description: `${plural(files.items.length, 'image')} of ${annotations} in ${images}`,
    items: files.items,
    skipped,
  };
}

/** `images[].file_name` of a COCO annotations file, sorted, each once. */
async function readFileNames(file: string): Promise<string[]> {
  const { size } = await readOr(stat(file), file);
  if (size > maxAnnotationBytes)
    throw new DatasetError(
      `${file} has ${Math.round(size / 1e6)} MB; annotations may have at most ${Math.round(maxAnnotationBytes / 1e6)} MB`,
    );
  const text = await readOr(readFile(file, 'utf8'), file);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`${file} is not JSON: ${(error as Error).message}`);
  }
  const images = (content as { images?: unknown } | null)?.images;
  if (!Array.isArray(images)) throw new DatasetError(`${file} is no COCO annotations file: it has no list "images"`);
  if (images.length === 0) throw new DatasetError(`${file} lists no images: "images" is empty`);
  const names = images.map((image: { file_name?: unknown } | null, index) => {
    const name = image?.file_name;
    if (typeof name !== 'string' || name === '' || name.includes('\0'))
      throw new DatasetError(`${file}: images[${index}] has no "file_name"`);
    return name;
  });
  return [...new Set(names)].sort(byName);
}

/** The first `limit` of `names` that are files, and those before them that are not. */
async function listFiles(
  root: string,
  names: string[],
  limit = names.length,
): Promise<Omit<ImageListing, 'description'>> {
  const items: ImageItem[] = [];
  const skipped: SkippedImage[] = [];
  for await (const { name, found } of statImageFiles(root, names)) {
    if (items.length >= limit) break;
    if (found === null) skipped.push({ name, reason: 'the file is missing' });
    else if (!found.isFile())
      skipped.push({ name, reason: found.isDirectory() ? 'a folder, not a file' : 'not a file' });
    else
      items.push({
        name,
        fingerprint: `${found.size}/${found.mtimeMs}/${found.ctimeMs}`,
        load: () => readFile(join(root, name)),
      });
  }
  return { items, skipped };
}

async function requireFolder(path: string): Promise<void> {
  const found = await readOr(stat(path), path);
  if (!found.isDirectory()) throw new DatasetError(`${path} is not a folder: name the folder that holds the images`);
}

async function readOr<T>(reading: Promise<T>, path: string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new DatasetError(`${path} does not exist: paths are relative to the experiment file`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new DatasetError(`${path} cannot be read: this user has no permission (chmod, or run as its owner)`);
    throw new DatasetError(`${path} cannot be read: ${message}`);
  }
}

function firstOf(skipped: SkippedImage[]): string {
  const first = skipped[0];
  return first === undefined ? '' : ` (${skipped.length} passed over; ${first.name}: ${first.reason})`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
