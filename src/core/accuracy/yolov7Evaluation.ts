import type { Arrangement } from './arrangement';
import { bucketed } from './order';
import { interpolated } from './interpolation';
import { overlap } from './overlap';
import { iouThresholds, recallPoints } from './thresholds';

/** Confidences 0, 1/999, …, 1 at which precision, recall and F1 are read. */
export const confidencePoints = Float64Array.from({ length: 1000 }, (_, i) => i / 999);

/** One category, as YOLOv7's test program counts it. */
export type Yolov7Class = {
  /** Annotations that are no crowd and have an area, and the images that hold one. */
  labels: number;
  images: number;
  detections: number;
  /** At IoU 0.5, [1000] by `confidencePoints`. */
  precision: Float64Array;
  recall: Float64Array;
  F1: Float64Array;
  /** [10] average precision by IoU threshold. */
  AP: Float64Array;
  /** [101] precision at IoU 0.5 by `recallPoints`. */
  precisionAtRecall: Float64Array;
};

export type Yolov7Evaluation = {
  /** By category; null for one without labels, which no mean includes. */
  classes: (Yolov7Class | null)[];
  /** Place in `confidencePoints` of the highest mean F1. */
  best: number;
};

const T = iouThresholds.length;
/** What YOLOv7 adds to denominators. */
const epsilon = 1e-16;

/**
 * Precision, recall, F1 and AP as YOLOv7's test program defines them (Wang, Bochkovskiy, Liao, arXiv 2207.02696, its
 * test.py and metrics.py at a207844). It differs from COCO's in the matching (each detection knows only its best
 * label; IoU strictly above the threshold), in AP (trapezoids under a linearly interpolated curve) and in what it
 * leaves out (crowds, areas, limits). Computed in double precision, equal scores in the order given; the original
 * uses single precision and an unstable sort.
 */
export function evaluateYolov7(arrangement: Arrangement): Yolov7Evaluation {
  const { categories, found } = arrangement;
  const labels = labelsByCategory(arrangement);
  const right = new Uint16Array(arrangement.detections.scores.length);
  const classes = categories.map((_, k) => {
    const ofClass = labels.entries.subarray(labels.starts[k], labels.starts[k + 1]);
    const foundOfClass = found.entries.subarray(found.starts[k], found.starts[k + 1]);
    if (ofClass.length === 0) return null;
    const images = matchClass(arrangement, foundOfClass, ofClass, right);
    return { images, ...classCurves(foundOfClass, ofClass.length, right, arrangement.detections.scores) };
  });
  return { classes, best: indexOfHighest(meanCurve(classes, (c) => c.F1)) };
}

/**
 * Annotations that YOLOv7's label files hold, by category: no crowds, no empty boxes; duplicated ids mean nothing
 * here.
 */
export function labelsByCategory({ truth, categories, truthImages }: Arrangement) {
  const places = new Map(categories.map(({ id }, place) => [id, place]));
  const category = Int32Array.from(truth.categoryIds, (id) => places.get(id) ?? -1);
  const labels = Uint32Array.from(truth.ids.keys()).filter(
    (i) => truthImages[i]! >= 0 && truth.isCrowd[i] === 0 && truth.boxes[4 * i + 2]! > 0 && truth.boxes[4 * i + 3]! > 0,
  );
  return bucketed(labels, category, categories.length);
}

/** Sets bit t of `right` where a detection is right at threshold t; returns how many images hold a label. */
function matchClass(
  { truth, detections, truthImages, detectionImages, imageCount }: Arrangement,
  found: Uint32Array,
  labels: Uint32Array,
  right: Uint16Array,
): number {
  const labelsByImage = bucketed(labels, truthImages, imageCount);
  const taken = new Uint8Array(truth.ids.length);
  for (const detection of found) {
    const image = detectionImages[detection]!;
    let best = 0;
    let chosen = -1;
    for (let at = labelsByImage.starts[image]!; at < labelsByImage.starts[image + 1]!; at++) {
      const label = labelsByImage.entries[at]!;
      const iou = overlap(detections.boxes, detection, truth.boxes, label);
      if (iou <= best) continue;
      best = iou;
      chosen = label;
    }
    if (chosen < 0 || best <= iouThresholds[0]! || taken[chosen]) continue;
    taken[chosen] = 1;
    for (let t = 0; t < T; t++) if (best > iouThresholds[t]!) right[detection]! |= 1 << t;
  }
  let images = 0;
  for (let i = 0; i < imageCount; i++) if (labelsByImage.starts[i + 1]! > labelsByImage.starts[i]!) images++;
  return images;
}

function classCurves(found: Uint32Array, labels: number, right: Uint16Array, scores: Float64Array) {
  const n = found.length;
  // One point before the first detection and one after the last, for the area under the curve.
  const recall = new Float64Array(n + 2);
  const precision = new Float64Array(n + 2);
  const curves = { labels, detections: n, AP: new Float64Array(T), ...emptyCurves() };
  if (n === 0) return curves;
  for (let t = 0; t < T; t++) {
    let count = 0;
    for (let i = 0; i < n; i++) {
      count += (right[found[i]!]! >> t) & 1;
      recall[i + 1] = count / (labels + epsilon);
      precision[i + 1] = count / (i + 1);
    }
    if (t === 0) {
      const confidences = Float64Array.from(found, (detection) => -scores[detection]!);
      const ofDetections = (values: Float64Array) => values.subarray(1, n + 1);
      // Interpolated over falling confidence; surer than the surest: recall 0, precision 1.
      readDownwards(confidences, ofDetections(recall), 0, curves.recall);
      readDownwards(confidences, ofDetections(precision), 1, curves.precision);
      for (let j = 0; j < curves.F1.length; j++) {
        const [p, r] = [curves.precision[j]!, curves.recall[j]!];
        curves.F1[j] = (2 * p * r) / (p + r + epsilon);
      }
    }
    recall[n + 1] = recall[n]! + 0.01;
    precision[0] = 1;
    precision[n + 1] = 0;
    for (let i = n; i >= 0; i--) if (precision[i + 1]! > precision[i]!) precision[i] = precision[i + 1]!;
    const read = interpolated(recall, precision, recallPoints);
    if (t === 0) curves.precisionAtRecall.set(read);
    let area = 0;
    for (let j = 1; j < read.length; j++)
      area += ((recallPoints[j]! - recallPoints[j - 1]!) * (read[j]! + read[j - 1]!)) / 2;
    curves.AP[t] = area;
  }
  return curves;
}

/** Curves of a category that has labels but no detection: all 0, as YOLOv7 leaves them. */
function emptyCurves() {
  const points = () => new Float64Array(confidencePoints.length);
  return {
    precision: points(),
    recall: points(),
    F1: points(),
    precisionAtRecall: new Float64Array(recallPoints.length),
  };
}

function readDownwards(negated: Float64Array, values: Float64Array, above: number, out: Float64Array): void {
  const points = Float64Array.from(confidencePoints, (p) => -p).reverse();
  out.set(interpolated(negated, values, points, above).reverse());
}

/** Mean over the categories that have labels, point by point. */
export function meanCurve(
  classes: (Yolov7Class | null)[],
  curve: (c: Yolov7Class) => Float64Array,
  points = confidencePoints.length,
): Float64Array {
  const curves = classes.filter((c) => c !== null).map(curve);
  const mean = new Float64Array(points);
  for (const values of curves) for (let j = 0; j < points; j++) mean[j]! += values[j]!;
  return mean.map((sum) => (curves.length === 0 ? 0 : sum / curves.length));
}

function indexOfHighest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
