import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracySchema } from '../../../../src/core/accuracy/accuracy';
import { arrange } from '../../../../src/core/accuracy/arrangement';
import { cocoCategories, cocoCategoryId } from '../../../../src/core/accuracy/cocoCategories';
import { confusionMatrix } from '../../../../src/core/accuracy/confusionMatrix';
import { evaluateAccuracy } from '../../../../src/core/accuracy/evaluate';
import { subsetOf } from '../../../../src/core/accuracy/groundTruth';
import { interpolated } from '../../../../src/core/accuracy/interpolation';
import { byScoreDescending } from '../../../../src/core/accuracy/order';
import { paperF1 } from '../../../../src/core/accuracy/paperF1';
import { type Box, detectionsOf, type Found, type Scene, scenes, truthOf } from '../../../support/scenes';

const evaluate = ({ images, categories, annotated, found }: Scene) =>
  evaluateAccuracy(truthOf(images, categories, annotated), detectionsOf(found));

function expectSame(a: readonly number[], b: readonly number[]): void {
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 12));
}

/** Whether two annotations of one image and category overlap by half, as far as a match needs. */
const overlaps = (annotated: Scene['annotated']) =>
  annotated.some((a, i) =>
    annotated.slice(i + 1).some((b) => {
      if (a.image !== b.image || a.category !== b.category) return false;
      const across = (at: 0 | 1) =>
        Math.max(0, Math.min(a.box[at] + a.box[at + 2]!, b.box[at] + b.box[at + 2]!) - Math.max(a.box[at], b.box[at]));
      const shared = across(0) * across(1);
      return shared >= 0.5 * (a.box[2] * a.box[3] + b.box[2] * b.box[3] - shared) * (1 - 1e-9);
    }),
  );

const nested: Scene = {
  images: 1,
  categories: 1,
  annotated: [
    [101, 92],
    [75, 62],
    [60, 39],
    [35, 30],
  ].map(([width, height]) => ({
    image: 1,
    category: 1,
    box: [0, 0, width!, height!],
    crowd: false,
  })),
  found: [],
};

