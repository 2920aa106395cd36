import type { GroundTruth, GroundTruthImage } from '../core/accuracy/groundTruth';
import { DatasetError } from './datasetError';
import { readJsonLists } from './jsonLists';

export type AnnotationsRead = {
  truth: GroundTruth;
  /** What a reader of the result must know, one line each. */
  warnings: string[];
};

/**
 * Reads a COCO annotations file (`images`, `categories`, `annotations` with `bbox`) in memory of about 100 bytes an
 * annotation; polygons are passed over. Annotations of unknown images or categories stay in, since the evaluation
 * leaves them out and counts them. Throws `DatasetError` with the index of the entry that is wrong.
 */
export async function readCocoAnnotations(file: string): Promise<AnnotationsRead> {
  const images = new Map<number, GroundTruthImage>();
  const categories = new Map<number, string>();
  const ids: number[] = [];
  const imageIds: number[] = [];
  const categoryIds: number[] = [];
  const boxes: number[] = [];
  const areas: number[] = [];
  const isCrowd: number[] = [];
  let [repeatedImages, withoutArea] = [0, 0];

  const found = await readJsonLists(file, {
    images: (element, index) => {
      const at = `${file}: images[${index}]`;
      const image = objectOf(element, at);
      const id = integerOf(image.id, `${at}.id`);
      if (images.has(id)) repeatedImages++;
      images.set(id, {
        id,
        name: fileNameOf(image, at),
        height: sideOf(image.height, `${at}.height`),
        width: sideOf(image.width, `${at}.width`),
      });
    },
    categories: (element, index) => {
      const at = `${file}: categories[${index}]`;
      const category = objectOf(element, at);
      if (category.name !== undefined && typeof category.name !== 'string')
        throw new DatasetError(`${at}.name is ${shown(category.name)}, not a text`);
      const id = integerOf(category.id, `${at}.id`);
      categories.set(id, category.name ?? `category ${id}`);
    },
    annotations: (element, index) => {
      const at = `${file}: annotations[${index}]`;
      const annotation = objectOf(element, at);
      ids.push(annotation.id === undefined ? index + 1 : integerOf(annotation.id, `${at}.id`));
      imageIds.push(integerOf(annotation.image_id, `${at}.image_id`));
      categoryIds.push(integerOf(annotation.category_id, `${at}.category_id`));
      const box = boxOf(annotation.bbox, `${at}.bbox`);
      boxes.push(...box);
      if (annotation.area === undefined) withoutArea++;
      areas.push(annotation.area === undefined ? box[2] * box[3] : numberOf(annotation.area, `${at}.area`));
      isCrowd.push(flagOf(annotation.iscrowd, `${at}.iscrowd`));
    },
  });
  for (const list of ['images', 'categories', 'annotations'])
    if (!found.has(list)) throw new DatasetError(`${file} is no COCO annotations file: it has no list "${list}"`);
  if (images.size === 0) throw new DatasetError(`${file} lists no images: "images" is empty`);

  const warnings: string[] = [];
  if (repeatedImages > 0) warnings.push(`${repeatedImages} image ids stand twice in "images": the later entry counts`);
  if (withoutArea > 0)
    warnings.push(`${withoutArea} annotations have no "area": width × height of the box is taken for it`);
  const repeatedIds = ids.length - new Set(ids).size;
  if (repeatedIds > 0)
    warnings.push(
      `${repeatedIds} annotation ids stand twice: COCO's statistics take the later one for both, as pycocotools`,
    );
  if (ids.includes(0))
    warnings.push('an annotation has id 0: COCO’s statistics never count it as found, as pycocotools; number from 1');
  return {
    truth: {
      images: [...images.values()],
      categories: Array.from(categories, ([id, name]) => ({ id, name })),
      ids: Float64Array.from(ids),
      imageIds: Float64Array.from(imageIds),
      categoryIds: Float64Array.from(categoryIds),
      boxes: Float64Array.from(boxes),
      areas: Float64Array.from(areas),
      isCrowd: Uint8Array.from(isCrowd),
    },
    warnings,
  };
}

/** `file_name` of an entry of "images". */
export function fileNameOf(image: Record<string, unknown>, at: string): string {
  const name = image.file_name;
  if (typeof name !== 'string' || name === '' || name.includes('\0'))
    throw new DatasetError(`${at} has no "file_name"`);
  return name;
}

export function objectOf(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DatasetError(`${at} is ${shown(value)}, not an object`);
  return value as Record<string, unknown>;
}

export function integerOf(value: unknown, at: string): number {
  if (!Number.isSafeInteger(value)) throw new DatasetError(`${at} is ${shown(value)}, not a whole number`);
  return value as number;
}

export function numberOf(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new DatasetError(`${at} is ${shown(value)}, not a finite number`);
  return value;
}

/** [left, top, width, height] in pixels; the sizes are not negative. */
export function boxOf(value: unknown, at: string): [number, number, number, number] {
  if (!Array.isArray(value) || value.length !== 4)
    throw new DatasetError(`${at} is ${shown(value)}, not [left, top, width, height]`);
  for (let i = 0; i < 4; i++) numberOf(value[i], `${at}[${i}]`);
  const box = value as [number, number, number, number];
  if (box[2] < 0 || box[3] < 0)
    throw new DatasetError(`${at} is ${shown(box)}: width and height cannot be negative ([left, top, width, height])`);
  return box;
}

function sideOf(value: unknown, at: string): number {
  return value === undefined || value === null ? 0 : numberOf(value, at);
}

function flagOf(value: unknown, at: string): number {
  if (value === undefined || value === 0 || value === false) return 0;
  if (value === 1 || value === true) return 1;
  throw new DatasetError(`${at} is ${shown(value)}, not 0 or 1`);
}

/** A value in a message, never longer than a line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
