import type { Accuracy } from '../../src/core/accuracy/accuracy';
import { cocoCategories } from '../../src/core/accuracy/cocoCategories';
import { DetectionList } from '../../src/core/accuracy/detections';
import { evaluateAccuracy } from '../../src/core/accuracy/evaluate';
import type { GroundTruth } from '../../src/core/accuracy/groundTruth';
import { seededRandom } from '../../src/core/statistics/random';

/** Accuracy of a made-up detector that finds `share` of the objects of made-up images, more or less in place. */
export function madeUpAccuracy(share: number, seed = 1): Accuracy {
  const random = seededRandom(seed);
  const images = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, name: `${i + 1}.jpg`, height: 480, width: 640 }));
  const categories = cocoCategories.slice(0, 12);
  const objects = images.flatMap((image) =>
    Array.from({ length: 4 }, () => ({
      image,
      category: categories[Math.floor(random() * categories.length)]!,
      box: [random() * 400, random() * 300, 20 + random() * 200, 20 + random() * 150],
    })),
  );
  const detections = new DetectionList();
  for (const { image, category, box } of objects) {
    const [x, y, w, h] = box as [number, number, number, number];
    const moved = () => 0.3 * (1 - share) * (random() - 0.5);
    if (random() < share)
      detections.add(image.id, category.id, x + w * moved(), y + h * moved(), w, h, 0.3 + 0.7 * random());
    else if (random() < 0.5) detections.add(image.id, categories[0]!.id, x, y, w, h, 0.2 + 0.6 * random());
    if (random() < 0.3) detections.add(image.id, category.id, random() * 500, random() * 400, 60, 50, random() * 0.6);
  }
  const truth: GroundTruth = {
    images,
    categories,
    ids: Float64Array.from(objects, (_, i) => i + 1),
    imageIds: Float64Array.from(objects, (o) => o.image.id),
    categoryIds: Float64Array.from(objects, (o) => o.category.id),
    boxes: Float64Array.from(objects.flatMap((o) => o.box)),
    areas: Float64Array.from(objects, (o) => o.box[2]! * o.box[3]!),
    isCrowd: new Uint8Array(objects.length),
  };
  return evaluateAccuracy(truth, detections.finish());
}
