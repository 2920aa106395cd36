import fc from 'fast-check';
import type { Detections } from '../../src/core/accuracy/detections';
import { DetectionList } from '../../src/core/accuracy/detections';
import type { GroundTruth } from '../../src/core/accuracy/groundTruth';

export type Box = [left: number, top: number, width: number, height: number];
export type Annotated = { image: number; category: number; box: Box; crowd?: boolean; id?: number; area?: number };
export type Found = { image: number; category: number; box: Box; score: number };

/** Ground truth of images and categories 1…n with the annotations given. */
export function truthOf(images: number, categories: number, annotated: Annotated[]): GroundTruth {
  return {
    images: Array.from({ length: images }, (_, i) => ({ id: i + 1, name: `${i + 1}.jpg`, height: 500, width: 500 })),
    categories: Array.from({ length: categories }, (_, i) => ({ id: i + 1, name: `category ${i + 1}` })),
    ids: Float64Array.from(annotated, (a, i) => a.id ?? i + 1),
    imageIds: Float64Array.from(annotated, (a) => a.image),
    categoryIds: Float64Array.from(annotated, (a) => a.category),
    boxes: Float64Array.from(annotated.flatMap((a) => a.box)),
    areas: Float64Array.from(annotated, (a) => a.area ?? a.box[2] * a.box[3]),
    isCrowd: Uint8Array.from(annotated, (a) => Number(a.crowd ?? false)),
  };
}

export function detectionsOf(found: Found[]): Detections {
  const list = new DetectionList();
  for (const { image, category, box, score } of found) list.add(image, category, ...box, score);
  return list.finish();
}

const side = fc.integer({ min: 1, max: 120 });
const place = fc.integer({ min: -10, max: 80 });
const box = fc.tuple(place, place, side, side);

export type Scene = { images: number; categories: number; annotated: Annotated[]; found: Found[] };

/** Random small scenes; scores are all different where `distinct`. */
export function scenes({ distinct = false, crowds = true } = {}): fc.Arbitrary<Scene> {
  return fc
    .record({ images: fc.integer({ min: 1, max: 4 }), categories: fc.integer({ min: 1, max: 3 }) })
    .chain(({ images, categories }) => {
      const where = { image: fc.integer({ min: 1, max: images }), category: fc.integer({ min: 1, max: categories }) };
      const annotated = fc.record({ ...where, box, crowd: crowds ? fc.boolean() : fc.constant(false) });
      const found = fc.record({ ...where, box, score: fc.integer({ min: 1, max: 20 }).map((s) => s / 20) });
      return fc.record({
        images: fc.constant(images),
        categories: fc.constant(categories),
        annotated: fc.array(annotated, { maxLength: 12 }),
        found: fc
          .array(found, { maxLength: 20 })
          .map((list) => (distinct ? list.map((d, i) => ({ ...d, score: d.score - i / 1000 })) : list)),
      });
    });
}
