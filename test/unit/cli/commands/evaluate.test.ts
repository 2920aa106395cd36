import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evaluateCommand } from '../../../../src/cli/commands/evaluate';
import { accuracySchema } from '../../../../src/core/accuracy/accuracy';
import type { AccuracyInterval } from '../../../../src/core/accuracy/accuracySampling';
import { mostResamples } from '../../../../src/core/accuracy/imageBootstrap';
import { keepPrinted } from '../../../support/printed';

let base: string;
const printed = keepPrinted();
let annotations: string;
let detections: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'evaluate-'));
  const box = [10, 10, 50, 50];
  annotations = write('gt.json', {
    images: [1, 2, 3].map((id) => ({ id, file_name: `${id}.jpg`, height: 100, width: 100 })),
    categories: [{ id: 1, name: 'cat' }],
    annotations: [1, 2].map((id) => ({ id, image_id: id, category_id: 1, bbox: box, area: 2500, iscrowd: 0 })),
  });
  detections = write('dt.json', [
    { image_id: 1, category_id: 1, bbox: box, score: 0.9 },
    { image_id: 3, category_id: 1, bbox: box, score: 0.04 },
  ]);
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

function write(name: string, content: unknown): string {
  const file = join(base, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const evaluate = (...options: string[]) =>
  evaluateCommand(['--annotations', annotations, '--detections', detections, ...options]);

describe('greenbatch evaluate', () => {
  test('--json: the 12 numbers, YOLOv7’s, and all the rest', async () => {
    expect(await evaluate('--json')).toBe(0);
    const { stats, accuracyInterval, warnings, ...accuracy } = JSON.parse(printed.out) as Record<string, unknown>;
    expect(accuracySchema.parse(accuracy).coco.stats).toEqual(stats);
    expect(stats).toHaveLength(12);
    expect((stats as number[])[8]).toBe(0.5);
    expect(accuracy.yolov7).toMatchObject({
      P: expect.any(Number),
      R: 0.5,
      F1: expect.any(Number),
      mAP50: expect.any(Number),
    });
    expect(warnings).toEqual([]);
    // Of three images there is none.
    expect(accuracyInterval).toEqual({ low: null, high: null, images: 3, resamples: mostResamples });
  });

  test('says how far AP would be another one with other images', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => i + 1);
    const annotated = write('many.json', {
      images: ids.map((id) => ({ id, file_name: `${id}.jpg`, width: 100, height: 100 })),
      categories: [{ id: 1, name: 'cat' }],
      annotations: ids.map((id) => ({
        id,
        image_id: id,
        category_id: 1,
        bbox: [10, 10, 50, 50],
        area: 2500,
        iscrowd: 0,
      })),
    });
    const found = write(
      'found.json',
      ids.slice(0, 20).map((id) => ({ image_id: id, category_id: 1, bbox: [10, 10, 50, 50], score: 1 - id / 100 })),
    );
    const options = ['--annotations', annotated, '--detections', found];
    expect(await evaluateCommand([...options, '--json'])).toBe(0);
    const { stats, accuracyInterval } = JSON.parse(printed.out) as {
      stats: number[];
      accuracyInterval: AccuracyInterval;
    };
    const half = 2.02 * Math.sqrt((0.5 * 0.5) / 40);
    expect(Math.abs(accuracyInterval.high! - stats[0]! - half)).toBeLessThan(0.03);
    expect(Math.abs(stats[0]! - accuracyInterval.low! - half)).toBeLessThan(0.03);
    printed.out = '';
    await evaluateCommand(options);
    const { low, high } = accuracyInterval;
    expect(printed.out).toContain(`IoU .50 to .95; ${low!.toFixed(3)}–${high!.toFixed(3)} with other images`);
  });

  test('text says which number is which', async () => {
    await evaluate('--classes');
    expect(printed.out).toMatch(/^3 images, 2 annotations \(0 of them crowds\), 2 detections\n/);
    expect(printed.out).toMatch(/AR 100 +0\.500 {2}the same with 100/);
    expect(printed.out).toMatch(/AP small +– /);
    expect(printed.out).toMatch(/mAP@\.5:\.95 +0\.\d{3}/);
    expect(printed.out).toMatch(/2·AP·AR\/\(AP\+AR\) +0\.\d{3} .*is no F1 score/);
    expect(printed.out).toMatch(/\ncat +1 +2 +2 +0\.\d{3}/);
    expect(printed.out).toContain('Taken for another category (detections surer than 0.25): none');
  });

  test('subsets', async () => {
    await evaluate('--json', '--count', '1');
    expect(JSON.parse(printed.out)).toMatchObject({
      images: 1,
      detections: 1,
      leftOut: { annotations: 1, detections: 1 },
    });
    expect((JSON.parse(printed.out) as { stats: number[] }).stats[0]).toBeCloseTo(1, 12);
    printed.out = '';
    await evaluate('--json', '--image-ids', '3, 1');
    expect(JSON.parse(printed.out)).toMatchObject({ images: 2, annotations: 1, detections: 2 });
    printed.out = '';
    await evaluate('--image-ids', write('ids.txt', '2\n3\n'));
    expect(printed.out).toMatch(/^2 images, 1 annotations/);
    expect(printed.err).toMatch(
      /warning: 1 detections and 1 annotations of other images or unknown categories were left out/,
    );
  });

  test('warns of detections that were cut off at a confidence', async () => {
    detections = write('dt.json', [{ image_id: 1, category_id: 1, bbox: [10, 10, 50, 50], score: 0.25 }]);
    await evaluate();
    expect(printed.err).toMatch(/^warning: the lowest score is 0\.25: AP and mAP are below/);
  });

  test('names what is wrong', async () => {
    await expect(evaluate('--count', '0')).rejects.toThrow('--count 0; allowed: a whole number from 1');
    await expect(evaluate('--image-ids', '1,9')).rejects.toThrow(
      '--image-ids: image id 9 is not among the 3 annotated images',
    );
    await expect(evaluate('--image-ids', write('ids.txt', '1\nx'))).rejects.toThrow('"x" is no image id');
    await expect(evaluate('--image-ids', join(base, 'none'))).rejects.toThrow('none does not exist');
    await expect(evaluate('--labels', base)).rejects.toThrow('either --annotations or --labels');
    await expect(evaluate('--coco-ids')).rejects.toThrow('--coco-ids goes with --labels alone');
    await expect(evaluateCommand(['--annotations', annotations])).rejects.toThrow(
      'give either --detections or --model',
    );
    await expect(evaluateCommand(['--labels', base, '--detections', detections])).rejects.toThrow(
      '--labels needs --images',
    );
    detections = write('dt.json', [{ image_id: 4, category_id: 1, bbox: [0, 0, 1, 1], score: 1 }]);
    await expect(evaluate()).rejects.toThrow('image_id 4 is none of the 3 annotated images');
  });
});
