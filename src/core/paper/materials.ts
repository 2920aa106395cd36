import { listed } from '../statistics/wording';
import { paperSetups } from './experiments';
import type { PaperExperiment } from './published';

/** What the paper's experiments are run on: where it is published, and what is told where it is not at hand. */

/** The checkpoints that YOLOv7's authors released, under the GPL: they are not shipped. */
const weightsSource = 'https://github.com/WongKinYiu/yolov7/releases/tag/v0.1';
const imagesSource = 'http://images.cocodataset.org/zips/val2017.zip (1 GB)';
const annotationsSource =
  'http://images.cocodataset.org/annotations/annotations_trainval2017.zip (instances_val2017.json in it)';

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
      message: `the released weights ${listed(lacking)} are not in ${places.weights}: put them there (${weightsSource})`,
      instead:
        ', name their folder with --weights DIR, or measure the architectures with random weights (--architectures): inference takes the same, accuracy there is none',
    });
  }
  if (asked.images && !isThere(places.images)) {
    missing.push({
      what: 'images',
      message: `COCO's images are not in ${places.images}: unpack ${imagesSource} there`,
      instead: ', name their folder or .zip with --images DIR, or let scenes be drawn (--generated)',
    });
  }
  if (asked.images && !isThere(places.annotations)) {
    missing.push({
      what: 'annotations',
      message: `COCO's annotations are not at ${places.annotations}: unpack ${annotationsSource} there`,
      instead: ', or name the file with --annotations FILE',
    });
  }
  return missing;
}
