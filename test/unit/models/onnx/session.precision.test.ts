import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveModel } from '../../../../src/models/cache/build';
import { openDetector } from '../../../../src/workloads/detection/detector/detector';
import { floatsOfHalves } from '../../../../src/models/onnx/float16';
import type { Graph, GraphNode } from '../../../../src/models/onnx/graph';
import { openSession } from '../../../../src/models/onnx/session';
import { seededWeights } from '../../../../src/models/onnx/weights';
import { writeModel } from '../../../../src/models/onnx/writeModel';
import { writeConstantModel } from '../../../support/constantModel';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-precision-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const options = { instances: 1, threads: 1, spinning: false };

/** Rounds to half precision (to nearest, ties to even), as bits. Independent of what is tested: by search over all values. */
function halvesOf(values: number[]): Uint16Array {
  const all = floatsOfHalves(Uint16Array.from({ length: 0x7c00 }, (_, i) => i));
  return Uint16Array.from(values, (value) => {
    const size = Math.abs(value);
    let [low, high] = [0, all.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (all[middle]! <= size) low = middle;
      else high = middle;
    }
    const below = size - all[low]!;
    const above = all[high]! - size;
    const nearest = below < above || (below === above && low % 2 === 0) ? low : high;
    return nearest | (value < 0 ? 0x8000 : 0);
  });
}

describe('half precision', () => {
  it('has the values that IEEE 754 gives', () => {
    const known: [number, number][] = [
      ...([
        [0x0000, 0],
        [0x8000, -0],
        [0x3c00, 1],
        [0xc000, -2],
        [0x7bff, 65504],
      ] as [number, number][]),
      ...([
        [0x0001, 2 ** -24],
        [0x03ff, 1023 * 2 ** -24],
        [0x0400, 2 ** -14],
        [0x3555, 0.333251953125],
      ] as [number, number][]),
      ...([
        [0x7c00, Infinity],
        [0xfc00, -Infinity],
        [0x7e00, NaN],
        [0xfe01, NaN],
      ] as [number, number][]),
    ];
    const values = floatsOfHalves(Uint16Array.from(known, ([bits]) => bits));
    known.forEach(([bits, value], i) => expect(values[i], bits.toString(16)).toBe(value));
  });

  it('property: rises with its bits, and halves when the exponent falls by one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x0800, max: 0x7bff }), (bits) => {
        const [value, before, half] = floatsOfHalves(Uint16Array.of(bits, bits - 1, bits - 0x400));
        expect(value).toBeGreaterThan(before!);
        expect(half).toBe(value! / 2);
      }),
    );
  });

  it('outputs are read as float32, and a detector with them is recognised', async () => {
    const boxes = 252;
    const rows = Array.from({ length: boxes }, (_, i) => [32, 32, 4, 4, i === 7 ? 0.9 : 0, 0.1, 0.8]).flat();
    const file = join(folder, 'half.onnx');
    writeConstantModel(file, {
      inputDims: [1, 3, 64, 64],
      outputs: { output: { dims: [1, boxes, 7], data: halvesOf(rows) } },
    });
    const detector = await openDetector(file, { ...options, size: { height: 64, width: 64 } });
    expect(detector.layout).toMatchObject({ kind: 'decoded', boxes, classes: 2 });
    const { output } = await detector.session.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
    await detector.session.release();
    expect(output!.data).toBeInstanceOf(Float32Array);
    rows.forEach((value, i) => expect(Math.abs(output!.data[i]! - value)).toBeLessThanOrEqual(value * 2 ** -11));
    expect(output!.data[7 * 7 + 4]).not.toBe(Math.fround(0.9));
  });

  it('inputs are refused, with what to do', async () => {
    const file = join(folder, 'halfInput.onnx');
    writeConstantModel(file, {
      ...{ inputDims: [1, 3, 64, 64], inputType: 10 },
      outputs: { output: { dims: [1], data: Float32Array.of(1) } },
    });
    const request = { size: { height: 64, width: 64 }, input: 'uint8', seed: 1, cacheDirectory: folder } as const;
    await expect(resolveModel(file, request)).rejects.toThrow(
      /has the input images: float16\[1, 3, 64, 64\]; allowed: .*keep_io_types=True/,
    );
    await expect(openSession(file, options)).rejects.toThrow(/has the type float16; allowed: .*keep_io_types=True/);
  });
});

describe('8-bit quantisation', () => {
  it('a model of quantised and dequantised values (QDQ, int8 weights) runs with float32 outside', async () => {
    const [inScale, weightScale] = [1 / 255, 1 / 64];
    const weights = [64, -32, 16, 127, -128, 8, 0, 1, -1];
    const node = (op: string, inputs: string[], output: string, attributes: GraphNode['attributes'] = {}) => ({
      ...{ op, inputs, output, attributes },
    });
    const graph: Graph = {
      ...{ height: 4, width: 4, input: 'float32', boxes: 8, classes: 1, classNames: null },
      nodes: [
        node('QuantizeLinear', ['images', 'inScale'], 'quantised'),
        node('DequantizeLinear', ['quantised', 'inScale'], 'dequantised'),
        node('Cast', ['weights64'], 'weights', { to: 3 }),
        node('DequantizeLinear', ['weights', 'weightScale'], 'kernel'),
        node('Conv', ['dequantised', 'kernel'], 'mixed'),
        node('Reshape', ['mixed', 'shape'], 'output'),
      ],
      constants: [
        { name: 'inScale', shape: [], data: Float32Array.of(inScale) },
        { name: 'weightScale', shape: [], data: Float32Array.of(weightScale) },
        { name: 'weights64', shape: [3, 3, 1, 1], data: BigInt64Array.from(weights, BigInt) },
        { name: 'shape', shape: [3], data: BigInt64Array.of(0n, 8n, 6n) },
      ],
      ...{ parameters: [], convolutions: [] },
    };
    writeModel(graph, seededWeights(1), folder, { model: 'q.onnx', data: 'q.data', location: 'q.data' });
    const session = await openSession(join(folder, 'q.onnx'), options);
    const pixels = Float32Array.from({ length: 48 }, (_, i) => ((i * 37) % 256) / 255);
    const { output } = await session.run(pixels, [1, 3, 4, 4]);
    await session.release();
    for (let channel = 0; channel < 3; channel++) {
      for (let pixel = 0; pixel < 16; pixel++) {
        const exact = [0, 1, 2].reduce(
          (sum, from) => sum + weights[3 * channel + from]! * weightScale * pixels[16 * from + pixel]!,
          0,
        );
        expect(output!.data[16 * channel + pixel]).toBeCloseTo(exact, 4);
      }
    }
  });
});
