import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchDetections, evaluationLimits } from '../../../../../src/core/detection/detector';
import { resolveModel } from '../../../../../src/models/cache/build';
import { openDetector } from '../../../../../src/workloads/detection/detector/detector';
import { parseNames, readMetadata } from '../../../../../src/models/onnx/metadata';
import { createPostprocessor } from '../../../../../src/workloads/detection/postprocess/postprocess';
import { type ConstantOutput, writeConstantModel } from '../../../../support/constantModel';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-detector-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const side = 64;
const size = { height: side, width: side };
const session = { instances: 1, threads: 1, spinning: false, size };
type Made = {
  name?: string;
  batch?: number | string;
  outputs: Record<string, ConstantOutput>;
  metadata?: Record<string, string>;
};

function open({ name = 'model', batch = 1, outputs, metadata = {} }: Made, options = {}) {
  const file = join(folder, `${name}.onnx`);
  writeConstantModel(file, { inputDims: [batch, 3, side, side], outputs, metadata });
  return openDetector(file, { ...session, ...options });
}

/** What the model finds in the first image, which fills its input exactly. */
async function found(made: Made, options = {}): Promise<{ description: string; detections: BatchDetections }> {
  const detector = await open(made, options);
  const images = new Float32Array(3 * side * side);
  const outputs = await detector.session.run(images, [1, 3, side, side]);
  await detector.session.release();
  const process = createPostprocessor({ layout: detector.layout, input: size, limits: evaluationLimits });
  const place = { original: size, resized: size, top: 0, left: 0 };
  return { description: detector.description, detections: process(outputs, [place]) };
}

const zeros = (...dims: number[]) => ({ dims, data: new Float32Array(dims.reduce((a, b) => a * b)) });
const cells = (strides: number[]) => strides.reduce((sum, s) => sum + (side / s) ** 2, 0);

/** Rows whose centres are spread over the image as decoded ones are; row 5 alone is an object of class 1. */
function decodedRows(boxes: number, classes: number) {
  const tensor = zeros(1, boxes, 5 + classes);
  for (let row = 0; row < boxes; row++) {
    tensor.data.set([((row % 8) + 0.5) * (side / 8), 32, 10, 20], row * (5 + classes));
  }
  tensor.data.set([30, 32, 10, 20, 0.9, 0.1, 0.8], 5 * (5 + classes));
  return tensor;
}

function expectBox({ counts, corners, scores, classes }: BatchDetections, box: number[], score: number, index: number) {
  const best = scores.indexOf(Math.max(...scores));
  expect(counts[0]).toBe(scores.length);
  for (const [i, value] of box.entries()) expect(corners[4 * best + i]).toBeCloseTo(value, 3);
  expect(scores[best]).toBeCloseTo(score, 5);
  expect(classes[best]).toBe(index);
}

