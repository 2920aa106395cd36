import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateAccuracy } from '../../../../../src/core/accuracy/evaluate';
import { readCocoAnnotations } from '../../../../../src/workloads/detection/data/cocoAnnotations';
import { DatasetError } from '../../../../../src/workloads/detection/data/datasetError';
import { readDetections } from '../../../../../src/workloads/detection/data/detectionsFile';
import { mutatedBytes, survives } from '../../../../support/mutants';
import { mutated } from '../../../../support/mutate';
import { repeats } from '../../../../support/repeats';

const runs = repeats(500, 10_000);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coco-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const box = { category_id: 3, bbox: [1, 2, 30, 40] };
const coco = {
  images: [7, 'site-9', 9007199254740991].map((id) => ({ id, file_name: `${id}.jpg`, height: 480, width: 640 })),
  categories: [{ id: 3, name: 'car' }],
  annotations: [7, 'site-9', 7].map((image_id, i) => ({ id: i + 1, image_id, ...box, area: 1200, iscrowd: i % 2 })),
};
const found = [7, 'site-9', 7].map((image_id, i) => ({ image_id, ...box, score: 0.9 - i / 10 }));

/** As values, or as bytes, with what Python writes in between. */
function mutant(value: unknown, seed: number): Buffer {
  if (seed % 2 === 0) return Buffer.from(JSON.stringify(mutated(value, seed)) ?? 'null');
  const text = JSON.stringify(value).replace('1200', ['NaN', '-Infinity', '9007199254740993', '1e400'][seed % 4]!);
  return mutatedBytes(Buffer.from(text), seed);
}

test(
  `${runs} mutants of annotations and detections are read or refused, and what is read is evaluated`,
  { timeout: 1_800_000 },
  async () => {
    const [annotations, detections] = [join(folder, 'gt.json'), join(folder, 'dt.json')];
    let evaluated = 0;
    await survives(runs, async (seed) => {
      writeFileSync(annotations, seed % 3 === 0 ? JSON.stringify(coco) : mutant(coco, seed));
      writeFileSync(detections, seed % 3 === 1 ? JSON.stringify(found) : mutant(found, seed));
      try {
        const { truth } = await readCocoAnnotations(annotations);
        for (const column of [truth.ids, truth.imageIds, truth.categoryIds])
          expect(column.every(Number.isSafeInteger)).toBe(true);
        const read = await readDetections(detections, truth);
        expect(evaluateAccuracy(truth, read.detections).coco.stats.every(Number.isFinite)).toBe(true);
        evaluated++;
      } catch (error) {
        if (!(error instanceof DatasetError)) throw error;
        expect(error.message.length).toBeLessThan(1000);
      }
    });
    expect(evaluated).toBeGreaterThan(runs / 10);
  },
);
