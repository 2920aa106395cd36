import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { letterboxToPlanes } from '../../../../../src/workloads/detection/prepare/bilinear';
import { prepareImage } from '../../../../../src/workloads/detection/prepare/image';
import { imageReason } from '../../../../../src/workloads/detection/decode/imageError';
import { jpegSize } from '../../../../../src/workloads/detection/decode/jpegHeader';

type Rgb = [number, number, number];
const quadrants: { topLeft: Rgb; topRight: Rgb; bottomLeft: Rgb; bottomRight: Rgb } = {
  topLeft: [220, 30, 30],
  topRight: [30, 220, 30],
  bottomLeft: [30, 30, 220],
  bottomRight: [220, 220, 30],
};

/** An image of four coloured quarters. */
function quarters(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const upper = y < height / 2;
      const left = x < width / 2;
      const colour = upper
        ? left
          ? quadrants.topLeft
          : quadrants.topRight
        : left
          ? quadrants.bottomLeft
          : quadrants.bottomRight;
      data.set(colour, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function noise(width: number, height: number, channels: 1 | 3 | 4 = 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[i] = state >>> 24;
  }
  return sharp(data, { raw: { width, height, channels } });
}

const square = (side: number) => ({ height: side, width: side });

function pixelAt(pixels: Uint8Array, side: number, x: number, y: number): number[] {
  return [0, 1, 2].map((plane) => pixels[plane * side * side + y * side + x]!);
}

function expectNear(actual: number[], expected: number[], tolerance: number): void {
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance);
}

/** The four corners inside the image part of a letterboxed 64 × 64 input of a 64 × 32 image. */
async function corners(bytes: Buffer): Promise<number[][]> {
  const { pixels, letterbox } = await prepareImage(bytes, square(64));
  const { top, left, resized } = letterbox;
  const [x1, y1] = [left + resized.width - 5, top + resized.height - 5];
  return [
    [left + 4, top + 4],
    [x1, top + 4],
    [left + 4, y1],
    [x1, y1],
  ].map(([x, y]) => pixelAt(pixels, 64, x!, y!));
}

describe('orientation', () => {
  const { topLeft: a, topRight: b, bottomLeft: c, bottomRight: d } = quadrants;
  // EXIF 2.3, tag 0x0112: which corner of the stored image is shown at top left, top right, bottom left, bottom right.
  test.each([
    [1, [a, b, c, d]],
    [2, [b, a, d, c]],
    [3, [d, c, b, a]],
    [4, [c, d, a, b]],
    [5, [a, c, b, d]],
    [6, [c, a, d, b]],
    [7, [d, b, c, a]],
    [8, [b, d, a, c]],
  ])('EXIF orientation %i is turned upright', async (orientation, expected) => {
    const bytes = await quarters(64, 32).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const shown = await corners(bytes);
    for (const [i, colour] of expected.entries()) expectNear(shown[i]!, colour, 12);
    const { original } = await prepareImage(bytes, square(64));
    expect(original).toEqual(orientation < 5 ? { height: 32, width: 64 } : { height: 64, width: 32 });
  });

  test('a large turned image is scaled down while decoding and still turned', async () => {
    const bytes = await quarters(2400, 1200).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    const shown = await corners(bytes);
    for (const [i, colour] of [c, a, d, b].entries()) expectNear(shown[i]!, colour, 12);
    expect((await prepareImage(bytes, square(64))).original).toEqual({ height: 2400, width: 1200 });
  });
});

