import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  boxColours,
  boxesSvg,
  drawBoxes,
  escapeXml,
  type LabelledBox,
} from '../../../../../src/workloads/detection/draw/drawBoxes';

type Rectangle = { x: number; y: number; width: number; height: number };

/** The rectangles of labels: those that are filled. */
function labelsIn(svg: string): Rectangle[] {
  const found = svg.matchAll(
    /<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#[0-9A-F]{6}"\/>/g,
  );
  return [...found].map((match) => {
    const [x, y, width, height] = match.slice(1).map(Number) as [number, number, number, number];
    return { x, y, width, height };
  });
}

const box = (left: number, top: number, right: number, bottom: number, more: Partial<LabelledBox> = {}) => ({
  ...{ left, top, right, bottom, classIndex: 0, label: 'cat 0.90' },
  ...more,
});

const anyBox = (width: number, height: number) =>
  fc
    .record({
      xs: fc.tuple(fc.double({ min: 0, max: width, noNaN: true }), fc.double({ min: 0, max: width, noNaN: true })),
      ys: fc.tuple(fc.double({ min: 0, max: height, noNaN: true }), fc.double({ min: 0, max: height, noNaN: true })),
      classIndex: fc.nat(200),
      label: fc.string({ unit: 'binary', maxLength: 60 }),
    })
    .map(({ xs, ys, classIndex, label }) => ({
      ...{ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) },
      ...{ classIndex, label },
    }));

describe('boxesSvg', () => {
  test('property: every label lies inside the image, whatever the box and the name', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(fc.integer({ min: 32, max: 900 }), fc.integer({ min: 32, max: 900 }))
          .chain(([width, height]) =>
            fc.tuple(fc.constant({ width, height }), fc.array(anyBox(width, height), { maxLength: 12 })),
          ),
        ([image, boxes]) => {
          const labels = labelsIn(boxesSvg(image, boxes));
          expect(labels).toHaveLength(boxes.length);
          for (const { x, y, width, height } of labels) {
            expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
            expect(x + width).toBeLessThanOrEqual(image.width + 1);
            expect(y + height).toBeLessThanOrEqual(image.height + 1);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('property: what is drawn is well-formed and is an image of that size, whatever the names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBox(90, 70), { minLength: 1, maxLength: 5 }), async (boxes) => {
        const { width, height } = await sharp(Buffer.from(boxesSvg({ width: 90, height: 70 }, boxes))).metadata();
        expect([width, height]).toEqual([90, 70]);
      }),
      { numRuns: 60 },
    );
  });

  test('a label stands above its box, and inside or below it where there is no room', () => {
    const image = { width: 400, height: 300 };
    const [above] = labelsIn(boxesSvg(image, [box(50, 100, 150, 200)]));
    expect(above!.y + above!.height).toBeCloseTo(100, 6);
    expect(labelsIn(boxesSvg(image, [box(50, 2, 150, 200)]))[0]!.y).toBe(2);
    const [atTheRight] = labelsIn(boxesSvg(image, [box(390, 100, 400, 200)]));
    expect(atTheRight!.x + atTheRight!.width).toBe(400);
  });

  test('labels of boxes in the same place do not cover each other', () => {
    const labels = labelsIn(
      boxesSvg(
        { width: 400, height: 300 },
        [1, 2, 3, 4].map((i) => box(100, 100, 200, 200, { label: `cat 0.${i}` })),
      ),
    );
    expect(new Set(labels.map(({ y }) => y)).size).toBe(4);
  });

  test('a name that is wider than the image is shortened', () => {
    const svg = boxesSvg({ width: 60, height: 60 }, [box(5, 20, 50, 50, { label: `${'long '.repeat(20)}0.90` })]);
    expect(svg).toMatch(/>long [^<]*…</);
  });

  test('classes differ in colour, then in the line; one class always looks the same', () => {
    const look = (classIndex: number) =>
      /stroke="(#[0-9A-F]{6})"[^>]*?(stroke-dasharray="[^"]+")?\/>/
        .exec(boxesSvg({ width: 100, height: 100 }, [box(1, 30, 50, 50, { classIndex })]))!
        .slice(1)
        .join(' ');
    expect(new Set(Array.from({ length: 21 }, (_, i) => look(i))).size).toBe(21);
    expect(look(5)).toBe(look(5 + 21));
  });

  test('text has a contrast of at least 4.5 on each colour (WCAG 2)', () => {
    const luminance = (colour: string) =>
      [0, 1, 2]
        .map((i) => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i]!, 0);
    for (const { line, text } of boxColours) {
      const [a, b] = [luminance(line), text === '#000' ? 0 : 1];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), line).toBeGreaterThan(4.5);
    }
  });
});

test('names are text, never markup', () => {
  expect(escapeXml(`<script>"&'\u0001\ud800`)).toBe('&lt;script&gt;&quot;&amp;&apos;\ufffd\ufffd');
  expect(escapeXml('Ampel 🚦 été')).toBe('Ampel 🚦 été');
});

describe('drawBoxes', () => {
  const grey = { create: { width: 120, height: 80, channels: 3, background: '#808080' } } as const;

  test('draws the line where the box is, and leaves the rest as it was', async () => {
    const bytes = await sharp(grey).png().toBuffer();
    const drawn = await drawBoxes(bytes, { width: 120, height: 80 }, [box(40, 30, 100, 60)], 'png');
    const { data, info } = await sharp(drawn).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)];
    expect([info.width, info.height]).toEqual([120, 80]);
    expect(at(70, 60)).toEqual([0xe6, 0x9f, 0x00]);
    expect(at(70, 45)).toEqual([0x80, 0x80, 0x80]);
    expect(at(10, 70)).toEqual([0x80, 0x80, 0x80]);
  });

  test('a picture that is turned by its EXIF orientation comes out upright, the boxes with it', async () => {
    const bytes = await sharp(grey).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const drawn = await drawBoxes(bytes, { width: 80, height: 120 }, [box(10, 90, 70, 110)], 'jpeg');
    const { width, height, orientation, format } = await sharp(drawn).metadata();
    expect({ width, height, orientation, format }).toEqual({
      ...{ width: 80, height: 120, orientation: undefined, format: 'jpeg' },
    });
  });

  test('no boxes: a copy; no image: the decoder’s reason', async () => {
    const bytes = await sharp(grey).png().toBuffer();
    const drawn = await drawBoxes(bytes, { width: 120, height: 80 }, [], 'png');
    expect((await sharp(drawn).stats()).isOpaque).toBe(true);
    await expect(drawBoxes(Buffer.from('no image'), { width: 1, height: 1 }, [], 'png')).rejects.toThrow();
  });
});
