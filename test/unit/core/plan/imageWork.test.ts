import { expect, it } from 'vitest';
import { imageWork } from '../../../../src/core/plan/imageWork';
import { type SpecInput, specSchema } from '../../../../src/core/spec/spec';

const of = (input: Partial<SpecInput>, folder = '/a') =>
  imageWork(specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1], ...input }), (path) => `${folder}/${path}`);
const coco = { images: './val', annotations: './val.json' };
const pass = (images: SpecInput['images'], more: Partial<SpecInput> = {}) =>
  of({ images, measure: { scope: 'end-to-end' }, ...more });

it('is another one with rectangles, in another scope, of other images, weights or answers', () => {
  const all = [
    pass({ coco }),
    pass({ coco, rect: true }),
    of({ images: { coco, rect: true }, measure: { scope: 'process' } }),
    pass({ folder: './val' }),
    pass({ folder: './val', labels: './labels' }),
    pass({ generated: {} }),
    pass({ coco: { ...coco, annotations: './other.json' } }),
    pass({ coco }, { weightsFile: './a.pt' }),
    pass({ coco }, { accuracy: { measure: false } }),
    pass({ coco }, { settings: { a: 1 } }),
    pass({ coco }, { workload: 'other' }),
    of({ images: { coco } }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it('is the same however many images there are, and where a file is named another way from another folder', () => {
  expect(pass({ coco, count: 10 })).toBe(pass({ coco, rect: false }));
  expect(pass({ generated: { count: 5, seed: 9 } })).toBe(pass({ generated: {} }));
  expect(of({ images: { folder: 'b/val' }, measure: { scope: 'process' } }, '/a')).toBe(
    of({ images: { folder: 'val' }, measure: { scope: 'process' } }, '/a/b'),
  );
});

it('of inference alone hangs neither on images nor on weights', () => {
  expect(of({ images: { coco }, weightsFile: './a.pt', accuracy: { measure: false } })).toBe(of({}));
});
