import type { Accuracy, ClassAccuracy } from '../accuracy/accuracy';
import type { ModelAccuracy } from '../run/report';
import { flag, list, nullable, number, object, type Shape, text, whole, within } from './shape';

/** What a model's accuracy looks like that crosses to the page. */

const share = within(0, 1);
const count = whole(0, 1e12);
const curve = list(share);

const classAccuracy = object<ClassAccuracy>({
  id: number,
  name: text,
  annotations: count,
  detections: count,
  AP: nullable(share),
  AP50: nullable(share),
  yolov7: nullable(
    object<NonNullable<ClassAccuracy['yolov7']>>({
      labels: count,
      images: count,
      P: share,
      R: share,
      F1: share,
      AP50: share,
      AP: share,
    }),
  ),
});

const cell = ((v: unknown) => Array.isArray(v) && v.length === 3 && list(count)(v)) as Shape<[number, number, number]>;
const stats = ((v: unknown) => Array.isArray(v) && v.length === 12 && list(within(-1, 1))(v)) as Shape<number[]>;

const accuracy = object<Accuracy>({
  images: count,
  annotations: count,
  crowds: count,
  detections: count,
  leftOut: object<Accuracy['leftOut']>({ annotations: count, detections: count }),
  coco: object<Accuracy['coco']>({ stats }),
  yolov7: nullable(
    object<NonNullable<Accuracy['yolov7']>>({
      P: share,
      R: share,
      F1: share,
      confidence: share,
      mAP50: share,
      mAP: share,
      classes: count,
      labels: count,
    }),
  ),
  paperF1: nullable(share),
  classes: list(classAccuracy),
  curves: nullable(
    object<NonNullable<Accuracy['curves']>>({
      recall: curve,
      precisionAtRecall: curve,
      confidence: curve,
      precision: curve,
      recallAtConfidence: curve,
      F1: curve,
      classes: list(
        object<NonNullable<Accuracy['curves']>['classes'][number]>({ id: number, precisionAtRecall: curve, F1: curve }),
      ),
    }),
  ),
  confusion: object<Accuracy['confusion']>({ confidence: share, iou: share, cells: list(cell), complete: flag }),
});

export const modelAccuracy = object<ModelAccuracy>({
  model: text,
  accuracy: nullable(accuracy),
  message: nullable(text),
  truth: nullable(text),
  phases: nullable(
    object<NonNullable<ModelAccuracy['phases']>>({
      loadMs: number,
      preprocessMs: number,
      inferenceMs: number,
      nmsMs: number,
      evaluationMs: number,
    }),
  ),
  skipped: list(object<{ name: string; reason: string }>({ name: text, reason: text })),
  warnings: list(text),
});
