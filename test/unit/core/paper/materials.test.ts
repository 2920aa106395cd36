import { expect, it } from 'vitest';
import { missingMaterials, usualMaterials } from '../../../../src/core/paper/materials';

const both = { weights: true, images: true };
const missingOf = (there: readonly string[], asked = both) =>
  missingMaterials('exp1', usualMaterials, (path) => there.includes(path), asked);

it('names what is not there, where it is had, where it is to be put, and what does without', () => {
  const [weights, images, annotations] = missingOf(['weights/yolov7.pt', 'weights/yolov7x.pt']);
  expect(weights!.message).toContain('yolov7-tiny.pt, yolov7-w6.pt, yolov7-e6.pt, yolov7-d6.pt and yolov7-e6e.pt');
  expect(weights!.message).toContain('not in weights: put them there, from the release v0.1 of WongKinYiu/yolov7');
  expect(weights!.instead).toContain('--architectures');
  expect(images!.message).toContain('val2017.zip');
  expect(images!.instead).toContain('--generated');
  expect(annotations!.message).toContain('annotations/instances_val2017.json');
});

it('asks only for what the experiment is to use', () => {
  expect(missingOf([], { weights: false, images: false })).toEqual([]);
  expect(missingOf([], { weights: true, images: false }).map(({ what }) => what)).toEqual(['weights']);
  expect(missingOf(['val2017', 'annotations/instances_val2017.json'], { weights: false, images: true })).toEqual([]);
});
