import { resolve } from 'node:path';
import { counted } from '../../../core/statistics/wording';
import { cocoCategories, cocoCategoryId } from '../../../core/accuracy/cocoCategories';
import type { GroundTruthImage } from '../../../core/accuracy/groundTruth';
import type { AnnotationsRead } from './cocoAnnotations';
import { DatasetError } from './datasetError';
import { decode, decodeOptions } from '../decode/decoding';
import { stemOf } from './detectionsFile';
import { imageReason } from '../decode/imageError';
import { FolderFinder, type ImageItem, isMissing, openImageStore, readRegularFile } from './imageStore';
import { mapInOrder } from './inOrder';
import { LeftOut } from './leftOut';
import { loadSharp } from '../decode/sharp';

/** A label file that is larger is something else. */
const maxLabelBytes = 16 * 1024 * 1024;

/** Largest class number that is believed: a larger one is a broken file, not a data set. */
const maxClass = 9999;

/** One line of a label file: class, and centre, width and height as shares of the image's sides. */
export type YoloLabel = { class: number; x: number; y: number; width: number; height: number };

/**
 * Reads YOLO label files as ground truth: for each image of the folder or .zip `images`, `<name>.txt` below `labels`,
 * lines of `class x y width height` as shares of the upright image (a polygon of shares gives its bounding box). An
 * image without a file has no labels. A label that cannot be used is left out and counted. Image ids are the file names where all are numbers, else 1, 2, … by name;
 * category ids are the class numbers, or with `cocoIds` COCO's. Throws `DatasetError` where none of the labels can be used; images that
 * cannot be read, or whose label file cannot, are left out and named in `warnings`.
 */
export async function readYoloLabels(
  labels: string,
  images: string,
  { cocoIds = false }: { cocoIds?: boolean } = {},
): Promise<AnnotationsRead> {
  const store = await openImageStore(resolve(images));
  const { names, skipped } = await store.list();
  const items: ImageItem[] = [];
  for await (const found of store.find(names)) {
    if ('load' in found) items.push(found);
    else skipped.push(found);
  }
  const [imagesRead, boxes, classes, imageIds]: [GroundTruthImage[], number[], number[], number[]] = [[], [], [], []];
  const imageNames = items.map(({ name }) => name);
  const idOf = imageIdsOf(imageNames);
  const labelNames = labelNamesOf(imageNames);
  let [without, repeated, otherCase] = [0, 0, 0];
  const leftOut = new LeftOut();
  const labelFiles = new FolderFinder(resolve(labels));
  const read = mapInOrder(items, 4, async (item) => ({
    item,
    size: await sizeOf(item),
    text: await labelsOf(labelFiles, labelNames(item.name)),
  }));
  for await (const { item, size, text } of read) {
    if (typeof size === 'string' || typeof text === 'string') {
      skipped.push({ name: item.name, reason: typeof size === 'string' ? size : (text as string) });
      continue;
    }
    const id = idOf(item.name);
    imagesRead.push({ id, name: item.name, ...size });
    if (text === null) without++;
    else if (text.isOtherCase) otherCase++;
    const lines = new Set<string>();
    for (const label of parseYoloLabels(
      text?.text ?? '',
      text?.file ?? '',
      cocoIds ? cocoCategories.length - 1 : maxClass,
      leftOut,
    )) {
      const line = Object.values(label).join(' ');
      if (lines.has(line)) {
        repeated++;
        continue;
      }
      lines.add(line);
      classes.push(label.class);
      imageIds.push(id);
      boxes.push(
        (label.x - label.width / 2) * size.width,
        (label.y - label.height / 2) * size.height,
        label.width * size.width,
        label.height * size.height,
      );
    }
  }
  if (imagesRead.length === 0)
    throw new DatasetError(
      `${images} holds no images${skipped[0] ? ` (${skipped[0].name}: ${skipped[0].reason})` : ''}`,
    );
  if (without === imagesRead.length)
    throw new DatasetError(
      `${labels} holds no label file for any of the ${without} images: ${stemOf(imagesRead[0]!.name)}.txt, …`,
    );
  leftOut.requireSome(classes.length, 'labels');
  const warnings = leftOut.warnings('labels');
  if (skipped.length > 0)
    warnings.push(
      `${counted(skipped.length, 'image')} ${skipped.length === 1 ? 'was' : 'were'} left out; the first is ${skipped[0]!.name}: ${skipped[0]!.reason}`,
    );
  if (without > 0)
    warnings.push(`${without} of ${imagesRead.length} images have no label file: taken for images of nothing`);
  if (otherCase > 0) warnings.push(`${otherCase} label files differ in letter case from their image’s name`);
  if (repeated > 0)
    warnings.push(`${repeated} labels stand twice in their file and count once (YOLOv7 leaves out such images)`);
  const highest = classes.reduce((a, b) => Math.max(a, b), -1);
  return {
    truth: {
      images: imagesRead,
      categories: cocoIds
        ? [...cocoCategories]
        : Array.from({ length: highest + 1 }, (_, id) => ({ id, name: `class ${id}` })),
      ids: Float64Array.from(classes, (_, i) => i + 1),
      imageIds: Float64Array.from(imageIds),
      categoryIds: Float64Array.from(classes, (c) => (cocoIds ? cocoCategoryId(c) : c)),
      boxes: Float64Array.from(boxes),
      areas: Float64Array.from(classes, (_, i) => boxes[4 * i + 2]! * boxes[4 * i + 3]!),
      isCrowd: new Uint8Array(classes.length),
    },
    warnings,
  };
}

