import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cocoCategoryId } from '../../../../../src/core/accuracy/cocoCategories';
import { DetectionList } from '../../../../../src/core/accuracy/detections';
import { evaluateAccuracy } from '../../../../../src/core/accuracy/evaluate';
import { evaluationLimits } from '../../../../../src/core/detection/detector';
import { detectImages } from '../../../../../src/workloads/detection/detector/detectImages';
import { openDetector } from '../../../../../src/workloads/detection/detector/detector';
import { readCocoAnnotations } from '../../../../../src/workloads/detection/data/cocoAnnotations';
import { locateImages } from '../../../../../src/workloads/detection/data/dataset';
import { letterbox } from '../../../../../src/workloads/detection/prepare/letterbox';

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../../shared/data');
const coco = join(fixtures, 'coco-val2017-dev');
const yolox = join(fixtures, 'weights/yolox-nano/yolox_nano.onnx');
const oracle = join(fixtures, 'oracle/EXPECTED_real_detections_dev.json');
const size = { height: 416, width: 416 };

describe.skipIf(!existsSync(yolox))('YOLOX-nano with the preprocessing of the oracle (GREENBATCH_FIXTURES)', () => {
  it('has the AP of the oracle: what differs otherwise is how images are resized and their colours read', async () => {
    const { truth } = await readCocoAnnotations(join(coco, 'instances.json'));
    const { found } = await locateImages(truth.images, join(coco, 'images'));
    // Resized by sharp, which blurs where it scales down, and given to the pipeline as images that need no resizing.
    const items = found.map(({ item, image }) => ({
      ...item,
      load: () =>
        sharp(join(coco, 'images', image.name))
          .resize({ ...letterbox(image, size, 'topLeft').resized, fit: 'fill', kernel: 'linear' })
          .removeAlpha()
          .toColourspace('srgb')
          .png()
          .toBuffer(),
    }));
    const detector = await openDetector(yolox, { size, threads: 2, spinning: false });
    const limits = { ...evaluationLimits, confidence: 0.01, multiLabel: false };
    const list = new DetectionList();
    let place = 0;
    for await (const result of detectImages(detector, items, { batchSize: 1, limits, overlapFrom: null }).images) {
      if ('reason' in result) throw new Error(result.reason);
      const { image } = found[place++]!;
      const [x, y] = [image.width / result.original.width, image.height / result.original.height];
      expect(Math.max(result.original.height, result.original.width)).toBe(416);
      for (const [i, score] of result.scores.entries()) {
        const [left, top, right, bottom] = result.corners.subarray(4 * i);
        const box = [left! * x, top! * y, (right! - left!) * x, (bottom! - top!) * y] as const;
        list.add(image.id, cocoCategoryId(result.classes[i]!), ...box, score);
      }
    }
    await detector.session.release();
    const { results } = JSON.parse(readFileSync(oracle, 'utf8')) as { results: Record<string, { stats: number[] }> };
    const expected = results.yolox_nano_416_dev!.stats[0]!;
    expect(expected).toBeCloseTo(0.2931, 4);
    const ap = evaluateAccuracy(truth, list.finish()).coco.stats[0]!;
    expect(Math.abs(ap - expected)).toBeLessThan(0.006);
  }, 120_000);
});
