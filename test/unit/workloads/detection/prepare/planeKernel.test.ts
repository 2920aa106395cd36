import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assembleKernel } from '../../../../../scripts/assemble.mjs';
import { letterboxToPlanes, type Place, type RgbImage } from '../../../../../src/workloads/detection/prepare/bilinear';

test('the kernel in use is what its source assembles to (npx tsx scripts/assemble.mts)', async () => {
  const file = new URL('../../../../../src/workloads/detection/prepare/planeKernelCode.ts', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(await assembleKernel());
});

const f = Math.fround;

/** Where OpenCV's fixed-point bilinear samples along one axis: two positions and their 11-bit weights. */
function taps(i: number, from: number, to: number): [number, number, number, number] {
  const at = f((i + 0.5) * (1 / (to / from)) - 0.5);
  const first = Math.floor(at);
  const scaled = f(at - first) * 2048;
  const floor = Math.floor(scaled);
  const half = scaled - floor === 0.5;
  const weight = half ? floor + (floor % 2) : Math.floor(scaled + 0.5);
  const inside = (p: number) => Math.min(Math.max(p, 0), from - 1);
  return [inside(first), inside(first + 1), 2048 - weight, weight];
}

/** The same as the kernel, one value at a time. */
function reference(image: RgbImage, { target, resized, top, left }: Place): Uint8Array {
  const out = new Uint8Array(3 * target.height * target.width).fill(114);
  for (let y = 0; y < resized.height; y++) {
    const [y0, y1, v0, v1] = taps(y, image.height, resized.height);
    for (let x = 0; x < resized.width; x++) {
      const [x0, x1, h0, h1] = taps(x, image.width, resized.width);
      for (let c = 0; c < 3; c++) {
        const value = (row: number, column: number) => image.data[(row * image.width + column) * 3 + c]!;
        const across = (row: number) => (value(row, x0) * h0 + value(row, x1) * h1) >> 4;
        const sum = ((across(y0) * v0) >> 16) + ((across(y1) * v1) >> 16);
        out[(c * target.height + top + y) * target.width + left + x] = (sum + 2) >> 2;
      }
    }
  }
  return out;
}

const side = fc.integer({ min: 1, max: 40 });
const margin = fc.integer({ min: 0, max: 3 });

test('bit-identical to scalar arithmetic, the padding included, for every width and place', () => {
  fc.assert(
    fc.property(
      fc.record({ height: side, width: side }),
      fc.option(fc.record({ height: side, width: side })),
      fc.tuple(margin, margin, margin, margin),
      fc.integer(),
      (image, scaled, [top, left, bottom, right], seed) => {
        const resized = scaled ?? image;
        const data = Uint8Array.from({ length: 3 * image.height * image.width }, (_, i) =>
          // Full swings now and then: they reach the ends of the 16-bit range.
          i % 7 === 0 ? 255 : i % 11 === 0 ? 0 : Math.imul(i + seed, 0x9e3779b1) >>> 24,
        );
        const target = { height: resized.height + top + bottom, width: resized.width + left + right };
        const out = new Uint8Array(3 * target.height * target.width).fill(201);
        letterboxToPlanes({ ...image, data }, { target, resized, top, left }, out);
        expect(Buffer.compare(out, reference({ ...image, data }, { target, resized, top, left }))).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('a larger image after a smaller one, and a smaller one after that', () => {
  for (const [width, height] of [
    [30, 20],
    [1500, 700],
    [31, 17],
  ] as const) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    const place = { target: { height: 300, width: 320 }, resized: { height: 149, width: 319 }, top: 75, left: 0 };
    const out = new Uint8Array(3 * 300 * 320);
    letterboxToPlanes({ height, width, data }, place, out);
    expect(Buffer.compare(out, reference({ height, width, data }, place))).toBe(0);
  }
});