describe('formats and colour spaces', () => {
  const { topLeft: a, topRight: b, bottomLeft: c, bottomRight: d } = quadrants;
  const image = () => quarters(64, 32);
  test.each([
    ['jpeg', () => image().jpeg({ quality: 95 }), 12],
    ['progressive jpeg', () => image().jpeg({ quality: 95, progressive: true }), 12],
    ['png', () => image().png(), 0],
    ['palette png', () => image().png({ palette: true }), 2],
    ['webp', () => image().webp({ lossless: true }), 0],
    ['tiff', () => image().tiff({ compression: 'lzw' }), 0],
    ['gif', () => image().gif(), 4],
    ['avif', () => image().avif({ lossless: true, effort: 0 }), 4],
    ['16-bit png', () => image().toColourspace('rgb16').png(), 1],
    ['16-bit tiff', () => image().toColourspace('rgb16').tiff(), 1],
  ] as [string, () => Sharp, number][])('%s', async (_name, make, tolerance) => {
    const shown = await corners(await make().toBuffer());
    for (const [i, colour] of [a, b, c, d].entries()) expectNear(shown[i]!, colour, tolerance);
  });

  test.each(['jpeg', 'tiff'] as const)('CMYK %s', async (format) => {
    const bytes = await image().toColourspace('cmyk').toFormat(format, { quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const shown = await corners(bytes);
    // Print inks cannot show these screen colours exactly, but red stays reddest and so on; yellow lacks blue.
    const strongest = shown.slice(0, 3).map((pixel) => pixel.indexOf(Math.max(...pixel)));
    expect(strongest).toEqual([0, 1, 2]);
    expect(shown[3]!.indexOf(Math.min(...shown[3]!))).toBe(2);
  });

  test.each([
    ['8-bit jpeg', () => noise(64, 32, 1).toColourspace('b-w').jpeg()],
    ['8-bit png', () => noise(64, 32, 1).toColourspace('b-w').png()],
    ['16-bit png', () => noise(64, 32, 1).toColourspace('grey16').png()],
  ] as [string, () => Sharp][])('grey %s: three equal planes', async (_name, make) => {
    const { pixels } = await prepareImage(await make().toBuffer(), square(64));
    const plane = 64 * 64;
    expect(pixels.subarray(0, plane)).toEqual(pixels.subarray(plane, 2 * plane));
    expect(pixels.subarray(0, plane)).toEqual(pixels.subarray(2 * plane));
    expect(new Set(pixels).size).toBeGreaterThan(20);
  });

  test('alpha is dropped, not blended', async () => {
    const data = new Uint8Array(64 * 32 * 4);
    for (let i = 0; i < data.length; i += 4) data.set([200, 100, 50, i % 8 === 0 ? 0 : 128], i);
    const bytes = await sharp(data, { raw: { width: 64, height: 32, channels: 4 } })
      .png()
      .toBuffer();
    for (const corner of await corners(bytes)) expect(corner).toEqual([200, 100, 50]);
  });

  test('grey with alpha', async () => {
    const data = new Uint8Array(64 * 32 * 2).fill(90);
    const bytes = await sharp(data, { raw: { width: 64, height: 32, channels: 2 } })
      .png()
      .toBuffer();
    for (const corner of await corners(bytes)) expect(corner).toEqual([90, 90, 90]);
  });

  test('an animation gives its first frame', async () => {
    const frames = Buffer.concat([
      await sharp({ create: { width: 64, height: 32, channels: 3, background: '#c81e1e' } })
        .raw()
        .toBuffer(),
      await sharp({ create: { width: 64, height: 32, channels: 3, background: '#1e1ec8' } })
        .raw()
        .toBuffer(),
    ]);
    const bytes = await sharp(frames, { raw: { width: 64, height: 64, channels: 3, pageHeight: 32 } })
      .gif()
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const { original } = await prepareImage(bytes, square(64));
    expect(original).toEqual({ height: 32, width: 64 });
    for (const corner of await corners(bytes)) expectNear(corner, [0xc8, 0x1e, 0x1e], 4);
  });

  test('an embedded colour profile changes no pixel', async () => {
    const plain = await noise(64, 32).png().toBuffer();
    const tagged = await sharp(plain).withIccProfile('p3').png().toBuffer();
    const stored = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
    const { pixels, letterbox } = await prepareImage(tagged, square(64));
    expect(pixelAt(pixels, 64, 10, letterbox.top + 7)).toEqual([
      ...stored.subarray((7 * 64 + 10) * 3, (7 * 64 + 10) * 3 + 3),
    ]);
  });
});

describe('letterboxed pixels', () => {
  test('an image of the target size arrives untouched, planar, in RGB order', async () => {
    for (const width of [61, 62, 63, 64]) {
      const bytes = await noise(width, 64).png().toBuffer();
      const { pixels, letterbox } = await prepareImage(bytes, square(64));
      const raw = await noise(width, 64).raw().toBuffer();
      for (let y = 0; y < 64; y++) {
        for (let x = 0; x < width; x++) {
          const at = (y * width + x) * 3;
          expect(pixelAt(pixels, 64, x + letterbox.left, y)).toEqual([raw[at], raw[at + 1], raw[at + 2]]);
        }
      }
    }
  });

  test.each([
    [64, 32],
    [31, 64],
    [7, 5],
    [1, 40],
    [200, 30],
    [1, 10_000],
    [10_000, 1],
  ])('exactly 114 around a %i × %i image', async (width, height) => {
    // A memory full of other values shows what is not written.
    const out = new Uint8Array(3 * 96 * 64).fill(201);
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#030303' } })
      .png()
      .toBuffer();
    const { letterbox, pixels } = await prepareImage(bytes, { height: 96, width: 64 }, out);
    expect(pixels).toBe(out);
    const { top, left, resized } = letterbox;
    for (let i = 0; i < out.length; i++) {
      const [x, y] = [i % 64, Math.floor(i / 64) % 96];
      const inside = x >= left && x < left + resized.width && y >= top && y < top + resized.height;
      if (out[i] !== (inside ? 3 : 114)) expect.fail(`(${x}, ${y}) of plane ${Math.floor(i / 6144)} is ${out[i]}`);
    }
  });

  test('bilinear agrees with real-valued interpolation within one level', () => {
    const side = fc.integer({ min: 1, max: 40 });
    let pixels = 0;
    fc.assert(
      fc.property(side, side, side, side, fc.integer(), (width, height, toWidth, toHeight, seed) => {
        const data = new Uint8Array(width * height * 3);
        for (let i = 0; i < data.length; i++) data[i] = (Math.imul(i + seed, 0x9e3779b1) >>> 8) & 255;
        const target = { height: toHeight + 3, width: toWidth + 2 };
        const out = new Uint8Array(3 * target.height * target.width);
        const size = { height: toHeight, width: toWidth };
        letterboxToPlanes({ height, width, data }, { target, resized: size, top: 2, left: 1 }, out);
        const clampTo = (v: number, most: number) => Math.min(Math.max(v, 0), most);
        const at = (x: number, y: number, c: number) =>
          data[(clampTo(y, height - 1) * width + clampTo(x, width - 1)) * 3 + c]!;
        for (let c = 0; c < 3; c++) {
          for (let y = 0; y < toHeight; y++) {
            for (let x = 0; x < toWidth; x++) {
              const [fx, fy] = [((x + 0.5) * width) / toWidth - 0.5, ((y + 0.5) * height) / toHeight - 0.5];
              const [x0, y0] = [Math.floor(fx), Math.floor(fy)];
              const [u, v] = [fx - x0, fy - y0];
              const exact =
                (at(x0, y0, c) * (1 - u) + at(x0 + 1, y0, c) * u) * (1 - v) +
                (at(x0, y0 + 1, c) * (1 - u) + at(x0 + 1, y0 + 1, c) * u) * v;
              const got = out[(c * target.height + y + 2) * target.width + x + 1]!;
              if (Math.abs(got - exact) > 1) expect.fail(`${got} instead of ${exact} at ${x}, ${y}, ${c}`);
              pixels++;
            }
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(pixels).toBeGreaterThan(10_000);
  });

  test('a large reduction averages instead of skipping pixels', async () => {
    // Columns of 0 and 255 in turn: their mean is 127.5; picking single columns would give 0 or 255.
    for (const format of ['png', 'jpeg'] as const) {
      const data = new Uint8Array(2048 * 1024).map((_, i) => (i % 2) * 255);
      const bytes = await sharp(data, { raw: { width: 2048, height: 1024, channels: 1 } })
        .toFormat(format, { quality: 95 })
        .toBuffer();
      for (const corner of await corners(bytes)) expectNear(corner, [127, 127, 127], 6);
    }
  });

  test('out must have the right length', async () => {
    await expect(prepareImage(await quarters(8, 8).png().toBuffer(), square(32), new Uint8Array(5))).rejects.toThrow(
      /3072 bytes, not 5/,
    );
  });
});

describe('broken images', () => {
  const reasonOf = async (bytes: Buffer) => {
    try {
      await prepareImage(bytes, square(64));
      return 'no error';
    } catch (error) {
      return imageReason(error);
    }
  };
  const jpeg = () => noise(200, 150).jpeg().toBuffer();

  test('truncated JPEG, at any length', async () => {
    const whole = await jpeg();
    for (const share of [0.001, 0.01, 0.05, 0.3, 0.6, 0.9, 0.99]) {
      expect(await reasonOf(whole.subarray(0, Math.floor(whole.length * share)))).toMatch(
        /corrupt or truncated|not an image/,
      );
    }
  });

  test('truncated PNG', async () => {
    const whole = await noise(200, 150).png().toBuffer();
    expect(await reasonOf(whole.subarray(0, whole.length / 2))).toMatch(/corrupt or truncated/);
  });

  test('damaged entropy data is no grey area but a reason', async () => {
    const bytes = await jpeg();
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0xff, middle, middle + 40);
    expect(await reasonOf(bytes)).toMatch(/corrupt or truncated/);
  });

  test('no image at all', async () => {
    expect(await reasonOf(Buffer.alloc(0))).toMatch(/the file is empty/);
    expect(await reasonOf(Buffer.from('not an image'))).toMatch(/not an image of a known format \(jpg/);
    expect(await reasonOf(Buffer.alloc(10_000))).toMatch(/not an image/);
  });

  test('more pixels than are decoded, in any format', async () => {
    const png = await sharp({ create: { width: 20_000, height: 1, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    png.writeUInt32BE(20_000, 20); // height in the IHDR chunk
    expect(await reasonOf(png)).toMatch(/larger than 268 million pixels|corrupt/);
    const large = await jpeg();
    const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
    large.writeUInt16BE(60_000, frame + 5);
    large.writeUInt16BE(60_000, frame + 7);
    expect(jpegSize(large)).toEqual({ height: 60_000, width: 60_000 });
    expect(await reasonOf(large)).toMatch(/larger than 268 million pixels/);
  });

  test('300 damaged JPEGs neither crash nor hang', async () => {
    const whole = await noise(160, 120).jpeg({ quality: 60 }).toBuffer();
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      let bytes = Buffer.from(whole);
      // The header is where damage does most; hit it in half of the cases.
      const within = i % 2 === 0 ? 700 : bytes.length;
      for (let hits = 1 + random(8); hits > 0; hits--) bytes[random(within)] = random(256);
      if (i % 5 === 0) bytes = bytes.subarray(0, 1 + random(bytes.length));
      if (i % 7 === 0)
        bytes = Buffer.concat([bytes.subarray(0, random(bytes.length)), bytes.subarray(random(bytes.length))]);
      const reason = await reasonOf(bytes);
      if (reason !== 'no error') refused += 1;
      expect(reason).not.toMatch(/\n|undefined/);
    }
    expect(refused).toBeGreaterThan(150);
  });

  test('jpegSize reads any bytes without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const size = jpegSize(Uint8Array.from([0xff, 0xd8, 0xff, ...bytes]));
        expect(size === null || (size.height > 0 && size.width > 0)).toBe(true);
      }),
    );
  });
});

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../../shared/data');
const cocoFolder = join(fixtures, 'coco-val2017-dev/images');
const cocoNames = (() => {
  try {
    return readdirSync(cocoFolder).filter((name) => name.endsWith('.jpg'));
  } catch {
    return [];
  }
})();
if (cocoNames.length === 0) console.log(`skipped: the COCO images test, since ${cocoFolder} is absent`);

test.skipIf(cocoNames.length === 0)('every COCO image is prepared, its header read right', async () => {
  for (const name of cocoNames) {
    const bytes = readFileSync(join(cocoFolder, name));
    const { original, pixels } = await prepareImage(bytes, square(320));
    expect(jpegSize(bytes)).toEqual(original);
    expect(new Set(pixels).size, name).toBeGreaterThan(60);
  }
});
