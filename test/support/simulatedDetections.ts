import { type MatchedCategory, matchedCategory } from '../../src/core/accuracy/cocoResampling';
import { iouThresholds } from '../../src/core/accuracy/thresholds';
import type { Random } from '../../src/core/statistics/random';

/** What a made-up detector is like: higher finds more. Models of 0 are as good as each other, without finding the same. */
export type SimulatedModel = { skill: number };

/** A made-up world of images: how many categories, and how unequal their shares are (COCO: 80, about 1). */
export type SimulatedWorld = { categories: number; objectsAnImage: number; tail: number };

/**
 * Images with objects of long-tailed categories, and what each model finds in them, as matching leaves it: no boxes. Images
 * are easy or hard as a whole and hold objects of few categories, so that what is found comes in clusters; models share
 * how hard an object is (their scores and places differ by noise of their own).
 *
 * @returns by model, by category
 */
export function simulateDetections(
  images: number,
  { categories, objectsAnImage, tail }: SimulatedWorld,
  models: readonly SimulatedModel[],
  random: Random,
): MatchedCategory[][] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const shares = Array.from({ length: categories }, (_, k) => 1 / (k + 1) ** tail);
  const total = shares.reduce((a, b) => a + b, 0);
  const draw = () => {
    let left = random() * total;
    const k = shares.findIndex((share) => (left -= share) < 0);
    return k < 0 ? categories - 1 : k;
  };
  const objects: number[][] = shares.map(() => []);
  const found = models.map(() => shares.map((): { image: number; score: number; right: number }[] => []));
  for (let image = 0; image < images; image++) {
    const ease = 0.7 * normal();
    const present = Array.from({ length: 1 + Math.floor(random() * 4) }, draw);
    const count = poisson((objectsAnImage * present.length) / 2.5, random);
    for (let i = 0; i < count; i++) {
      const k = present[Math.floor(random() * present.length)]!;
      objects[k]!.push(image);
      // Rare and common categories alike: some are harder than others.
      const hard = ease + 1.2 * normal() + Math.sin(3 * k);
      models.forEach(({ skill }, m) => {
        const quality = hard + skill + 0.6 * normal();
        const iou = 0.5 + 0.5 / (1 + Math.exp(-(quality + 0.3)));
        if (quality < -1.5) return;
        let right = 0;
        iouThresholds.forEach((threshold, t) => {
          if (iou >= threshold) right |= 1 << t;
        });
        found[m]![k]!.push({ image, right, score: quality + 0.8 * normal() });
      });
    }
    const others = [...new Set([...present, draw(), draw()])];
    for (const k of others)
      models.forEach(({ skill }, m) => {
        const wrong = poisson(2, random);
        for (let i = 0; i < wrong; i++)
          found[m]![k]!.push({ image, right: 0, score: -1.2 - 0.5 * skill + 0.4 * ease + 1.2 * normal() });
      });
  }
  return found.map((byCategory) =>
    byCategory.map((detections, k) => {
      detections.sort((a, b) => b.score - a.score);
      return matchedCategory(
        Uint32Array.from(detections, (d) => d.image),
        Uint16Array.from(detections, (d) => d.right),
        new Uint16Array(detections.length),
        Uint32Array.from(objects[k]!),
      );
    }),
  );
}

function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  for (; product > limit; count++) product *= random();
  return count;
}
