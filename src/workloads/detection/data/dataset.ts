import { resolve } from 'node:path';
import type { GroundTruthImage } from '../../../core/accuracy/groundTruth';
import type { ImageSource } from '../../../core/spec/spec';
import { fileNameOf, objectOf } from './cocoFields';
import { DatasetError } from './datasetError';
import { byName, type SkippedImage, type WarnedImage } from './imageFiles';
import { imageExtensions } from '../decode/imageFormats';
import { type ImageItem, type ImageStore, openImageStore } from './imageStore';
import { readJsonLists } from './jsonLists';
import { LeftOut } from './leftOut';
import { drawScene, sceneSize } from './scenes';

export type ImageListing = {
  /** One line for a person. */
  description: string;
  /** Sorted by name, limited by the source's `count`. */
  items: ImageItem[];
  /** Named by the source, but known to be unusable without decoding. */
  skipped: SkippedImage[];
  /** Found under a name in other letter case. */
  warned: WarnedImage[];
};

/** About the largest of them. */
const sceneBytes = 500_000;

const fromExperiment = 'paths are relative to the experiment file';

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
    bytes: sceneBytes,
    size: sceneSize(index),
    load: () => drawScene(seed, index),
  }));
  return { description: `${plural(items.length, 'generated scene')} (seed ${seed})`, items, skipped: [], warned: [] };
}

async function listFolder(folder: string, baseDirectory: string, limit?: number): Promise<ImageListing> {
  const root = resolve(baseDirectory, folder);
  const store = await openImageStore(root, fromExperiment);
  const { names, skipped } = await store.list();
  const files = await firstImages(store, names, limit);
  if (files.items.length === 0)
    throw new DatasetError(
      `${root} holds no images: none of its files, nor of its subfolders', ends in ${imageExtensions.map((e) => `.${e}`).join(', ')}${firstOf([...skipped, ...files.skipped])}`,
    );
  return {
    description: `${plural(files.items.length, 'image')} in ${folder}`,
    items: files.items,
    skipped: [...skipped, ...files.skipped],
    warned: files.warned,
  };
}

async function listCoco(
  { images, annotations }: { images: string; annotations: string },
  baseDirectory: string,
  limit?: number,
): Promise<ImageListing> {
  const root = resolve(baseDirectory, images);
  const store = await openImageStore(root, fromExperiment);
  const { names, nameless } = await readFileNames(resolve(baseDirectory, annotations));
  const { items, skipped, warned } = await firstImages(store, names, limit);
  skipped.push(...nameless);
  if (items.length === 0)
    throw new DatasetError(
      `none of the ${names.length} images that ${annotations} lists is in ${root}${firstOf(skipped)}`,
    );
  return { description: `${plural(items.length, 'image')} of ${annotations} in ${images}`, items, skipped, warned };
}

/** `images[].file_name` of a COCO annotations file, sorted, each once, and the entries without one. */
async function readFileNames(file: string): Promise<{ names: string[]; nameless: SkippedImage[] }> {
  const names = new Set<string>();
  const nameless: SkippedImage[] = [];
  const leftOut = new LeftOut();
  const found = await readJsonLists(file, {
    images: (image, index) => {
      const at = `images[${index}]`;
      const name = fileNameOf(leftOut.or(() => objectOf(image, `${file}: ${at}`)) ?? {});
      if (name === '') nameless.push({ name: at, reason: 'its entry names no file' });
      else names.add(name);
    },
  });
  if (!found.has('images')) throw new DatasetError(`${file} is no COCO annotations file: it has no list "images"`);
  leftOut.requireSome(names.size, 'images');
  if (names.size === 0 && nameless.length > 0)
    throw new DatasetError(`${file}: none of its ${nameless.length} images has a "file_name"`);
  if (names.size === 0) throw new DatasetError(`${file} lists no images: "images" is empty`);
  return { names: [...names].sort(byName), nameless };
}

/** The first `limit` of `names` that are images, and those before them that are not. */
async function firstImages(
  store: ImageStore,
  names: string[],
  limit = names.length,
): Promise<Omit<ImageListing, 'description'>> {
  const items: ImageItem[] = [];
  const skipped: SkippedImage[] = [];
  for await (const found of store.find(names)) {
    if (items.length >= limit) break;
    if ('load' in found) items.push(found);
    else skipped.push(found);
  }
  return { items, skipped, warned: items.flatMap(otherCase) };
}

/** Such a name leads to the file on one system, to none on another. */
function otherCase({ name, isOtherCase }: ImageItem): WarnedImage[] {
  return isOtherCase === true ? [{ name, warning: 'the file’s name differs in letter case' }] : [];
}

/** Annotated images with their files, and those whose file is missing, each with its reason. */
export type LocatedImages = {
  found: { image: GroundTruthImage; item: ImageItem }[];
  missing: SkippedImage[];
  /** Found under a name in other letter case. */
  warned: WarnedImage[];
};

/**
 * The files of annotated images in a folder or .zip, in the images' order. Who evaluates must say how many are
 * `missing`: objects on an image that was not looked at count as missed, unless the image is taken out of the ground
 * truth too.
 */
export async function locateImages(images: GroundTruthImage[], path: string): Promise<LocatedImages> {
  const located: LocatedImages = { found: [], missing: [], warned: [] };
  const store = await openImageStore(resolve(path));
  let place = 0;
  for await (const found of store.find(images.map(({ name }) => name))) {
    const image = images[place++]!;
    if ('load' in found) {
      located.found.push({ image, item: found });
      located.warned.push(...otherCase(found));
    } else located.missing.push({ ...found, name: found.name || `image ${image.id}` });
  }
  return located;
}

function firstOf(skipped: SkippedImage[]): string {
  const first = skipped[0];
  return first === undefined ? '' : ` (${skipped.length} passed over; ${first.name}: ${first.reason})`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
