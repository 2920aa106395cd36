import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Detections, DetectionList } from '../../../core/accuracy/detections';
import type { GroundTruth } from '../../../core/accuracy/groundTruth';
import { boxOf, numberOf, objectOf, shown } from './cocoFields';
import { jsonOfId, textOf } from './cocoIds';
import { DatasetError, readFailure } from './datasetError';
import { readJsonLists } from './jsonLists';
import { LeftOut } from './leftOut';

/**
 * Reads detections in COCO's results format: a list of `{ image_id, category_id, bbox: [left, top, width, height],
 * score }`. An `image_id` that is text, and none of the annotations' own, is taken for the image's file name without its
 * extension, as YOLOv7 writes it where names are no numbers. An entry that cannot be used is left out and counted. Throws
 * `DatasetError` for an image that `truth` does not have (pycocotools refuses it too). Unknown categories stay in: the
 * evaluation leaves them out and counts them.
 */
export async function readDetections(
  file: string,
  truth: GroundTruth,
): Promise<{ detections: Detections; warnings: string[] }> {
  const known = new Set(truth.images.map(({ id }) => id));
  const byStem = new Map(truth.images.map(({ id, name }) => [stemOf(name), id]));
  const list = new DetectionList();
  const leftOut = new LeftOut();
  const read = (element: unknown, at: string) => {
    const { image_id, category_id, bbox, score } = objectOf(element, at);
    const imageId = idOf(image_id, truth.textIds?.images, `${at}.image_id`) ?? byStem.get(image_id as string);
    if (imageId === undefined || !known.has(imageId)) return { unknownImage: image_id };
    const categoryId = idOf(category_id, truth.textIds?.categories, `${at}.category_id`);
    if (categoryId === undefined)
      throw new DatasetError(`${at}: category_id ${shown(category_id)} is none of the annotations’ categories`);
    const [left, top, width, height] = boxOf(bbox, `${at}.bbox`);
    list.add(imageId, categoryId, left, top, width, height, numberOf(score, `${at}.score`));
    return null;
  };
  const found = await readJsonLists(file, {
    '': (element, index) => {
      const at = `${file}: detection [${index}]`;
      const problem = leftOut.or(() => read(element, at));
      if (problem !== null)
        throw new DatasetError(
          `${at}: image_id ${shown(problem.unknownImage)} is none of the ${known.size} annotated images: are these the annotations that belong to the detections?`,
        );
    },
  });
  if (!found.has(''))
    throw new DatasetError(`${file} holds no COCO detections: its outermost value must be a list, not an object`);
  leftOut.requireSome(list.length, 'detections');
  return { detections: list.finish(), warnings: leftOut.warnings('detections') };
}

/** The number of an id; undefined for a text that is none. */
function idOf(value: unknown, texts: ReadonlyMap<string, number> | undefined, at: string): number | undefined {
  if (Number.isSafeInteger(value)) return value as number;
  const text = textOf(value);
  if (text === null) throw new DatasetError(`${at} is ${shown(value)}, not an id (a whole number or a text)`);
  return texts?.get(text);
}

/** The file's name without folders and extension. */
export function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

/**
 * Writes detections in COCO's results format, boxes rounded to 3 and scores to 5 decimals as YOLOv7 does, bit by bit.
 * Ids are those of the annotations. An existing file is replaced. Throws `DatasetError` where it cannot be written.
 */
export async function writeDetections(
  file: string,
  detections: Detections,
  textIds?: GroundTruth['textIds'],
): Promise<void> {
  try {
    await pipeline(Readable.from(jsonParts(detections, textIds)), createWriteStream(file));
  } catch (error) {
    const { message } = readFailure(error, file);
    throw new DatasetError(`the detections were not kept: ${message}`);
  }
}

/** Text of about 4,000 detections at once. */
function* jsonParts(
  { imageIds, categoryIds, boxes, scores }: Detections,
  textIds: GroundTruth['textIds'],
): Generator<string> {
  const [images, categories] = [jsonIds(textIds?.images), jsonIds(textIds?.categories)];
  let part = '[';
  for (let i = 0; i < scores.length; i++) {
    const box = Array.from(boxes.subarray(4 * i, 4 * i + 4), (side) => rounded(side, 1e3));
    part += `${i === 0 ? '' : ',\n'}{"image_id":${images(imageIds[i]!)},"category_id":${categories(categoryIds[i]!)},"bbox":[${box}],"score":${rounded(scores[i]!, 1e5)}}`;
    if (i % 4096 === 4095) {
      yield part;
      part = '';
    }
  }
  yield `${part}]\n`;
}

function jsonIds(texts: ReadonlyMap<string, number> | undefined): (id: number) => string {
  const byNumber = new Map(Array.from(texts ?? [], ([text, id]) => [id, jsonOfId(text)]));
  return (id) => byNumber.get(id) ?? String(id);
}

function rounded(value: number, scale: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`a detection holds ${value}`);
  return Math.round(value * scale) / scale;
}
