import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { drawingLimits, evaluationLimits } from '../../src/core/detection/detector';
import { resolveModel } from '../../src/models/cache/build';
import { openDetector } from '../../src/workloads/detection/detector/detector';
import { integerField, lengthField, type Piece, textField } from '../../src/models/onnx/protobuf';
import { openSession } from '../../src/models/onnx/session';
import { listImages } from '../../src/workloads/detection/data/dataset';
import { prepareImage } from '../../src/workloads/detection/prepare/image';
import { createSuppressor } from '../../src/workloads/detection/postprocess/suppression';
import { naiveSuppression } from '../support/naiveSuppression';

/**
 * Suppression of one image's 25,200 rows × 85 (YOLOv5n at 640, real images), in one run: ours over the plain O(n²) form and over
 * ONNX Runtime's NonMaxSuppression operator, which has neither `maxCandidates` nor `maxDetections`. One thread each, in turns;
 * medians over the images of the best of the rounds. Prints one JSON object. Usage: tsx test/bench/nms.ts [images] [rounds]
 */

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../shared/data');
const weights = join(fixtures, 'weights/yolov5n/yolov5n.pt');
const folder = join(fixtures, 'coco-val2017-dev/images');
const classes = 80;
const rowLength = 5 + classes;

/** rows [1, n, 85] → NonMaxSuppression's indices [k, 3], scores being objectness × class. */
function operatorModel(confidence: number, iou: number): Buffer {
  const node = (op: string, inputs: string[], output: string, attributes: Piece[] = []) =>
    lengthField(1, [
      ...inputs.map((name) => textField(1, name)),
      textField(2, output),
      textField(4, op),
      ...attributes,
    ]);
  const constant = (name: string, dims: number[], data: Float32Array | BigInt64Array) =>
    lengthField(5, [
      ...dims.map((n) => integerField(1, n)),
      integerField(2, data instanceof Float32Array ? 1 : 7),
      textField(8, name),
      ...lengthField(9, [new Uint8Array(data.buffer)]),
    ]);
  const list = (...values: number[]) => new BigInt64Array(values.map(BigInt));
  const integer = (name: string, value: number) =>
    lengthField(5, [textField(1, name), integerField(3, value), integerField(20, 2)]);
  const permutation = lengthField(5, [
    textField(1, 'perm'),
    ...[0, 2, 1].map((n) => integerField(8, n)),
    integerField(20, 7),
  ]);
  const info = (name: string, type: number, dims: (number | string)[]) => [
    textField(1, name),
    ...lengthField(
      2,
      lengthField(1, [
        integerField(1, type),
        ...lengthField(
          2,
          dims.flatMap((n) => lengthField(1, [typeof n === 'string' ? textField(2, n) : integerField(1, n)])),
        ),
      ]),
    ),
  ];
  const graph = [
    ...lengthField(1, [
      ...['rows', 'parts'].map((name) => textField(1, name)),
      ...['boxes', 'objectness', 'classScores'].map((name) => textField(2, name)),
      textField(4, 'Split'),
      ...integer('axis', 2),
    ]),
    ...node('Mul', ['objectness', 'classScores'], 'products'),
    ...node('Transpose', ['products'], 'scores', permutation),
    ...node(
      'NonMaxSuppression',
      ['boxes', 'scores', 'most', 'iou', 'confidence'],
      'kept',
      integer('center_point_box', 1),
    ),
    textField(2, 'nms'),
    ...constant('parts', [3], list(4, 1, classes)),
    ...constant('most', [1], list(30_000)),
    ...constant('iou', [1], Float32Array.of(iou)),
    ...constant('confidence', [1], Float32Array.of(confidence)),
    ...lengthField(11, info('rows', 1, [1, 'n', rowLength])),
    ...lengthField(12, info('kept', 7, ['k', 3])),
  ];
  const opset = lengthField(8, [textField(1, ''), integerField(2, 17)]);
  return Buffer.concat([integerField(1, 8), ...lengthField(7, graph), ...opset] as Uint8Array[]);
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const rounded = (value: number) => Number(value.toPrecision(3));

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function main(images: number, rounds: number): Promise<void> {
  if (!existsSync(weights) || !existsSync(folder))
    throw new Error(`${weights} or ${folder} is absent: set GREENBATCH_FIXTURES to the folder that holds them`);
  const own = mkdtempSync(join(tmpdir(), 'greenbatch-nms-'));
  try {
    const size = { height: 640, width: 640 };
    const { file } = await resolveModel(weights, { size, input: 'uint8', seed: 1, cacheDirectory: own });
    const detector = await openDetector(file, { threads: 2, spinning: false, size });
    const tensors: Float32Array[] = [];
    for (const { name } of (await listImages({ folder, count: images }, '/')).items) {
      const { pixels } = await prepareImage(readFileSync(join(folder, name)), size);
      tensors.push((await detector.session.run(pixels, [1, 3, 640, 640])).output!.data);
    }
    await detector.session.release();
    const report: Record<string, unknown> = {};
    for (const [label, limits] of [
      ['evaluation', evaluationLimits],
      ['drawing', { ...drawingLimits, multiLabel: true }],
    ] as const) {
      const model = join(own, `${label}.onnx`);
      writeFileSync(model, operatorModel(limits.confidence, limits.iou));
      const operator = await openSession(model, { threads: 1, spinning: false });
      const suppress = createSuppressor(limits);
      const times: [number, number, number][] = [];
      let notKept = 0;
      for (const rows of tensors) {
        const boxes = rows.length / rowLength;
        const best: [number, number, number] = [Infinity, Infinity, Infinity];
        for (let round = 0; round < rounds; round++) {
          const here = [
            await timed(() => suppress(rows, 0, boxes, classes)),
            await timed(() => operator.run(rows, [1, boxes, rowLength])),
            round === 0 ? await timed(() => naiveSuppression(rows, classes, limits)) : Infinity,
          ];
          for (const [i, ms] of here.entries()) best[i] = Math.min(best[i]!, ms);
        }
        times.push(best);
        const indices = (await operator.run(rows, [1, boxes, rowLength])).kept!.data;
        const ours = suppress(rows, 0, boxes, classes);
        if (ours.count < limits.maxDetections && ours.count !== indices.length / 3) notKept++;
      }
      await operator.release();
      const [ours, theirs, plain] = [0, 1, 2].map((i) => median(times.map((t) => t[i]!))) as [number, number, number];
      report[label] = {
        limits: `confidence ${limits.confidence}, IoU ${limits.iou}`,
        oursMs: rounded(ours),
        operatorMs: rounded(theirs),
        naiveMs: rounded(plain),
        speedupOverOperator: rounded(median(times.map((t) => t[1] / t[0]))),
        speedupOverNaive: rounded(median(times.map((t) => t[2] / t[0]))),
        imagesWithOtherCountThanOperator: notKept,
      };
    }
    console.log(JSON.stringify({ images: tensors.length, rounds, ...report }, null, 2));
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

const [images = '15', rounds = '7'] = process.argv.slice(2);
void main(Number(images), Number(rounds));
