import * as z from 'zod';

/**
 * What a detector gets right on a set of annotated images: the result of `evaluateAccuracy`, for the event log and
 * for JSON. docs/accuracy.md says which number is which. All ratios are 0 to 1. About 60 kB as JSON for COCO, however
 * many images.
 */

/** 0 to 1; a sum of shares may pass 1 by its rounding. */
const share = z
  .number()
  .min(0)
  .max(1 + 1e-9);
const count = z.int().min(0);

const classAccuracy = z.strictObject({
  id: z.number().describe('category id of the annotations (COCO: 1…90)'),
  name: z.string(),
  annotations: count.describe('annotated objects and crowds of the evaluated images'),
  detections: count.describe('detections of the evaluated images'),
  AP: share.nullable().describe('COCO AP@[.5:.95], all areas, at most 100 detections an image; null without objects'),
  AP50: share.nullable().describe('the same at IoU .5'),
  yolov7: z
    .strictObject({
      labels: count.describe('annotations that are no crowd and have an area: the denominator of R'),
      images: count.describe('images that hold one'),
      P: share,
      R: share,
      F1: share,
      AP50: share,
      AP: share,
    })
    .nullable()
    .describe('YOLOv7’s own; P, R, F1 at the one confidence of all categories; null without labels'),
});

const curve = z.array(share);

export const accuracySchema = z.strictObject({
  images: count.describe('images evaluated, with and without annotations'),
  annotations: count.describe('annotated objects and crowds of these images'),
  crowds: count.describe('of these, groups (iscrowd): neither right nor wrong in COCO, left out by YOLOv7'),
  detections: count.describe('detections of these images in categories that the annotations have'),
  leftOut: z
    .strictObject({
      annotations: count.describe('of other images or categories'),
      detections: count.describe('of other images or categories'),
    })
    .describe('given, but not evaluated'),
  coco: z
    .strictObject({
      stats: z
        .array(
          z
            .number()
            .min(-1)
            .max(1 + 1e-9),
        )
        .length(12)
        .describe(
          'as pycocotools: AP, AP50, AP75, AP small, medium, large, AR at 1, 10, 100 detections, AR small, medium, large; −1: no object',
        ),
    })
    .describe('COCO’s detection statistics'),
  yolov7: z
    .strictObject({
      P: share.describe('precision at IoU .5, mean over categories with labels'),
      R: share.describe('recall at IoU .5'),
      F1: share.describe('mean over categories of 2PR/(P+R), not of the means'),
      confidence: share.describe('the one at which mean F1 is highest: P, R and F1 hold there'),
      mAP50: share.describe('mean AP at IoU .5'),
      mAP: share.describe('mean AP over IoU .5 to .95; about .015 below COCO’s AP'),
      classes: count.describe('categories with labels, over which the means go'),
      labels: count,
    })
    .nullable()
    .describe('as YOLOv7’s test program; null without labels'),
  paperF1: share.nullable().describe('2·AP·AR/(AP+AR) of COCO’s AP and AR100, as the paper; no F1 score'),
  classes: z.array(classAccuracy),
  curves: z
    .strictObject({
      recall: curve.describe('recalls of `precisionAtRecall`'),
      precisionAtRecall: curve.describe('at IoU .5, mean over categories with labels (YOLOv7’s PR curve)'),
      confidence: curve.describe('confidences of the three below'),
      precision: curve,
      recallAtConfidence: curve,
      F1: curve,
      classes: z
        .array(
          z.strictObject({
            id: z.number(),
            precisionAtRecall: curve.describe('at every other entry of `recall`'),
            F1: curve.describe('at every other entry of `confidence`'),
          }),
        )
        .describe('the categories with the most labels, at most 80'),
    })
    .nullable()
    .describe('rounded to 3 decimals; null without labels'),
  confusion: z
    .strictObject({
      confidence: share.describe('only detections above'),
      iou: share.describe('pairs above'),
      cells: z
        .array(z.tuple([count, count, count]))
        .describe(
          '[detected, actual, count], places in `classes`, one past its end: background; the largest 2000 counts',
        ),
      complete: z.boolean().describe('false where smaller counts were left out'),
    })
    .describe('categories taken for another, missed, or seen where nothing is'),
});
export type Accuracy = z.infer<typeof accuracySchema>;
export type ClassAccuracy = Accuracy['classes'][number];
