import fc from 'fast-check';
import { expect, test } from 'vitest';
import { letterbox } from '../../../../../src/workloads/detection/prepare/letterbox';

const side = fc.integer({ min: 1, max: 20_000 });
const targetSide = fc.integer({ min: 32, max: 4096 });
const size = (s: fc.Arbitrary<number>) => fc.record({ height: s, width: s });

test('padding and image add up to the target, nothing is negative, no side vanishes', () => {
  fc.assert(
    fc.property(size(side), size(targetSide), (image, target) => {
      const { resized, top, bottom, left, right } = letterbox(image, target);
      expect(top + resized.height + bottom).toBe(target.height);
      expect(left + resized.width + right).toBe(target.width);
      expect(Math.min(top, bottom, left, right)).toBeGreaterThanOrEqual(0);
      expect(Math.min(resized.height, resized.width)).toBeGreaterThanOrEqual(1);
      expect([0, 1]).toContain(bottom - top);
      expect([0, 1]).toContain(right - left);
    }),
  );
});

test('one side fills the target exactly, the other keeps the aspect within a pixel', () => {
  fc.assert(
    fc.property(size(side), size(targetSide), (image, target) => {
      const { resized, ratio } = letterbox(image, target);
      expect(resized.height === target.height || resized.width === target.width).toBe(true);
      expect(Math.abs(resized.height - image.height * ratio)).toBeLessThanOrEqual(1 + 1e-9);
      expect(Math.abs(resized.width - image.width * ratio)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test('turning image and target turns the result', () => {
  fc.assert(
    fc.property(size(side), size(targetSide), (image, target) => {
      const turn = (s: { height: number; width: number }) => ({ height: s.width, width: s.height });
      const a = letterbox(image, target);
      const b = letterbox(turn(image), turn(target));
      expect(turn(b.resized)).toEqual(a.resized);
      expect([b.left, b.top, b.right, b.bottom]).toEqual([a.top, a.left, a.bottom, a.right]);
    }),
  );
});

// Sizes that YOLOv7's test.py gives at 640 (width and height truncated, odd padding at the bottom or right).
test.each([
  [480, 640, 640, { height: 480, width: 640 }, [80, 0, 80, 0]],
  [427, 640, 640, { height: 427, width: 640 }, [106, 0, 107, 0]],
  [640, 425, 640, { height: 640, width: 425 }, [0, 107, 0, 108]],
  [334, 500, 640, { height: 427, width: 640 }, [106, 0, 107, 0]],
  [720, 1280, 640, { height: 360, width: 640 }, [140, 0, 140, 0]],
  [427, 640, 320, { height: 213, width: 320 }, [53, 0, 54, 0]],
  [240, 320, 640, { height: 480, width: 640 }, [80, 0, 80, 0]],
  [1, 10_000, 640, { height: 1, width: 640 }, [319, 0, 320, 0]],
  [10_000, 1, 640, { height: 640, width: 1 }, [0, 319, 0, 320]],
  [1, 1, 640, { height: 640, width: 640 }, [0, 0, 0, 0]],
])('%i × %i into %i', (height, width, target, resized, [top, left, bottom, right]) => {
  expect(letterbox({ height, width }, { height: target, width: target })).toMatchObject({
    resized,
    top,
    left,
    bottom,
    right,
  });
});

test('a rectangular target', () => {
  expect(letterbox({ height: 480, width: 640 }, { height: 384, width: 640 })).toMatchObject({
    resized: { height: 384, width: 512 },
    left: 64,
    right: 64,
    top: 0,
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a side of %d', (bad) => {
  expect(() => letterbox({ height: bad, width: 10 }, { height: 32, width: 32 })).toThrow(RangeError);
});
