import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveModel } from '../../../../../src/models/cache/build';
import { listImages } from '../../../../../src/workloads/detection/data/dataset';
import { findAccuracy } from '../../../../../src/workloads/detection/modes/accuracy';
import { prepareSizes } from '../../../../../src/workloads/detection/prepare/imageSizes';

/** Rectangular batches of real images through trained weights, both outside the project. */
const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../../shared/data');
const coco = join(fixtures, 'coco-val2017-dev');
const yolov5n = join(fixtures, 'weights/yolov5n/yolov5n.pt');

describe.skipIf(!existsSync(coco) || !existsSync(yolov5n))('rectangular batches (GREENBATCH_FIXTURES)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'greenbatch-rectangular-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('find what square inputs find, and a little more', async () => {
    const images = { coco: { images: join(coco, 'images'), annotations: join(coco, 'instances.json') } };
    const size = { height: 640, width: 640 };
    const { file: modelFile } = await resolveModel(yolov5n, {
      ...{ size, freeSize: true, input: 'uint8', seed: 1, cacheDirectory: folder },
    });
    const { items } = await listImages(images, folder);
    const sizesFile = await prepareSizes(items, folder, new AbortController().signal);
    const ap = async (batchSize: number, rect?: { sizesFile: string; stride: number }) => {
      const job = { modelFile, batchSize, threads: 2, ...size, images, baseDirectory: folder, ...(rect && { rect }) };
      const { accuracy, skipped } = await findAccuracy(job, () => undefined);
      expect(skipped).toEqual([]);
      expect(accuracy.images).toBe(90);
      return accuracy.coco.stats[0]!;
    };
    const square = await ap(8);
    const rect = { sizesFile, stride: 32 };
    const [one, eight] = [await ap(1, rect), await ap(8, rect)];
    // docs/accuracy.md has all three.
    expect(square).toBeCloseTo(0.3243, 3);
    expect([one, eight].map((value) => value.toFixed(3))).toEqual(['0.332', '0.328']);
    for (const value of [one, eight]) {
      expect(Math.abs(value - square)).toBeLessThan(0.01);
    }
  }, 240_000);
});