describe('openDetector recognises', () => {
  it.each([
    ['three levels', 3 * cells([8, 16, 32])],
    ['four levels', 3 * cells([8, 16, 32, 64])],
  ])('decoded rows of %s (YOLOv7, YOLOv5)', async (_, boxes) => {
    const { description, detections } = await found({ outputs: { output: decodedRows(boxes, 3) } });
    expect(description).toMatch(/^YOLOv7 or YOLOv5 detector with decoding inside, 3 classes/);
    expectBox(detections, [25, 22, 35, 42], 0.72, 1);
  });

  it('decoded rows beside the raw heads that some exporters leave in', async () => {
    const raw = Object.fromEntries([8, 4, 2].map((n) => [`head${n}`, zeros(1, 3, n, n, 8)]));
    const { detections } = await found({ outputs: { output: decodedRows(3 * cells([8, 16, 32]), 3), ...raw } });
    expectBox(detections, [25, 22, 35, 42], 0.72, 1);
  });

  it('models built here', async () => {
    const options = { size, input: 'uint8', seed: 1, cacheDirectory: join(folder, 'cache') } as const;
    const { file, boxes } = await resolveModel('yolov7-tiny', options);
    const detector = await openDetector(file, session);
    await detector.session.release();
    expect(detector.layout).toEqual({ kind: 'decoded', output: 'output', boxes, classes: 80 });
    expect(detector).toMatchObject({ fixedBatch: null, convention: { channels: 'RGB', placement: 'centre' } });
    expect(detector.classNames?.[79]).toBe('toothbrush');
  });

  /** Logits of −9 but for one object: anchor 1, row 2, column 3 of stride 8, σ(0) = ½ in the box. */
  function heads(valuesLast: boolean, levels: number[]): Record<string, ConstantOutput> {
    return Object.fromEntries(
      levels.map((n) => {
        const tensor = zeros(...(valuesLast ? [1, 3, n, n, 7] : [1, 21, n, n]));
        tensor.data.fill(-9);
        if (n === 8) {
          for (const [value, logit] of [0, 0, 0, 0, 4, -9, 3].entries()) {
            const cell = 2 * 8 + 3;
            tensor.data[valuesLast ? (64 + cell) * 7 + value : (7 + value) * 64 + cell] = logit;
          }
        }
        return [`head${n}`, tensor];
      }),
    );
  }
  const score = 1 / (1 + Math.exp(-4)) / (1 + Math.exp(-3));

  it.each([
    ['[N, 3, h, w, values]', true],
    ['[N, 3 · values, h, w]', false],
  ])('raw heads %s, in any order', async (_, valuesLast) => {
    const { description, detections } = await found({ name: 'yolov7', outputs: heads(valuesLast, [2, 8, 4]) });
    expect(description).toMatch(/3 raw heads, 2 classes; anchors assumed: those of yolov7 \(12,16,19,36,40,28 \//);
    // Centre (½ + g) · 8, size (2 · ½)² · (19, 36).
    expectBox(detections, [28 - 9.5, 20 - 18, 28 + 9.5, 20 + 18], score, 1);
  });

  it('which anchors raw heads have: by option, by name, by four levels, else not at all', async () => {
    const described = async (name: string, options = {}, levels = [8, 4, 2]) =>
      (await found({ name, outputs: heads(true, levels) }, options)).description;
    expect(await described('yolov7-tiny-deploy')).toMatch(/those of yolov7-tiny/);
    expect(await described('yolov5s')).toMatch(/those of yolov5 \(10,13/);
    expect(await described('custom', { anchors: 'yolov5' })).toMatch(/those of yolov5/);
    expect(await described('custom', {}, [8, 4, 2, 1])).toMatch(/4 raw heads.*those of p6/);
    await expect(described('custom')).rejects.toThrow(/which anchors.*--anchors yolov5.*--grid/);
    await expect(described('custom', { anchors: 'p6' })).rejects.toThrow(/for 4 heads; the model has 3/);
  });

  it('YOLOX, not decoded and decoded', async () => {
    const boxes = cells([8, 16, 32]);
    const raw = zeros(1, boxes, 7);
    // Row 2, column 3 of stride 8.
    raw.data.set([0.5, 0.25, Math.log(2), Math.log(3), 0.9, 0.1, 0.8], (2 * 8 + 3) * 7);
    const { description, detections } = await found({ outputs: { output: raw } });
    expect(description).toMatch(/^YOLOX detector, 2 classes \(BGR, 0 to 255, image at the top left\)/);
    expectBox(detections, [28 - 8, 18 - 12, 28 + 8, 18 + 12], 0.72, 1);
    const decoded = await open({ outputs: { output: decodedRows(boxes, 2) } });
    await decoded.session.release();
    expect(decoded.layout.kind).toBe('decoded');
    expect(decoded.convention).toEqual({ channels: 'BGR', white: 255, placement: 'topLeft' });
  });

  it('rows that were suppressed inside, by image', async () => {
    const rows = Float32Array.from([0, 1, 2, 30, 40, 7, 0.4, 1, 0, 0, 9, 9, 3, 0.9, 0, 5, 6, 20, 99, 2, 0.8]);
    const { detections } = await found({ outputs: { output: { dims: [3, 7], data: rows } } });
    expect(detections.counts).toEqual(Int32Array.of(2));
    expect([...detections.classes]).toEqual([2, 7]);
    // Clipped to the image.
    expect([...detections.corners]).toEqual([5, 6, 20, 64, 1, 2, 30, 40]);
  });

  it('no rows at all', async () => {
    const { detections } = await found({ outputs: { output: { dims: [0, 7], data: new Float32Array(0) } } });
    expect(detections.counts).toEqual(Int32Array.of(0));
  });

  it.each([
    ['int32', Int32Array.of(1), Int32Array.of(4, 5)],
    ['int64', BigInt64Array.of(1n), BigInt64Array.of(4n, 5n)],
  ])('four tensors that were suppressed inside, with %s', async (_, count, classes) => {
    const outputs = {
      num_dets: { dims: [1, 1], data: count },
      det_boxes: { dims: [1, 2, 4], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
      det_scores: { dims: [1, 2], data: Float32Array.of(0.5, 0.4) },
      det_classes: { dims: [1, 2], data: classes },
    };
    const { detections } = await found({ outputs });
    expect(detections.counts).toEqual(Int32Array.of(1));
    expectBox(detections, [1, 2, 3, 4], 0.5, 4);
  });

  it.each([
    ['YOLOv8', { output0: zeros(1, 7, 84) }, /output0 \[1, 7, 84\]; allowed are\n/],
    ['a classifier', { logits: zeros(1, 1000) }, /logits \[1, 1000\]/],
    ['boxes that are no pixels', { output: zeros(1, 3 * 84, 85) }, /at 64×64 its outputs are output \[1, 252, 85\]/],
    ['two heads', { a: zeros(1, 3, 8, 8, 85), b: zeros(1, 3, 4, 4, 85) }, /a \[1, 3, 8, 8, 85\]; b/],
    ['heads that differ', { a: zeros(1, 3, 8, 8, 85), b: zeros(1, 3, 4, 4, 85), c: zeros(1, 3, 2, 2, 84) }, /no known/],
  ])('nothing in %s, and says what it found', async (_, outputs, message) => {
    await expect(open({ outputs })).rejects.toThrow(message);
  });

  it('no other size, and no file that is no model', async () => {
    const output = decodedRows(252, 3);
    await expect(open({ outputs: { output } }, { size: { height: 96, width: 64 } })).rejects.toThrow(
      /takes images of 64×64 pixels, not 96×64/,
    );
    const file = join(folder, 'text.onnx');
    writeFileSync(file, 'no model at all');
    await expect(openDetector(file, session)).rejects.toThrow(/is not an ONNX model, or torn/);
  });
});

describe('class names', () => {
  const output = decodedRows(252, 3);

  it('come from the metadata: a JSON list or a Python dictionary', async () => {
    for (const names of ['["cat", "dog", "it\'s"]', "{0: 'cat', 1: 'dog', 2: \"it's\"}", "['cat', 'dog', 'it\\'s']"]) {
      const detector = await open({ outputs: { output }, metadata: { stride: '32', names } });
      await detector.session.release();
      expect(detector.classNames).toEqual(['cat', 'dog', "it's"]);
    }
  });

  it('are COCO’s for 80 classes, else unknown', async () => {
    for (const [classes, last] of [
      [80, 'toothbrush'],
      [3, undefined],
    ] as const) {
      const detector = await open({ outputs: { output: decodedRows(252, classes) } });
      await detector.session.release();
      expect(detector.classNames?.at(-1)).toBe(last);
    }
  });

  it('that do not fit are refused', async () => {
    const refused = (names: string) => open({ outputs: { output }, metadata: { names } });
    await expect(refused('["cat"]')).rejects.toThrow(/1 names, but its output 3 classes/);
    await expect(refused('cat, dog')).rejects.toThrow(/neither a list nor a dictionary/);
  });

  it('are read as any JSON writer writes them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (names) => {
        expect(parseNames(JSON.stringify(names))).toEqual(names);
        const python = names.map((name, i) => `${i}: ${JSON.stringify(name)}`).join(', ');
        expect(parseNames(`{${python}}`)).toEqual(names);
      }),
    );
  });

  it('are null or names for any text, and never an error', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', "'", '"', ',', ':', ' ', '\\', '0', '1', '99', 'a', '\n');
    fc.assert(
      fc.property(
        fc.array(pieces).map((parts) => parts.join('')),
        (text) => {
          const names = parseNames(text);
          expect(names === null || names.every((name) => typeof name === 'string')).toBe(true);
        },
      ),
    );
    expect(['{1: "b"}', '["a"', '["a"] x', '[]', '', '{0: a}'].map(parseNames)).toEqual(Array(6).fill(null));
  });

  it('stand in files of which any part may be missing', () => {
    const file = join(folder, 'torn.onnx');
    writeConstantModel(file, { inputDims: [1, 3, 64, 64], outputs: { output }, metadata: { names: '["a"]' } });
    expect(readMetadata(file).get('names')).toBe('["a"]');
  });
});
