import type { Arrangement } from './arrangement';
import { bucketed } from './order';
import { overlap } from './overlap';
import { labelsByCategory } from './yolov7Evaluation';

/** YOLOv7's settings for its confusion matrix: detections surer than this, and IoU strictly above that. */
export const confusionConfidence = 0.25;
export const confusionIou = 0.45;

/**
 * Counts by [detected category × actual category], row by row; the last row and column are the background: labels
 * that nothing was found for, and detections of nothing. Without crowds. A column without its last entry's row adds
 * up to the labels, a row to the detections above `confusionConfidence`.
 *
 * Pairs as YOLOv7: whatever their categories, each detection goes to the label with the highest IoU, then each label
 * keeps the detection with the highest. Unlike YOLOv7, every unpaired detection and label is counted, in every image:
 * YOLOv7 leaves out images without labels, images without detections, and the detections of images in which no pair
 * was found.
 */
export function confusionMatrix(arrangement: Arrangement): Uint32Array {
  const { truth, detections, truthImages, detectionImages, imageCount, categories, found } = arrangement;
  const background = categories.length;
  const size = background + 1;
  const matrix = new Uint32Array(size * size);
  const labels = labelsByCategory(arrangement);
  const labelCategory = categoryOfEntries(labels, truth.ids.length);
  const foundCategory = categoryOfEntries(found, detections.scores.length);
  const sure = found.entries.filter((d) => detections.scores[d]! > confusionConfidence);
  const labelsByImage = bucketed(labels.entries, truthImages, imageCount);
  const sureByImage = bucketed(sure, detectionImages, imageCount);
  /** [annotations] the detection that each label keeps, and how well it fits. */
  const keeper = new Int32Array(truth.ids.length).fill(-1);
  const keeperIou = new Float64Array(truth.ids.length);

  for (let image = 0; image < imageCount; image++) {
    const ofImage = labelsByImage.entries.subarray(labelsByImage.starts[image], labelsByImage.starts[image + 1]);
    for (const detection of sureByImage.entries.subarray(sureByImage.starts[image], sureByImage.starts[image + 1])) {
      let best = confusionIou;
      let label = -1;
      for (const candidate of ofImage) {
        const iou = overlap(detections.boxes, detection, truth.boxes, candidate);
        if (iou <= best) continue;
        best = iou;
        label = candidate;
      }
      const unpaired = label < 0 ? detection : best > keeperIou[label]! ? keeper[label]! : detection;
      if (unpaired !== detection) {
        keeper[label] = detection;
        keeperIou[label] = best;
      }
      if (unpaired >= 0) matrix[foundCategory[unpaired]! * size + background]!++;
    }
    for (const label of ofImage) {
      const row = keeper[label]! < 0 ? background : foundCategory[keeper[label]!]!;
      matrix[row * size + labelCategory[label]!]!++;
    }
  }
  return matrix;
}

function categoryOfEntries({ entries, starts }: { entries: Uint32Array; starts: Uint32Array }, n: number): Int32Array {
  const category = new Int32Array(n).fill(-1);
  for (let k = 0; k + 1 < starts.length; k++)
    for (let i = starts[k]!; i < starts[k + 1]!; i++) category[entries[i]!] = k;
  return category;
}
