import { categoriesOfClasses } from '../core/accuracy/classCategories';
import { DetectionList, type Detections } from '../core/accuracy/detections';
import type { GroundTruth } from '../core/accuracy/groundTruth';
import { evaluationLimits } from '../core/detection/detector';
import { detectImages, type PhaseTimes } from '../engine/detectImages';
import { locateImages } from '../vision/dataset';
import type { SkippedImage } from '../vision/imageFiles';
import { CliError } from './cliError';
import type { OpenedDetector } from './detectorOptions';

export type ModelDetections = {
  detections: Detections;
  /** Images that were not there or could not be read: their ids, and the reasons. */
  unread: { ids: Set<number>; images: SkippedImage[] };
  /** Classes of the model that are no category of the annotations: their detections are not among `detections`. */
  classesLeftOut: number;
  phases: PhaseTimes;
};

/** Runs a detector over the annotated images in a folder or .zip, with the limits that published figures are measured with. */
export async function detectAnnotated(
  { detector, batchSize }: OpenedDetector,
  truth: GroundTruth,
  imagesPath: string,
  onProgress: (done: number, total: number) => void,
): Promise<ModelDetections> {
  const classes = 'classes' in detector.layout ? detector.layout.classes : null;
  const categories = categoriesOf(detector.classNames, classes, truth);
  const { found, missing } = await locateImages(truth.images, imagesPath);
  if (found.length === 0)
    throw new CliError(
      `none of the ${truth.images.length} annotated images is in ${imagesPath} (${missing[0]?.name}: ${missing[0]?.reason})`,
    );
  const list = new DetectionList();
  const unreadIds = new Set<number>();
  const unread = [...missing];
  const missingNames = new Set(missing.map(({ name }) => name));
  for (const { id, name } of truth.images) if (missingNames.has(name)) unreadIds.add(id);
  const run = detectImages(
    detector,
    found.map(({ item }) => item),
    { batchSize, limits: evaluationLimits, overlapFrom: process.argv[1] ?? null, onProgress },
  );
  let next = 0;
  for await (const result of run.images) {
    const { id } = found[next++]!.image;
    if ('reason' in result) {
      unread.push(result);
      unreadIds.add(id);
      continue;
    }
    const { corners, scores } = result;
    for (const [i, score] of scores.entries()) {
      const category = categories[result.classes[i]!];
      if (category === undefined) continue;
      const [left, top, right, bottom] = corners.subarray(4 * i, 4 * i + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      list.add(id, category, left, top, right - left, bottom - top, score);
    }
  }
  return {
    detections: list.finish(),
    unread: { ids: unreadIds, images: unread },
    classesLeftOut: categories.filter((id) => id === undefined).length,
    phases: run.phases,
  };
}

function categoriesOf(names: readonly string[] | null, classes: number | null, truth: GroundTruth) {
  try {
    return categoriesOfClasses(names, classes, truth.categories);
  } catch (error) {
    throw error instanceof RangeError ? new CliError(error.message) : error;
  }
}
