import { listed } from '../statistics/wording';
import { paperSetups } from './experiments';
import type { PaperExperiment } from './published';

/** What the paper's experiments are run on: where it is published, and what is told where it is not at hand. */

/** Where it is published: facts about public files, as text. Nothing is downloaded, and nothing of it is shipped. */
export const publishedAt = {
  weights: 'the release v0.1 of WongKinYiu/yolov7 on GitHub',
  images: `COCO's val2017.zip (5,000 images, about 0.8 GB) is at images.cocodataset.org/zips/val2017.zip; unpack it there, or name the .zip itself`,
  annotations: `COCO's annotations_trainval2017.zip (about 0.25 GB) is at images.cocodataset.org/annotations/annotations_trainval2017.zip; it holds annotations/instances_val2017.json`,
} as const;

/** Where the presets look, below the current folder. */
export const usualMaterials = {
  weights: 'weights',
  images: 'val2017',
  annotations: 'annotations/instances_val2017.json',
} as const;

/** Places as a person knows them. */
export type MaterialPlaces = { weights: string; images: string; annotations: string };

/** Something that is not at hand. */
export type MissingMaterial = {
  what: 'weights' | 'images' | 'annotations';
  /** What it is, where it is had, and where it is to be put; a sentence without its capital and full stop. */
  message: string;
  /** Options of `greenbatch paper` that do without; goes on behind the message. */
  instead: string;
};

/**
 * What of an experiment's files is not there, each with where it is to be put.
 *
 * @param isThere whether a file or folder exists, by its path
 * @param asked which of both the experiment needs
 */
export function missingMaterials(
  experiment: PaperExperiment,
  places: MaterialPlaces,
  isThere: (path: string) => boolean,
  asked: { weights: boolean; images: boolean },
): MissingMaterial[] {
  const missing: MissingMaterial[] = [];
  const lacking = paperSetups[experiment].models
    .map((model) => `${model}.pt`)
    .filter((file) => !isThere(`${places.weights}/${file}`));
  if (asked.weights && lacking.length > 0) {
    missing.push({
      what: 'weights',
      message: `the released weights ${listed(lacking)} are not in ${places.weights}: put them there, from ${publishedAt.weights}`,
      instead:
        ', name their folder with --weights DIR, or measure the architectures with random weights (--architectures): inference takes the same, accuracy there is none',
    });
  }
  if (asked.images && !isThere(places.images)) {
    missing.push({
      what: 'images',
      message: `there are no images in ${places.images}: ${publishedAt.images}`,
      instead: ' with --images, or let scenes be drawn (--generated)',
    });
  }
  if (asked.images && !isThere(places.annotations)) {
    missing.push({
      what: 'annotations',
      message: `there are no annotations at ${places.annotations}: ${publishedAt.annotations}`,
      instead: '. Put them there, or name the file with --annotations FILE',
    });
  }
  return missing;
}
