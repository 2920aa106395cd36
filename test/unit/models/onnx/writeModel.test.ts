import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { builtInArchitecture } from '../../../../src/models/yolo/builtIn';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { builtInModels } from '../../../../src/models/yolo/family';
import type { InputType } from '../../../../src/models/onnx/graph';
import type { Architecture } from '../../../../src/models/yolo/layers';
import { readOnnxInput } from '../../../../src/models/onnx/onnxInput';
import { openSession } from '../../../../src/models/onnx/session';
import { seededWeights, type WeightSource } from '../../../../src/models/onnx/weights';
import { writeModel } from '../../../../src/models/onnx/writeModel';
import { everyLayer, everyYolov5Layer } from '../../../support/smallCfgs';
import { interpret, tensor, type Weights } from '../../../support/modelReference';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { instances: 1, threads: 2, spinning: false };

function write(
  name: string,
  architecture: Architecture,
  height: number,
  width: number,
  input: InputType,
  weights: WeightSource,
  freeSize = false,
) {
  const graph = buildGraph(architecture, { height, width }, input, null, freeSize);
  const names = { model: `${name}.onnx`, data: `${name}.onnx.data`, location: `${name}.onnx.data` };
  const files = writeModel(graph, weights, folder, names);
  return { graph, files, file: join(folder, names.model) };
}

function noise(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, random);
}

