import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rectangles } from '../../../../../src/cli/commands/evaluatedModel';
import { areaToPlanes } from '../../../../../src/workloads/detection/prepare/area';
import { letterbox, paddingGrey } from '../../../../../src/workloads/detection/prepare/letterbox';

const image = (height: number, width: number, value: (i: number) => number) => ({
  height,
  width,
  data: Uint8Array.from({ length: 3 * height * width }, (_, i) => value(i)),
});

describe('shrinking by areas', () => {
  it('is the mean of each block where sides divide, and grey around', () => {
    const source = image(4, 8, (i) => (i * 37) % 256);
    const place = letterbox(source, { height: 4, width: 4 });
    const out = new Uint8Array(3 * 16);
    areaToPlanes(source, place, out);
    const at = (y: number, x: number, c: number) => source.data[3 * (y * 8 + x) + c]!;
    for (let c = 0; c < 3; c++) {
      for (let x = 0; x < 4; x++) {
        expect([out[16 * c + x], out[16 * c + 12 + x]]).toEqual([paddingGrey, paddingGrey]);
        for (let y = 0; y < 2; y++) {
          const block = [0, 1].flatMap((dy) => [0, 1].map((dx) => at(2 * y + dy, 2 * x + dx, c)));
          const mean = block.reduce((a, b) => a + b) / 4;
          expect(Math.abs(out[16 * c + 4 * (1 + y) + x]! - mean)).toBeLessThanOrEqual(0.5);
        }
      }
    }
  });

  it('keeps the mean of the picture, and what is even stays even', () => {
    const side = fc.integer({ min: 8, max: 40 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 4, max: 7 }), fc.nat(255), fc.boolean(), (h, w, to, value, even) => {
        const source = image(h, w, (i) => (even ? value : (i * 97 + value) % 256));
        const { resized } = letterbox(source, { height: to, width: to });
        const out = new Uint8Array(3 * resized.height * resized.width);
        areaToPlanes(source, { target: resized, resized, top: 0, left: 0 }, out);
        const mean = (data: Uint8Array) => data.reduce((a, b) => a + b, 0) / data.length;
        if (even) expect([...out].every((v) => v === value)).toBe(true);
        else expect(Math.abs(mean(out) - mean(source.data))).toBeLessThan(0.51);
      }),
    );
  });
});

describe('input rectangles', () => {
  const found = (sizes: [number, number][]) =>
    sizes.map(([height, width], i) => ({
      image: { id: i, name: `${i}.jpg`, height, width },
      item: { name: `${i}.jpg`, fingerprint: '', bytes: 0, load: () => Promise.reject(new Error()) },
    }));
  const size = { height: 640, width: 640 };

  it('are the smallest that hold an image, in multiples of the stride, and the whole input where no size is known', () => {
    const groups = rectangles(
      found([
        [480, 640],
        [427, 640],
        [640, 480],
        [0, 0],
        [960, 1280],
        [100, 100],
      ]),
      size,
      32,
    );
    expect(groups.map(({ input, found: own }) => [input.height, input.width, own.map((f) => f.image.id)])).toEqual([
      [480, 640, [0, 4]],
      [448, 640, [1]],
      [640, 480, [2]],
      [640, 640, [3, 5]],
    ]);
    expect(rectangles(found([[427, 640]]), size, 64)[0]!.input).toEqual({ height: 448, width: 640 });
  });

  it('lose no image and hold every one', () => {
    const sides = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }));
    fc.assert(
      fc.property(fc.array(sides, { maxLength: 20 }), fc.constantFrom(32, 64), (sizes, multiple) => {
        const groups = rectangles(found(sizes), size, multiple);
        expect(groups.flatMap((g) => g.found.map((f) => f.image.id)).sort((a, b) => a - b)).toEqual(
          sizes.map((_, i) => i),
        );
        for (const { input, found: own } of groups) {
          expect([input.height % multiple, input.width % multiple]).toEqual([0, 0]);
          for (const { image: one } of own) {
            const { resized } = letterbox(one, size);
            expect(resized.height <= input.height && resized.width <= input.width).toBe(true);
            expect(letterbox(one, input).resized).toEqual(resized);
          }
        }
      }),
    );
  });
});
