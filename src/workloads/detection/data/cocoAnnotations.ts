import type { GroundTruth, GroundTruthImage } from '../../../core/accuracy/groundTruth';
import { boxOf, fileNameOf, flagOf, looseNumber, objectOf } from './cocoFields';
import { CocoIds } from './cocoIds';
import { DatasetError } from './datasetError';
import { readJsonLists } from './jsonLists';
import { LeftOut } from './leftOut';

export type AnnotationsRead = {
  truth: GroundTruth;
  /** What a reader of the result must know, one line each. */
  warnings: string[];
};

/**
 * Reads a COCO annotations file (`images`, `categories`, `annotations` with `bbox`) in memory of about 100 bytes an
 * annotation; polygons are passed over. An entry that cannot be used is left out and counted. Annotations of unknown images
 * or categories stay in, since the evaluation leaves them out and counts them. Throws `DatasetError` where a list is missing or none of
 * its entries can be used.
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
  const [ofImages, ofCategories, ofAnnotations] = [new CocoIds(), new CocoIds(), new CocoIds()];
  const leftOut = { images: new LeftOut(), categories: new LeftOut(), annotations: new LeftOut() };
  let [repeatedImages, withoutArea] = [0, 0];

  const readImage = (element: unknown, at: string) => {
    const image = objectOf(element, at);
    const id = ofImages.read(image.id, `${at}.id`);
    if (images.has(id)) repeatedImages++;
    const [height, width] = [looseNumber(image.height) ?? 0, looseNumber(image.width) ?? 0];
    images.set(id, { id, name: fileNameOf(image), height, width });
  };
  const readCategory = (element: unknown, at: string) => {
    const { id, name } = objectOf(element, at);
    categories.set(ofCategories.read(id, `${at}.id`), typeof name === 'string' ? name : `category ${String(id)}`);
  };
  const readAnnotation = (element: unknown, at: string, index: number) => {
    const annotation = objectOf(element, at);
    const id = annotation.id === undefined ? index + 1 : ofAnnotations.read(annotation.id, `${at}.id`);
    const imageId = ofImages.read(annotation.image_id, `${at}.image_id`);
    const categoryId = ofCategories.read(annotation.category_id, `${at}.category_id`);
    const box = boxOf(annotation.bbox, `${at}.bbox`);
    isCrowd.push(flagOf(annotation.iscrowd, `${at}.iscrowd`));
    const area = looseNumber(annotation.area);
    if (area === null) withoutArea++;
    ids.push(id);
    imageIds.push(imageId);
    categoryIds.push(categoryId);
    boxes.push(...box);
    areas.push(area ?? box[2] * box[3]);
  };
  const found = await readJsonLists(file, {
    images: (element, index) => leftOut.images.or(() => readImage(element, `${file}: images[${index}]`)),
    categories: (element, index) => leftOut.categories.or(() => readCategory(element, `${file}: categories[${index}]`)),
    annotations: (element, index) =>
      leftOut.annotations.or(() => readAnnotation(element, `${file}: annotations[${index}]`, index)),
  });
  for (const list of ['images', 'categories', 'annotations'])
    if (!found.has(list)) throw new DatasetError(`${file} is no COCO annotations file: it has no list "${list}"`);
  leftOut.images.requireSome(images.size, 'images');
  leftOut.categories.requireSome(categories.size, 'categories');
  leftOut.annotations.requireSome(ids.length, 'annotations');
  if (images.size === 0) throw new DatasetError(`${file} lists no images: "images" is empty`);

  const warnings = Object.entries(leftOut).flatMap(([list, entries]) => entries.warnings(list));
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
  const image = ofImages.finish(images.keys(), imageIds);
  const category = ofCategories.finish(categories.keys(), categoryIds);
  const annotation = ofAnnotations.finish(ids);
  return {
    truth: {
      images: Array.from(images.values(), (one) => ({ ...one, id: image.of(one.id) })),
      categories: Array.from(categories, ([id, name]) => ({ id: category.of(id), name })),
      ids: Float64Array.from(ids, annotation.of),
      imageIds: Float64Array.from(imageIds, image.of),
      categoryIds: Float64Array.from(categoryIds, category.of),
      boxes: Float64Array.from(boxes),
      areas: Float64Array.from(areas),
      isCrowd: Uint8Array.from(isCrowd),
      textIds: { images: image.numbers, categories: category.numbers },
    },
    warnings,
  };
}
