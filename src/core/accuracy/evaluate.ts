import type { Accuracy, ClassAccuracy } from './accuracy';
import { arrange, type Arrangement } from './arrangement';
import { type CocoEvaluation, evaluateCoco } from './cocoEvaluation';
import { confusionConfidence, confusionIou, confusionMatrix } from './confusionMatrix';
import { matchedCategories } from './cocoResampling';
import { compactCurves } from './curves';
import type { Detections } from './detections';
import type { GroundTruth } from './groundTruth';
import type { AccuracySampling } from './accuracySampling';
import { sampleImages } from './imageBootstrap';
import { paperF1 } from './paperF1';
import { confidencePoints, evaluateYolov7, type Yolov7Class, type Yolov7Evaluation } from './yolov7Evaluation';

/**
 * Every accuracy number of docs/accuracy.md. Evaluated are the images of `truth`, also those without annotations;
 * detections of other images and categories are left out and counted (`leftOut`).
 */
export const evaluateAccuracy = (truth: GroundTruth, detections: Detections): Accuracy =>
  evaluateForSampling(truth, detections).accuracy;

/** The same, and how to find its sampling error: work of its own, which holds the detections until it is done. */
export function evaluateForSampling(
  truth: GroundTruth,
  detections: Detections,
): { accuracy: Accuracy; sample: (isOver?: () => boolean) => AccuracySampling } {
  const arrangement = arrange(truth, detections);
  const coco = evaluateCoco(arrangement);
  return {
    accuracy: accuracyOf(arrangement, coco),
    sample: (isOver) => sampleImages(arrangement, matchedCategories(arrangement, coco.matcher), isOver),
  };
}

function accuracyOf(arrangement: Arrangement, coco: CocoEvaluation): Accuracy {
  const { truth, detections } = arrangement;
  const yolov7 = evaluateYolov7(arrangement);
  const evaluated = evaluatedTruths(arrangement);
  const withLabels = yolov7.classes.filter((c) => c !== null);
  return {
    images: arrangement.imageCount,
    annotations: evaluated.length,
    crowds: evaluated.filter((i) => truth.isCrowd[i] === 1).length,
    detections: arrangement.found.entries.length,
    leftOut: {
      annotations: truth.ids.length - evaluated.length,
      detections: detections.scores.length - arrangement.found.entries.length,
    },
    coco: { stats: coco.stats },
    yolov7: withLabels.length === 0 ? null : means(withLabels, yolov7.best),
    paperF1: paperF1(coco.stats[0]!, coco.stats[8]!),
    classes: classAccuracies(arrangement, coco, yolov7),
    curves: compactCurves(arrangement.categories, yolov7.classes),
    confusion: confusionCells(arrangement),
  };
}

function evaluatedTruths({ truth, categories, truthImages }: Arrangement): Uint32Array {
  const known = new Set(categories.map(({ id }) => id));
  return Uint32Array.from(truth.ids.keys()).filter((i) => truthImages[i]! >= 0 && known.has(truth.categoryIds[i]!));
}

function means(classes: Yolov7Class[], best: number): NonNullable<Accuracy['yolov7']> {
  const mean = (value: (c: Yolov7Class) => number) => classes.reduce((sum, c) => sum + value(c), 0) / classes.length;
  return {
    P: mean((c) => c.precision[best]!),
    R: mean((c) => c.recall[best]!),
    F1: mean((c) => c.F1[best]!),
    confidence: confidencePoints[best]!,
    mAP50: mean((c) => c.AP[0]!),
    mAP: mean((c) => overThresholds(c)),
    classes: classes.length,
    labels: classes.reduce((sum, c) => sum + c.labels, 0),
  };
}

function overThresholds({ AP }: Yolov7Class): number {
  return AP.reduce((a, b) => a + b, 0) / AP.length;
}

function classAccuracies(
  { categories, truths, found }: Arrangement,
  coco: CocoEvaluation,
  { classes, best }: Yolov7Evaluation,
): ClassAccuracy[] {
  return categories.map(({ id, name }, k) => {
    const yolov7 = classes[k] ?? null;
    return {
      id,
      name,
      annotations: truths.starts[k + 1]! - truths.starts[k]!,
      detections: found.starts[k + 1]! - found.starts[k]!,
      AP: coco.classAP[k]! < 0 ? null : coco.classAP[k]!,
      AP50: coco.classAP50[k]! < 0 ? null : coco.classAP50[k]!,
      yolov7: yolov7 && {
        labels: yolov7.labels,
        images: yolov7.images,
        P: yolov7.precision[best]!,
        R: yolov7.recall[best]!,
        F1: yolov7.F1[best]!,
        AP50: yolov7.AP[0]!,
        AP: overThresholds(yolov7),
      },
    };
  });
}

/** So many cells at most, or a thousand categories would fill the event log. */
const maxCells = 2000;

function confusionCells(arrangement: Arrangement): Accuracy['confusion'] {
  const matrix = confusionMatrix(arrangement);
  const size = arrangement.categories.length + 1;
  const cells: [number, number, number][] = [];
  matrix.forEach((count, i) => {
    if (count > 0) cells.push([Math.floor(i / size), i % size, count]);
  });
  const complete = cells.length <= maxCells;
  if (!complete) cells.sort((a, b) => b[2] - a[2]);
  return { confidence: confusionConfidence, iou: confusionIou, cells: cells.slice(0, maxCells), complete };
}
