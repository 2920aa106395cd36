import type { Accuracy } from './accuracy';
import { recallPoints } from './thresholds';
import { confidencePoints, meanCurve, type Yolov7Class } from './yolov7Evaluation';

/** Categories with a curve of their own, so that the result stays small. */
const maxClasses = 80;
/** Places in `confidencePoints` nearest to 0, 0.01, …, 1. */
const confidencePlaces = Array.from({ length: 101 }, (_, i) => Math.round((i / 100) * (confidencePoints.length - 1)));

/** YOLOv7's curves at 101 points (51 for a single category), rounded to 3 decimals. */
export function compactCurves(categories: { id: number }[], classes: (Yolov7Class | null)[]): Accuracy['curves'] {
  const labelled = classes
    .map((curves, k) => ({ id: categories[k]!.id, curves }))
    .filter((c): c is { id: number; curves: Yolov7Class } => c.curves !== null);
  if (labelled.length === 0) return null;
  const byConfidence = (values: Float64Array) => confidencePlaces.map((place) => rounded(values[place]!));
  const most = [...labelled].sort((a, b) => b.curves.labels - a.curves.labels).slice(0, maxClasses);
  return {
    recall: Array.from(recallPoints, rounded),
    precisionAtRecall: Array.from(
      meanCurve(classes, (c) => c.precisionAtRecall, recallPoints.length),
      rounded,
    ),
    confidence: confidencePlaces.map((place) => rounded(confidencePoints[place]!)),
    precision: byConfidence(meanCurve(classes, (c) => c.precision)),
    recallAtConfidence: byConfidence(meanCurve(classes, (c) => c.recall)),
    F1: byConfidence(meanCurve(classes, (c) => c.F1)),
    classes: most.map(({ id, curves }) => ({
      id,
      precisionAtRecall: everyOther(Array.from(curves.precisionAtRecall, rounded)),
      F1: everyOther(byConfidence(curves.F1)),
    })),
  };
}

const everyOther = (values: number[]) => values.filter((_, i) => i % 2 === 0);
const rounded = (value: number) => Math.round(value * 1000) / 1000;