/** Largest difference relative to the size of the values. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!) / (1 + Math.abs(b[i]!)));
  return most;
}

describe('a model file', () => {
  it.each([
    ['YOLOv7', everyLayer],
    ['YOLOv5', everyYolov5Layer],
  ])('computes what a plain interpreter of the layers of %s computes', async (family, cfg) => {
    const architecture = parseCfg(cfg);
    const [height, width] = [32, 48];
    const weights: Weights = new Map();
    const seeded = seededWeights(5);
    const { graph, file } = write(`every-${family}`, architecture, height, width, 'float32', (parameter) => {
      // Biases of heads with a spread, so that each value of a box is tested away from its prior.
      const values = seeded(parameter.initial ? { ...parameter, initial: noise(24, 3) } : parameter);
      weights.set(parameter.name, Float32Array.from(values));
      return weights.get(parameter.name) as Float32Array;
    });
    const session = await openSession(file, options);
    expect(session).toMatchObject({ inputName: 'images', inputType: 'float32', inputShape: ['N', 3, height, width] });
    expect(session.outputNames).toEqual(['output']);
    const data = noise(2 * 3 * height * width, 1);
    const { output } = await session.run(data, [2, 3, height, width]);
    await session.release();
    expect(output?.dims).toEqual([2, graph.boxes, 8]);
    expect(graph.boxes).toBe(3 * (8 * 12 + 4 * 6));
    const expected = [0, 1].flatMap((n) => {
      const image = tensor(3, height, width);
      image.data.set(data.subarray(n * 3 * height * width, (n + 1) * 3 * height * width));
      return interpret(architecture.layers, weights, image);
    });
    expect(difference(output!.data, expected)).toBeLessThan(1e-4);
  });

  it('decodes known head values to known boxes', async () => {
    const architecture = parseCfg(everyLayer);
    const { file } = write('known', architecture, 32, 48, 'float32', (parameter) => {
      const values = new Float32Array(parameter.shape.reduce((n, m) => n * m, 1));
      // σ of the bias: 0.5 everywhere, 0.75 for widths, 0.25 for the last class.
      if (/\.m\.\d\.bias/.test(parameter.name)) {
        for (let i = 0; i < values.length; i++) values[i] = i % 8 === 2 ? Math.log(3) : i % 8 === 7 ? -Math.log(3) : 0;
      }
      return values;
    });
    const session = await openSession(file, options);
    const { output } = await session.run(new Float32Array(3 * 32 * 48), [1, 3, 32, 48]);
    await session.release();
    const box = (index: number) =>
      [...output!.data.slice(8 * index, 8 * index + 8)].map((v) => Math.round(v * 1e4) / 1e4);
    // Level 0: stride 4, 8 rows of 12; anchor 1 (16 × 30), row 2, column 5.
    expect(box(96 + 2 * 12 + 5)).toEqual([22, 10, 36, 30, 0.5, 0.5, 0.5, 0.25]);
    // Level 1: stride 8, 4 rows of 6; anchor 2 (70 × 80), row 3, column 0.
    expect(box(3 * 96 + 2 * 24 + 3 * 6)).toEqual([4, 28, 157.5, 80, 0.5, 0.5, 0.5, 0.25]);
  });

  it.each([
    ['every layer of YOLOv7', parseCfg(everyLayer), 8],
    ['every layer of YOLOv5', parseCfg(everyYolov5Layer), 8],
    ['yolov7-tiny', builtInArchitecture('yolov7-tiny'), 32],
    ['yolov7-w6', builtInArchitecture('yolov7-w6'), 64],
  ])(
    'of a free size finds at each the very boxes that one for that size alone finds: %s',
    async (name, architecture, stride) => {
      // Biases of heads with a spread; the same weights at all sizes.
      const seeded = seededWeights(5);
      const weights: WeightSource = (p) => (p.initial ? noise(p.initial.length, 3) : seeded(p));
      const free = write(`free-${name}`, architecture, 2 * stride, 2 * stride, 'float32', weights, true);
      expect(readOnnxInput(free.file).shape).toEqual(['N', 3, 'height', 'width']);
      const session = await openSession(free.file, options);
      for (const [height, width] of [
        [stride, 3 * stride],
        [2 * stride, 2 * stride],
        [3 * stride, 2 * stride],
      ] as const) {
        const fixed = write(`${name}-${height}x${width}`, architecture, height, width, 'float32', weights);
        const own = await openSession(fixed.file, options);
        const data = noise(2 * 3 * height * width, 1);
        const [found, expected] = [
          (await session.run(data, [2, 3, height, width])).output!,
          (await own.run(data, [2, 3, height, width])).output!,
        ];
        await own.release();
        expect(found.dims).toEqual([2, fixed.graph.boxes, expected.dims[2]]);
        expect(difference(found.data, expected.data)).toBeLessThan(1e-5);
      }
      await session.release();
    },
  );

  it('takes pixels as uint8 with the same result as float32', async () => {
    const architecture = builtInArchitecture('yolov7-tiny');
    const pixels = Uint8Array.from(noise(2 * 3 * 64 * 96, 2), (v) => v * 255.99);
    const outputs: Float32Array[] = [];
    for (const input of ['uint8', 'float32'] as const) {
      const { file } = write(`tiny-${input}`, architecture, 64, 96, input, seededWeights(1));
      expect(readOnnxInput(file)).toEqual({ name: 'images', type: input, shape: ['N', 3, 64, 96] });
      const session = await openSession(file, options);
      expect(session.inputType).toBe(input);
      const data = input === 'uint8' ? pixels : Float32Array.from(pixels, (v) => v / 255);
      outputs.push((await session.run(data, [2, 3, 64, 96])).output!.data);
      await session.release();
    }
    expect(difference(outputs[0]!, outputs[1]!)).toBeLessThan(1e-4);
  });

  it.each(builtInModels)('of %s runs, stays in bounds, answers to the image and not to the batch', async (name) => {
    const side = 64;
    const seeded = seededWeights(1);
    // Without the prior of rare objects the scores tell how large the head's input is.
    const weights: WeightSource = (p) => (p.initial ? new Float32Array(p.initial.length) : seeded(p));
    const { graph, file, files } = write(name, builtInArchitecture(name), side, side, 'float32', weights);
    const session = await openSession(file, options);
    try {
      const pixels = 3 * side * side;
      const three = noise(3 * pixels, 9);
      three.fill(0.1, pixels, 2 * pixels);
      const batch = (await session.run(three, [3, 3, side, side])).output!;
      expect(batch.dims).toEqual([3, graph.boxes, 85]);
      expect(batch.data.every(Number.isFinite)).toBe(true);
      const perImage = graph.boxes * 85;
      const image = (n: number) => batch.data.subarray(n * perImage, (n + 1) * perImage);
      for (let n = 0; n < 3; n++) {
        const one = (await session.run(three.slice(n * pixels, (n + 1) * pixels), [1, 3, side, side])).output!;
        expect(one.dims).toEqual([1, graph.boxes, 85]);
        expect(difference(image(n), one.data)).toBeLessThan(1e-5);
      }
      expect(difference(image(0), image(1))).toBeGreaterThan(1e-4);
      // Behind up to eighty convolutions the signal has neither faded nor run away.
      const scores = batch.data.filter((_, i) => i % 85 >= 4);
      const logits = scores.map((score) => Math.log(score / (1 - score)));
      const meanSquare = logits.reduce((sum, v) => sum + v * v, 0) / logits.length;
      expect(meanSquare).toBeGreaterThan(0.1);
      expect(meanSquare).toBeLessThan(30);
    } finally {
      await session.release();
      for (const { name: written } of files) rmSync(join(folder, written));
    }
  });

  it('starts with few objects', async () => {
    const { file } = write('prior', builtInArchitecture('yolov7-tiny'), 96, 64, 'float32', seededWeights(1));
    const session = await openSession(file, options);
    const { output } = await session.run(noise(3 * 96 * 64, 5), [1, 3, 96, 64]);
    await session.release();
    const objectness = output!.data.filter((_, i) => i % 85 === 4);
    expect(objectness.filter((v) => v > 0.5).length).toBeLessThan(objectness.length / 20);
  });

  it('is the same, byte for byte, for the same seed, and another for another', () => {
    const build = (seed: number, name: string) =>
      write(name, builtInArchitecture('yolov7-tiny'), 64, 64, 'uint8', seededWeights(seed)).files.map((f) => f.sha256);
    const first = build(1, 'a');
    expect(build(1, 'b')).toEqual(first);
    expect(build(2, 'c')).not.toEqual(first);
    // A change of these bytes is a change of `builderVersion` (src/models/cache/build.ts), or caches go stale.
    expect(first).toMatchInlineSnapshot(`
      [
        "fb4ada77162196d6f416c40592acac3f6bdfaedaf7362c832d6d9cb5a646a7d0",
      ]
    `);
  });
});
