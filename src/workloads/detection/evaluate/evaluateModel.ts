import type { AccuracySampling } from '../../../core/accuracy/accuracySampling';
import { type Accuracy } from '../../../core/accuracy/accuracy';
import { categoriesOfClasses } from '../../../core/accuracy/classCategories';
import { DetectionList, type Detections } from '../../../core/accuracy/detections';
import { evaluateForSampling } from '../../../core/accuracy/evaluate';
import type { GroundTruth } from '../../../core/accuracy/groundTruth';
import { evaluationLimitsOf } from '../../../core/detection/detector';
import type { Detector } from '../detector/detector';
import { ModelError } from '../../../models/modelError';
import type { LocatedImages } from '../data/dataset';
import { DatasetError } from '../data/datasetError';
import { type SkippedImage, type WarnedImage, warnedText } from '../data/imageFiles';
import { type DetectOptions, detectImages, type PhaseTimes } from '../detector/detectImages';

export type ModelDetections = {
  detections: Detections;
  /** The images of the ground truth that were run; the others must not be evaluated. */
  evaluated: GroundTruth;
  /** Annotated images without a file, or that could not be read. */
  skipped: SkippedImage[];
  /** Evaluated although something about their file is odd. */
  warned: WarnedImage[];
  /** Evaluated images of another size than the annotations say, so that no box fits; the first of them. */
  otherSize: OtherSize;
  /** Classes of the model that are no category of the annotations: their detections are not among `detections`. */
  classesLeftOut: number;
  /** What was assumed to match classes with categories; null: nothing. */
  classNote: string | null;
  phases: PhaseTimes;
};

type OtherSize = { count: number; first: string | null };

/**
 * Runs a detector over annotated images, with the limits of the program that its published figures come from.
 *
 * @param located the files of `truth`'s images
 * @throws ModelError when its classes cannot be told from the annotations' categories
 */
export async function findAnnotated(
  detector: Detector,
  truth: GroundTruth,
  located: LocatedImages,
  options: Omit<DetectOptions, 'limits'> & { classesByNumber?: boolean },
): Promise<ModelDetections> {
  const { categories, note: classNote } = categoriesFor(detector, truth, options.classesByNumber);
  const { images: results, phases } = detectImages(
    detector,
    located.found.map(({ item }) => item),
    { ...options, limits: evaluationLimitsOf(detector.layout) },
  );
  const found = new DetectionList();
  const [skipped, warned] = [[...located.missing], [...located.warned]];
  const otherSize: OtherSize = { count: 0, first: null };
  const evaluated: GroundTruth['images'] = [];
  let place = 0;
  for await (const result of results) {
    const { image } = located.found[place++]!;
    if ('reason' in result) {
      skipped.push(result);
      continue;
    }
    evaluated.push(image);
    const { corners, scores, classes, original, warnings } = result;
    if (warnings.length > 0) warned.push({ name: result.name, warning: warnings.join('; ') });
    if (image.height > 0 && image.width > 0 && (image.height !== original.height || image.width !== original.width)) {
      otherSize.count++;
      otherSize.first ??= `${image.name}: ${original.width} × ${original.height}, annotated ${image.width} × ${image.height}`;
    }
    for (let i = 0; i < scores.length; i++) {
      const [left, top, right, bottom] = corners.subarray(4 * i, 4 * i + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      const category = categories[classes[i]!];
      if (category !== undefined) found.add(image.id, category, left, top, right - left, bottom - top, scores[i]!);
    }
  }
  const classesLeftOut = categories.filter((id) => id === undefined).length;
  return {
    detections: found.finish(),
    evaluated: { ...truth, images: evaluated },
    ...{ skipped, warned, otherSize, classesLeftOut, classNote, phases },
  };
}

/** @throws DatasetError when no image was run */
export function requireEvaluated<T extends Pick<ModelDetections, 'evaluated' | 'skipped'>>(run: T): T {
  const [first] = run.skipped;
  if (run.evaluated.images.length > 0) return run;
  throw new DatasetError(`none of the annotated images can be read${first ? ` (${first.name}: ${first.reason})` : ''}`);
}

/** Several runs over parts of the images as one. */
export function joined(truth: GroundTruth, parts: readonly ModelDetections[]): ModelDetections {
  const all = new DetectionList();
  for (const { detections: d } of parts) {
    d.scores.forEach((score, i) => {
      const [left, top, width, height] = d.boxes.subarray(4 * i, 4 * i + 4);
      all.add(d.imageIds[i]!, d.categoryIds[i]!, left!, top!, width!, height!, score);
    });
  }
  const sum = (of: (phases: PhaseTimes) => number) => parts.reduce((total, { phases }) => total + of(phases), 0);
  return {
    detections: all.finish(),
    evaluated: { ...truth, images: parts.flatMap((part) => part.evaluated.images) },
    skipped: parts.flatMap((part) => part.skipped),
    warned: parts.flatMap((part) => part.warned),
    otherSize: {
      count: parts.reduce((count, { otherSize }) => count + otherSize.count, 0),
      first: parts.find(({ otherSize }) => otherSize.first !== null)?.otherSize.first ?? null,
    },
    classesLeftOut: parts[0]?.classesLeftOut ?? 0,
    classNote: parts[0]?.classNote ?? null,
    phases: {
      loadMs: sum((p) => p.loadMs),
      preprocessMs: sum((p) => p.preprocessMs),
      inferenceMs: sum((p) => p.inferenceMs),
      nmsMs: sum((p) => p.nmsMs),
    },
  };
}

/** What a reader of the accuracy must know of how it came about, a line each. */
export function evaluationWarnings({
  evaluated,
  warned,
  otherSize,
  classNote,
}: Pick<ModelDetections, 'evaluated' | 'warned' | 'otherSize' | 'classNote'>): string[] {
  const images = evaluated.images.length;
  const sizes = `${otherSize.count} of ${images} images have another size than the annotations say (${otherSize.first}): are these the annotated images?`;
  return [...warnedText(warned), ...(otherSize.count === 0 ? [] : [sizes]), ...(classNote === null ? [] : [classNote])];
}

/** What a detector gets right on annotated images; the images that cannot be read are taken out of the ground truth. */
export async function evaluateModel(
  ...args: Parameters<typeof findAnnotated>
): Promise<
  ModelDetections & { accuracy: Accuracy; sample: (isOver: () => boolean) => AccuracySampling; evaluationMs: number }
> {
  const run = requireEvaluated(await findAnnotated(...args));
  const start = performance.now();
  const evaluated = evaluateForSampling(run.evaluated, run.detections);
  return { ...run, ...evaluated, evaluationMs: performance.now() - start };
}

function categoriesFor({ classNames, layout }: Detector, { categories }: GroundTruth, byNumber?: boolean) {
  try {
    return categoriesOfClasses(classNames, 'classes' in layout ? layout.classes : null, categories, byNumber);
  } catch (error) {
    throw error instanceof RangeError ? new ModelError(error.message) : error;
  }
}
