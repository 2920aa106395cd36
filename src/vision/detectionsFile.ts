import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Detections, DetectionList } from '../core/accuracy/detections';
import type { GroundTruth } from '../core/accuracy/groundTruth';
import { boxOf, integerOf, numberOf, objectOf, shown } from './cocoAnnotations';
import { DatasetError, readFailure } from './datasetError';
import { readJsonLists } from './jsonLists';

/**
 * Reads detections in COCO's results format: a list of `{ image_id, category_id, bbox: [left, top, width, height],
 * score }`. An `image_id` that is text is taken for the image's file name without its extension, as YOLOv7 writes it
 * where names are no numbers. Throws `DatasetError` with the index of the first entry that is wrong, an image that
 * `truth` does not have included (pycocotools refuses it too). Unknown categories stay in: the evaluation leaves them
 * out and counts them.
 */
export async function readDetections(file: string, truth: GroundTruth): Promise<Detections> {
  const known = new Set(truth.images.map(({ id }) => id));
  const byStem = new Map(truth.images.map(({ id, name }) => [stemOf(name), id]));
  const list = new DetectionList();
  const found = await readJsonLists(file, {
    '': (element, index) => {
      const at = `${file}: detection [${index}]`;
      const detection = objectOf(element, at);
      const { image_id } = detection;
      const imageId = typeof image_id === 'string' ? byStem.get(image_id) : integerOf(image_id, `${at}.image_id`);
      if (imageId === undefined || !known.has(imageId))
        throw new DatasetError(
          `${at}: image_id ${shown(image_id)} is none of the ${known.size} annotated images: are these the annotations that belong to the detections?`,
        );
      const categoryId = integerOf(detection.category_id, `${at}.category_id`);
      const [left, top, width, height] = boxOf(detection.bbox, `${at}.bbox`);
      list.add(imageId, categoryId, left, top, width, height, numberOf(detection.score, `${at}.score`));
    },
  });
  if (!found.has(''))
    throw new DatasetError(`${file} holds no COCO detections: its outermost value must be a list, not an object`);
  return list.finish();
}

/** The file's name without folders and extension. */
export function stemOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

/**
 * Writes detections in COCO's results format, boxes rounded to 3 and scores to 5 decimals as YOLOv7 does, bit by bit.
 * An existing file is replaced. Throws `DatasetError` where it cannot be written.
 */
export async function writeDetections(file: string, detections: Detections): Promise<void> {
  try {
    await pipeline(Readable.from(jsonParts(detections)), createWriteStream(file));
  } catch (error) {
    const { message } = readFailure(error, file);
    throw new DatasetError(`the detections were not kept: ${message}`);
  }
}

/** Text of about 4,000 detections at once. */
function* jsonParts({ imageIds, categoryIds, boxes, scores }: Detections): Generator<string> {
  let part = '[';
  for (let i = 0; i < scores.length; i++) {
    const box = Array.from(boxes.subarray(4 * i, 4 * i + 4), (side) => rounded(side, 1e3));
    part += `${i === 0 ? '' : ',\n'}{"image_id":${imageIds[i]},"category_id":${categoryIds[i]},"bbox":[${box}],"score":${rounded(scores[i]!, 1e5)}}`;
    if (i % 4096 === 4095) {
      yield part;
      part = '';
    }
  }
  yield `${part}]\n`;
}

function rounded(value: number, scale: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`a detection holds ${value}`);
  return Math.round(value * scale) / scale;
}
