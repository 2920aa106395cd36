import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { arrange } from '../../../../src/core/accuracy/arrangement';
import { evaluateCoco } from '../../../../src/core/accuracy/cocoEvaluation';
import { matchedCategories, resampledAveragePrecision } from '../../../../src/core/accuracy/cocoResampling';
import { DetectionList, type Detections } from '../../../../src/core/accuracy/detections';
import type { GroundTruth } from '../../../../src/core/accuracy/groundTruth';
import { imageDraws } from '../../../../src/core/accuracy/imageBootstrap';
import { readCocoAnnotations } from '../../../../src/workloads/detection/data/cocoAnnotations';
import { readDetections } from '../../../../src/workloads/detection/data/detectionsFile';
import { detectionsOf, scenes, truthOf } from '../../../support/scenes';

/** The slow way: each image so many times as its weight says, under ids of its own, with all that belongs to it. */
function duplicated(truth: GroundTruth, detections: Detections, weights: Uint16Array) {
  const ids = truth.images.map(({ id }) => id).sort((a, b) => a - b);
  const copies = new Map(ids.map((id, place) => [id, weights[place]!]));
  const newId = (id: number, copy: number) => 1000 * (1 + ids.indexOf(id)) + copy;
  const places = [...truth.ids.keys()].flatMap((i) =>
    Array.from({ length: copies.get(truth.imageIds[i]!) ?? 0 }, (_, copy) => ({ i, copy })),
  );
  const pick = (values: Float64Array) => Float64Array.from(places, ({ i }) => values[i]!);
  const all = new DetectionList();
  detections.scores.forEach((score, d) => {
    const [left, top, width, height] = detections.boxes.subarray(4 * d, 4 * d + 4) as unknown as number[];
    for (let copy = 0; copy < (copies.get(detections.imageIds[d]!) ?? 0); copy++) {
      const image = newId(detections.imageIds[d]!, copy);
      all.add(image, detections.categoryIds[d]!, left!, top!, width!, height!, score);
    }
  });
  const many: GroundTruth = {
    categories: truth.categories,
    images: truth.images.flatMap((image) =>
      Array.from({ length: copies.get(image.id)! }, (_, copy) => ({ ...image, id: newId(image.id, copy) })),
    ),
    ids: Float64Array.from(places, (_, i) => i + 1),
    imageIds: Float64Array.from(places, ({ i, copy }) => newId(truth.imageIds[i]!, copy)),
    categoryIds: pick(truth.categoryIds),
    areas: pick(truth.areas),
    boxes: Float64Array.from(places.flatMap(({ i }) => [...truth.boxes.subarray(4 * i, 4 * i + 4)])),
    isCrowd: Uint8Array.from(places, ({ i }) => truth.isCrowd[i]!),
  };
  return evaluateCoco(arrange(many, all.finish()));
}

function matchedOf(truth: GroundTruth, detections: Detections) {
  const arrangement = arrange(truth, detections);
  const coco = evaluateCoco(arrangement);
  return { ap: coco.stats[0]!, classAP: coco.classAP, categories: matchedCategories(arrangement, coco.matcher) };
}

describe('an evaluation of images that count several times', () => {
  const weighted = scenes({ distinct: true }).chain((scene) =>
    fc.record({
      scene: fc.constant(scene),
      weights: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: scene.images, maxLength: scene.images }),
    }),
  );

  test('is to the last bit that of a data set with duplicated images, crowds and absent categories included', () => {
    fc.assert(
      fc.property(weighted, ({ scene, weights }) => {
        const truth = truthOf(scene.images, scene.categories, scene.annotated);
        const found = detectionsOf(scene.found);
        const times = Uint16Array.from(weights);
        const byCategory = new Float64Array(scene.categories);
        const ap = resampledAveragePrecision(matchedOf(truth, found).categories, times, byCategory);
        const slow = duplicated(truth, found, times);
        expect(ap).toBe(slow.stats[0]);
        expect([...byCategory]).toEqual(slow.classAP);
      }),
      { numRuns: 300 },
    );
  });

  test('is the evaluation itself where each counts once, also with equal scores', () => {
    fc.assert(
      fc.property(scenes(), (scene) => {
        const { ap, categories } = matchedOf(
          truthOf(scene.images, scene.categories, scene.annotated),
          detectionsOf(scene.found),
        );
        expect(resampledAveragePrecision(categories, new Uint16Array(scene.images).fill(1))).toBe(ap);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves a category out of the mean that has no object in them; −1 where none has', () => {
    const box: [number, number, number, number] = [0, 0, 10, 10];
    const annotated = [
      { image: 1, category: 1, box },
      { image: 2, category: 2, box },
    ];
    const { categories } = matchedOf(truthOf(3, 2, annotated), detectionsOf([{ ...annotated[0]!, score: 1 }]));
    const of = (...weights: number[]) =>
      Number(resampledAveragePrecision(categories, Uint16Array.from(weights)).toFixed(9));
    expect([of(1, 1, 1), of(3, 0, 0), of(0, 2, 1), of(0, 0, 3)]).toEqual([0.5, 1, 0, -1]);
  });
});

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../shared/data');
const files = [
  join(fixtures, 'coco-val2017-dev/instances.json'),
  join(fixtures, 'oracle/real-detections/yolov5n_640_dev.json'),
] as const;

test.skipIf(!files.every((file) => existsSync(file)))(
  'so with real images and detections (GREENBATCH_FIXTURES)',
  async () => {
    const { truth } = await readCocoAnnotations(files[0]);
    const { detections } = await readDetections(files[1], truth);
    // Of equal scores in one image and category the copies would take turns.
    detections.scores.forEach((score, i) => (detections.scores[i] = score - 1e-12 * i));
    const { categories, ap } = matchedOf(truth, detections);
    const draw = imageDraws(truth.images.length);
    expect(resampledAveragePrecision(categories, new Uint16Array(truth.images.length).fill(1))).toBe(ap);
    for (let i = 0; i < 3; i++) {
      const weights = draw();
      expect(resampledAveragePrecision(categories, weights)).toBe(duplicated(truth, detections, weights).stats[0]);
    }
  },
);