/** The labels of one file, with classes up to `highest`; those that cannot be used are noted in `leftOut`, with file and line. */
export function parseYoloLabels(text: string, file: string, highest: number, leftOut: LeftOut): YoloLabel[] {
  return text.split('\n').flatMap((line, index) => {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === '') return [];
    return leftOut.or(() => labelOf(fields, `${file}:${index + 1}`, highest)) ?? [];
  });
}

function labelOf(fields: string[], at: string, highest: number): YoloLabel {
  const numbers = fields.map(Number);
  const wrong = numbers.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new DatasetError(`${at}: "${fields[wrong]!.slice(0, 30)}" is no number`);
  const [category, ...shares] = numbers as [number, ...number[]];
  if (!Number.isInteger(category) || category < 0 || category > highest)
    throw new DatasetError(
      `${at}: ${category} is no class number (0 to ${highest}${highest === maxClass ? '' : ', COCO’s: without --coco-ids others are allowed'})`,
    );
  const outside = shares.find((value) => value < 0 || value > 1);
  if (outside !== undefined)
    throw new DatasetError(`${at}: ${outside} is no share of the image (0 to 1); pixels are not understood here`);
  if (shares.length === 4) {
    const [x, y, width, height] = shares as [number, number, number, number];
    return { class: category, x, y, width, height };
  }
  if (shares.length >= 6 && shares.length % 2 === 0) return { class: category, ...boundsOf(shares) };
  throw new DatasetError(`${at} has ${fields.length} fields; wanted: class x y width height, or class and a polygon`);
}

function boundsOf(polygon: number[]) {
  const xs = polygon.filter((_, i) => i % 2 === 0);
  const ys = polygon.filter((_, i) => i % 2 === 1);
  const [left, right] = boundsOfList(xs);
  const [top, bottom] = boundsOfList(ys);
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/** A polygon may have more points than a call may have arguments. */
function boundsOfList(values: number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
}

function imageIdsOf(names: string[]): (name: string) => number {
  const numbers = names.map((name) => (/^\d{1,15}$/.test(stemOf(name)) ? Number(stemOf(name)) : NaN));
  const allNumbers = numbers.every((id) => !Number.isNaN(id)) && new Set(numbers).size === names.length;
  const ids = new Map(names.map((name, i) => [name, allNumbers ? numbers[i]! : i + 1]));
  return (name) => ids.get(name)!;
}

/** Upright size, or why there is none. */
async function sizeOf(item: ImageItem): Promise<{ height: number; width: number } | string> {
  try {
    const sharp = await loadSharp();
    const { result } = await decode(await item.load(), (bytes) => sharp(bytes, decodeOptions).metadata());
    const { autoOrient } = result;
    return { height: autoOrient.height, width: autoOrient.width };
  } catch (error) {
    return imageReason(error);
  }
}

/** The text of an image's label file; null where there is none; why it cannot be read. */
async function labelsOf(
  labels: FolderFinder,
  names: string[],
): Promise<{ file: string; isOtherCase: boolean; text: string } | string | null> {
  for (const name of names) {
    const found = await labels.find(`${name}.txt`);
    if ('path' in found) {
      const file = found.path.toString();
      try {
        const { isOtherCase } = found;
        return { file, isOtherCase, text: (await readRegularFile(found.path, maxLabelBytes)).toString('utf8') };
      } catch (error) {
        return `its labels ${file}: ${imageReason(error)}`;
      }
    }
    if (found.reason !== isMissing) return `its labels ${name}.txt: ${found.reason}`;
  }
  return null;
}

/** Where an image's labels may lie: at its own path, or without folders where no other image has its name. */
function labelNamesOf(images: string[]): (image: string) => string[] {
  const uses = new Map<string, number>();
  for (const image of images) uses.set(stemOf(image), (uses.get(stemOf(image)) ?? 0) + 1);
  return (image) => {
    const own = image.replace(/\.[^./]*$/, '');
    return own === stemOf(image) || uses.get(stemOf(image))! > 1 ? [own] : [own, stemOf(image)];
  };
}
