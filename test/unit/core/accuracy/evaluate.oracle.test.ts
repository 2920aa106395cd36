import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Accuracy, accuracySchema } from '../../../../src/core/accuracy/accuracy';
import { arrange } from '../../../../src/core/accuracy/arrangement';
import { confusionMatrix } from '../../../../src/core/accuracy/confusionMatrix';
import { evaluateAccuracy } from '../../../../src/core/accuracy/evaluate';
import { readCocoAnnotations } from '../../../../src/workloads/detection/data/cocoAnnotations';
import { readDetections } from '../../../../src/workloads/detection/data/detectionsFile';

// Figures of pycocotools, and of NumPy following YOLOv7's formulas (docs/accuracy.md), for detections in GREENBATCH_FIXTURES.
const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../shared/data');
const oracle = join(fixtures, 'oracle');
const oracleHere = existsSync(oracle);
const json = <T>(...path: string[]) => JSON.parse(readFileSync(join(oracle, ...path), 'utf8')) as T;

async function read(annotations: string, detections: string) {
  const { truth } = await readCocoAnnotations(annotations);
  return { truth, ...(await readDetections(detections, truth)) };
}

function expectClose(actual: readonly number[], wanted: readonly number[], tolerance = 1e-9): void {
  expect(actual).toHaveLength(wanted.length);
  actual.forEach((value, i) => expect(Math.abs(value - wanted[i]!), `number ${i}`).toBeLessThanOrEqual(tolerance));
}

describe.skipIf(!oracleHere)('edge cases, as pycocotools', () => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'oracle-'));
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  type Case = { stats?: number[]; pycocotools_error?: string };
  const cases = oracleHere
    ? json<{ results: Record<string, Case> }>('hotcoco-adversarial', 'EXPECTED_pycocotools_bbox.json').results
    : {};

  test('every fixture has an expectation', () => {
    const files = readdirSync(join(oracle, 'hotcoco-adversarial')).filter((name) => !name.startsWith('EXPECTED'));
    expect(files.sort()).toEqual(Object.keys(cases).sort());
    expect(files.length).toBeGreaterThanOrEqual(43);
  });

  test.each(Object.entries(cases))('%s', async (name, { stats }) => {
    const fixture = join(oracle, 'hotcoco-adversarial', name);
    const detections = join(scratch, name);
    writeFileSync(detections, JSON.stringify(json<{ detections: unknown[] }>('hotcoco-adversarial', name).detections));
    if (stats === undefined) {
      await expect(read(fixture, detections)).rejects.toThrow(
        /detection \[1\]: image_id 999 is none of the 1 annotated/,
      );
      return;
    }
    const input = await read(fixture, detections);
    const accuracy = evaluateAccuracy(input.truth, input.detections);
    expectClose(accuracy.coco.stats, stats);
    accuracySchema.parse(accuracy);
  });
});

describe.skipIf(!oracleHere)('real detections', () => {
  type Expected = { gt: string; dt: string; stats: number[]; AP_per_category: Record<string, number> };
  const expected = oracleHere
    ? json<{ results: Record<string, Expected> }>('EXPECTED_real_detections_dev.json').results
    : {};

  test.each(Object.entries(expected))('%s, as pycocotools', async (_name, { gt, dt, stats, AP_per_category }) => {
    const { truth, detections } = await read(join(fixtures, gt), join(fixtures, dt));
    const accuracy = evaluateAccuracy(truth, detections);
    expectClose(accuracy.coco.stats, stats);
    for (const { id, AP } of accuracy.classes) expectClose([AP ?? -1], [AP_per_category[id]!]);
    expect(accuracySchema.parse(accuracy)).toEqual(accuracy);
    expect(JSON.stringify(accuracy).length).toBeLessThan(100_000);
  });

  test('the demo of the COCO API, as its published text', async () => {
    const { truth, detections } = await read(
      join(oracle, 'val2014-100/instances_val2014_100.json'),
      join(oracle, 'val2014-100/instances_val2014_fakebbox100_results.json'),
    );
    const published = readFileSync(join(oracle, 'val2014-100/val2014_fake_eval_res.txt'), 'utf8');
    const wanted = [...published.split('type=bbox')[1]!.matchAll(/= (-?\d\.\d{3})$/gm)].slice(0, 12).map((m) => m[1]);
    const { coco } = evaluateAccuracy(truth, detections);
    expect(coco.stats.map((value) => value.toFixed(3))).toEqual(wanted);
    expect(wanted.slice(0, 3)).toEqual(['0.505', '0.697', '0.573']);
  });

  type Yolov7 = NonNullable<Accuracy['yolov7']>;
  /**
   * Made with NumPy's interp, argsort (stable) and trapezoid in double precision, areas as width × height. (From
   * corners, as right − left, two IoUs of exactly 0.6 and 0.8 in the last set fall on the other side of their
   * threshold.)
   */
  const yolov7: [string, string, Yolov7, number[]][] = [
    [
      'coco-val2017-dev/instances.json',
      'oracle/real-detections/yolov5n_640_dev.json',
      {
        P: 0.631859027281774,
        R: 0.3962805543130816,
        F1: 0.38836665015340543,
        confidence: 0.2822822822822823,
        mAP50: 0.47385923185458034,
        mAP: 0.30563246287573514,
        classes: 80,
        labels: 880,
      },
      [362, 485, 186, 1066, 4320524],
    ],
    [
      'coco-val2017-dev/instances.json',
      'oracle/real-detections/yolox_nano_416_dev.json',
      {
        P: 0.5816174807839317,
        R: 0.4050900451994785,
        F1: 0.386824112516505,
        confidence: 0.28128128128128127,
        mAP50: 0.44313495756520016,
        mAP: 0.28593098865064687,
        classes: 80,
        labels: 880,
      },
      [342, 512, 179, 1059, 4429550],
    ],
    [
      'oracle/val2014-100/instances_val2014_100.json',
      'oracle/val2014-100/instances_val2014_fakebbox100_results.json',
      {
        P: 0.8137005378815667,
        R: 0.7716153036566127,
        F1: 0.7720240383234344,
        confidence: 0.012012012012012012,
        mAP50: 0.7001857304065833,
        mAP: 0.5052621161749832,
        classes: 70,
        labels: 830,
      },
      [491, 279, 1, 831, 3158796],
    ],
  ];
  test.each(yolov7)('%s with %s, by YOLOv7’s formulas', async (gt, dt, wanted, confusions) => {
    const { truth, detections } = await read(join(fixtures, gt), join(fixtures, dt));
    const result = evaluateAccuracy(truth, detections).yolov7!;
    expectClose(Object.values(result), Object.values(wanted), 1e-12);
    const matrix = confusionMatrix(arrange(truth, detections));
    const size = Math.sqrt(matrix.length);
    let [right, missed, nothing, all, checksum] = [0, 0, 0, 0, 0];
    matrix.forEach((count, i) => {
      const [row, column] = [Math.floor(i / size), i % size];
      if (row === column) right += count;
      if (row === size - 1) missed += count;
      if (column === size - 1) nothing += count;
      all += count;
      checksum += (count * (i + 1)) % 1000003;
    });
    expect([right, missed, nothing, all, checksum]).toEqual(confusions);
  });
});
