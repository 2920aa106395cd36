import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  largestRect,
  pixelsPerImage,
  rectOrder,
  rectShapes,
  rectStride,
  shapeRuns,
} from '../../../../src/core/detection/rectShapes';
import type { Size } from '../../../../src/core/spec/spec';
import { seededRandom } from '../../../../src/core/statistics/random';

const size = (width: number, height: number): Size => ({ height, width });
const p5 = { imageSize: 640, stride: 32 };
const p6 = { imageSize: 640, stride: 64 };

describe('the shape of a batch', () => {
  // As YOLOv7's own program gave it for these images, one in a batch.
  it.each([
    [size(1280, 720), [384, 672], [448, 704]],
    [size(640, 480), [512, 672], [512, 704]],
    [size(640, 536), [576, 672], [576, 704]],
    [size(810, 1080), [672, 512], [704, 512]],
    [size(431, 640), [672, 448], [704, 512]],
    [size(500, 500), [672, 672], [704, 704]],
  ])('of $width × $height is that of the test program', (image, at32, at64) => {
    const shape = (options: typeof p5) =>
      rectShapes([image], { ...options, batchSize: 1 }).flatMap(({ height, width }) => [height, width]);
    expect([shape(p5), shape(p6)]).toEqual([at32, at64]);
  });

  it('holds the tallest of wide images, the widest of tall ones, and is square for both together', () => {
    const images = [size(480, 640), size(1280, 720), size(640, 480), size(427, 640)];
    expect(rectShapes(images, { ...p5, batchSize: 2 })).toEqual([size(672, 512), size(512, 672)]);
    expect(rectShapes(images, { ...p5, batchSize: 3 })).toEqual([size(672, 672), size(448, 672)]);
    expect(rectShapes(images, { ...p5, batchSize: 4 })).toEqual([size(672, 672)]);
  });

  it('is never larger than the square', () => {
    expect(largestRect(p5)).toEqual(size(672, 672));
    expect(largestRect({ imageSize: 1280, stride: 64 })).toEqual(size(1344, 1344));
    expect(largestRect({ ...p5, pad: 0 })).toEqual(size(640, 640));
  });

  it('is a multiple of the largest stride, and of 32 at least', () => {
    expect([8, 32, 64].map(rectStride)).toEqual([32, 32, 64]);
  });

  it('knows nothing of images that cannot be read: they come last, and alone they get the square', () => {
    const images = [null, size(640, 480), size(1280, 720)];
    expect(rectOrder(images)).toEqual([2, 1, 0]);
    expect(rectShapes(images, { ...p5, batchSize: 2 })).toEqual([size(672, 512), size(672, 672)]);
    expect(rectShapes([null, size(640, 480)], { ...p5, batchSize: 2 })).toEqual([size(672, 512)]);
    expect(rectShapes([], { ...p5, batchSize: 2 })).toEqual([]);
  });
});

it('takes images by rising height over width, equal ones as they come', () => {
  expect(rectOrder([size(1, 2), size(3, 3), size(2, 1), size(4, 4), size(4, 2)])).toEqual([2, 4, 1, 3, 0]);
});

it('counts the pixels of a smaller last batch by its images', () => {
  const images = [size(640, 480), size(640, 480), size(480, 640)];
  expect(pixelsPerImage(images, { ...p5, batchSize: 2 })).toBe(512 * 672);
  expect(pixelsPerImage(images, { ...p5, batchSize: 3 })).toBe(672 * 672);
});

it('tells successive batches of one shape as one', () => {
  expect(shapeRuns([size(2, 1), size(2, 1), size(1, 1), size(2, 1)])).toEqual([
    { ...size(2, 1), batches: 2 },
    { ...size(1, 1), batches: 1 },
    { ...size(2, 1), batches: 1 },
  ]);
});

const data = process.env.GREENBATCH_FIXTURES ?? resolve(import.meta.dirname, '../../../../../shared/data');
const annotations = resolve(data, 'coco-val2017-dev/instances.json');

describe.skipIf(!existsSync(annotations))('on the sizes of COCO images', () => {
  const images = () => (JSON.parse(readFileSync(annotations, 'utf8')) as { images: Size[] }).images;

  /** So many images drawn from those there are: as many as val2017 has, of the same mixture of shapes. */
  function drawn(count: number): Size[] {
    const all = images();
    const random = seededRandom(1);
    return Array.from({ length: count }, () => all[Math.floor(random() * all.length)]!);
  }

  it('rises with the batch size as the fact sheet of the paper estimates, which had other images of val2017', () => {
    const sizes = drawn(5000);
    const of = (batchSize: number) => pixelsPerImage(sizes, { ...p6, batchSize });
    const more = (batchSize: number) => 100 * (of(batchSize) / of(5) - 1);
    // Percent more than at batch 5; its own uncertainty is a point, and these are 90 images instead of 1,183.
    const estimates = { 32: 0.5, 100: 1.1, 200: 2.4, 300: 3.7, 400: 3.7, 500: 5.6, 1000: 7.8 };
    for (const [batchSize, percent] of Object.entries(estimates))
      expect(
        Math.abs(more(Number(batchSize)) - percent),
        `batch ${batchSize}: ${more(Number(batchSize))}`,
      ).toBeLessThan(3);
    const rising = [5, 32, 100, 200, 500, 1000].map(of);
    expect(rising.toSorted((a, b) => a - b)).toEqual(rising);
  });
});