describe('properties', () => {
  test('every number is −1 or a share, and the result fits its schema', () => {
    fc.assert(
      fc.property(scenes(), (scene) => {
        const accuracy = evaluate(scene);
        accuracySchema.parse(accuracy);
        expect(accuracy.coco.stats.every((value) => value === -1 || (value >= 0 && value <= 1))).toBe(true);
        expect(accuracy.annotations).toBe(scene.annotated.length);
        expect(accuracy.detections).toBe(scene.found.length);
      }),
      { numRuns: 300 },
    );
  });

  test('the order of images, annotations and detections does not matter where scores differ', () => {
    fc.assert(
      fc.property(scenes({ distinct: true, crowds: false }), fc.boolean(), (scene, reverse) => {
        const moved = (image: number) => scene.images + 1 - image;
        const other = {
          ...scene,
          annotated: scene.annotated.map((a) => ({ ...a, image: moved(a.image) })),
          found: scene.found.map((d) => ({ ...d, image: moved(d.image) })),
        };
        if (reverse) other.found.reverse();
        const [a, b] = [evaluate(scene), evaluate(other)];
        expectSame(a.coco.stats, b.coco.stats);
        expectSame(Object.values(a.yolov7 ?? {}), Object.values(b.yolov7 ?? {}));
      }),
      { numRuns: 200 },
    );
  });

  test('only the order of scores matters to COCO’s numbers and to mAP', () => {
    fc.assert(
      fc.property(scenes(), (scene) => {
        const found = scene.found.map((d) => ({ ...d, score: Math.exp(3 * d.score) - 5 }));
        const [a, b] = [evaluate(scene), evaluate({ ...scene, found })];
        expect(b.coco).toEqual(a.coco);
        expect(b.yolov7?.mAP).toBe(a.yolov7?.mAP);
        expect(b.yolov7?.mAP50).toBe(a.yolov7?.mAP50);
      }),
      { numRuns: 200 },
    );
  });

  test('the annotations themselves as detections get 1 everywhere', () => {
    fc.assert(
      fc.property(scenes({ crowds: false }), (scene) => {
        const found = scene.annotated.map((a, i) => ({ ...a, score: 0.9 - i / 1000 }));
        const { coco, yolov7, confusion, annotations } = accuracySchema.parse(evaluate({ ...scene, found }));
        const [, , , , , , arAt1, arAt10, ...rest] = coco.stats;
        // Of one size alone: pycocotools ends its search at the first annotation of another size, though that one fits better.
        const ofAll = [...coco.stats.slice(0, 3), rest[0]!];
        const told = overlaps(scene.annotated) ? ofAll : [...coco.stats.slice(0, 6), ...rest];
        for (const value of told) if (value !== -1) expect(value).toBeCloseTo(1, 12);
        expect(arAt1).toBeLessThanOrEqual(arAt10!);
        // Of two labels with the same box, each detection knows only one: YOLOv7 finds one of them.
        const boxes = new Set(
          scene.annotated.map(({ image, category, box }) => JSON.stringify([image, category, box])),
        );
        if (yolov7 && boxes.size === scene.annotated.length) {
          expect(yolov7.mAP).toBeCloseTo(1, 12);
          expect(yolov7.F1).toBeCloseTo(1, 12);
        }
        expect(confusion.cells.reduce((sum, [, , count]) => sum + count, 0)).toBeGreaterThanOrEqual(annotations);
      }),
      {
        numRuns: 200,
        // Boxes within each other, each of another size.
        examples: [[nested]],
      },
    );
  });

  test('a detection of nothing never raises AP or mAP', () => {
    fc.assert(
      fc.property(scenes(), fc.constantFrom(0.0001, 0.5, 2), (scene, score) => {
        const wrong: Found = { image: 1, category: 1, box: [1000, 1000, 50, 50], score };
        const [a, b] = [evaluate(scene), evaluate({ ...scene, found: [...scene.found, wrong] })];
        for (let i = 0; i < 6; i++) expect(b.coco.stats[i]).toBeLessThanOrEqual(a.coco.stats[i]! + 1e-12);
        expect(b.coco.stats[8]).toBe(a.coco.stats[8]);
        if (a.yolov7) expect(b.yolov7!.mAP).toBeLessThanOrEqual(a.yolov7.mAP + 1e-12);
      }),
      { numRuns: 200 },
    );
  });

  test('more detections allowed never lower recall', () => {
    fc.assert(
      fc.property(scenes(), (scene) => {
        const { stats } = evaluate(scene).coco;
        expect(stats[6]).toBeLessThanOrEqual(stats[7]!);
        expect(stats[7]).toBeLessThanOrEqual(stats[8]!);
        expect(stats[0]).toBeLessThanOrEqual(stats[1]!);
      }),
    );
  });

  test('confusion: columns add up to the labels, rows to the detections above the confidence', () => {
    fc.assert(
      fc.property(scenes(), (scene) => {
        const matrix = confusionMatrix(
          arrange(truthOf(scene.images, scene.categories, scene.annotated), detectionsOf(scene.found)),
        );
        const size = scene.categories + 1;
        for (let k = 0; k < scene.categories; k++) {
          const [column, row] = [0, 1].map((way) =>
            Array.from({ length: size }, (_, i) => matrix[way === 0 ? i * size + k : k * size + i]!).reduce(
              (a, b) => a + b,
            ),
          );
          expect(column).toBe(scene.annotated.filter((a) => a.category === k + 1 && !a.crowd).length);
          expect(row).toBe(scene.found.filter((d) => d.category === k + 1 && d.score > 0.25).length);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the order of scores is that of a stable sort', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.5, -0.5))), (values) => {
        const among = Uint32Array.from(values.keys());
        const wanted = [...values.keys()].sort((a, b) => values[b]! - values[a]! || 0);
        expect([...byScoreDescending(Float64Array.from(values), among)]).toEqual(wanted.map(Number));
      }),
      { numRuns: 300 },
    );
  });
});

describe('YOLOv7’s numbers by hand', () => {
  const box: Box = [0, 0, 100, 100];
  const one = (found: Found[], annotated = [{ image: 1, category: 1, box }]) =>
    evaluate({ images: 2, categories: 1, annotated, found });

  test('one right detection and a wrong one below it', () => {
    const right: Found = { image: 1, category: 1, box, score: 0.8 };
    const wrong: Found = { image: 2, category: 1, box, score: 0.4 };
    const { yolov7, curves } = one([right, wrong]);
    // Recall 1 from confidence 0.8 down; precision 1 at 0.8, 0.5 from 0.4 down, linear between.
    expect(yolov7).toMatchObject({ R: 1, labels: 1, classes: 1 });
    expect(yolov7!.confidence).toBeCloseTo(0.8, 2);
    expect(yolov7!.P).toBeCloseTo(1, 2);
    // Precision 1 to recall 0.99, 0.5 at recall 1 (the last of the two points there): one trapezoid is lower.
    expect(yolov7!.mAP50).toBeCloseTo(1 - 0.0025, 12);
    expect(curves!.precision[60]).toBeCloseTo(0.75, 2);
  });

  test('an IoU of exactly 0.5 counts for COCO, not for YOLOv7', () => {
    const half: Found = { image: 1, category: 1, box: [0, 0, 100, 50], score: 0.9 };
    const { coco, yolov7 } = one([half]);
    expect(coco.stats[1]).toBeCloseTo(1, 12);
    expect(yolov7!.mAP50).toBe(0);
  });

  test('a detection knows only its best label; COCO lets it take the next', () => {
    const two = [
      { image: 1, category: 1, box },
      { image: 1, category: 1, box: [0, 0, 100, 80] as Box },
    ];
    const found: Found[] = [
      { image: 1, category: 1, box, score: 0.9 },
      { image: 1, category: 1, box: [0, 0, 100, 98], score: 0.8 },
    ];
    const { coco, classes } = one(found, two);
    expect(coco.stats[1]).toBeCloseTo(1, 12);
    expect(classes[0]!.yolov7!.R).toBe(0.5);
  });

  test('without labels there are none', () => {
    const { yolov7, curves, coco, paperF1: f1 } = one([{ image: 1, category: 1, box, score: 1 }], []);
    expect([yolov7, curves, f1]).toEqual([null, null, null]);
    expect(coco.stats).toEqual(Array(12).fill(-1));
  });

  test('without detections all are 0', () => {
    const { yolov7, coco, confusion } = one([]);
    expect(yolov7).toMatchObject({ P: 0, R: 0, F1: 0, mAP: 0 });
    expect(coco.stats[0]).toBe(0);
    expect(confusion.cells).toEqual([[1, 0, 1]]);
  });
});

describe('what pycocotools does with ids', () => {
  const box: Box = [0, 0, 100, 100];
  const found: Found[] = [{ image: 1, category: 1, box, score: 0.9 }];

  test('an annotation with id 0 never counts as found', () => {
    expect(
      evaluate({ images: 1, categories: 1, annotated: [{ image: 1, category: 1, box, id: 0 }], found }).coco.stats[0],
    ).toBe(0);
  });

  test('two annotations with one id are the later one, twice', () => {
    const far: Box = [200, 200, 50, 50];
    const annotated = [far, box].map((b) => ({ image: 1, category: 1, box: b, id: 7 }));
    const { coco } = evaluate({ images: 1, categories: 1, annotated, found });
    expect(coco.stats[8]).toBe(0.5);
  });
});

test('the paper’s figure from AP and AR', () => {
  // COCO val2017 reference of yolov7.pt: AP 0.512, AR 0.688.
  expect(paperF1(0.51206, 0.68772)).toBeCloseTo(0.587, 3);
  expect(paperF1(0, 0)).toBe(0);
  expect(paperF1(-1, 0.5)).toBeNull();
});

test('COCO’s categories: 80, their ids with gaps', () => {
  expect(cocoCategories).toHaveLength(80);
  expect(cocoCategories.map(({ id }) => id)).toEqual(
    [
      [1, 11],
      [13, 25],
      [27, 28],
      [31, 44],
      [46, 65],
      [67, 67],
      [70, 70],
      [72, 82],
      [84, 90],
    ].flatMap(([a, b]) => Array.from({ length: b! - a! + 1 }, (_, i) => a! + i)),
  );
  expect(() => cocoCategoryId(80)).toThrow(/class 80/);
  expect(cocoCategories[79]).toEqual({ id: 90, name: 'toothbrush' });
});

test('subsets by count and by ids', () => {
  const truth = truthOf(5, 1, []);
  truth.images.reverse();
  const ids = (subset: Parameters<typeof subsetOf>[1]) => subsetOf(truth, subset).images.map(({ id }) => id);
  expect(ids({ count: 2 })).toEqual([1, 2]);
  expect(ids({ ids: [4, 2, 4] })).toEqual([2, 4]);
  expect(ids({ ids: [4, 2], count: 1 })).toEqual([2]);
  expect(() => ids({ ids: [9, 1, 8] })).toThrow('image id 9 and 1 more are not among the 5 annotated images');
});

test('interpolation takes the last of equal x, as NumPy', () => {
  const at = (...points: number[]) => [
    ...interpolated(Float64Array.of(0, 1, 1, 2), Float64Array.of(0, 10, 20, 30), Float64Array.from(points), -1),
  ];
  expect(at(-1, 0, 0.5, 1, 1.5, 2, 3)).toEqual([-1, 0, 5, 20, 25, 30, 30]);
});
