import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { mendJpeg } from '../../../../../src/workloads/detection/decode/mendJpeg';
import { inserted, jpegOf, markerAt, oddities, stray, withByte, withScanParameters } from '../../../../support/jpegs';

const pixelsOf = (jpeg: Buffer, failOn: 'none' | 'warning') => sharp(jpeg, { failOn }).raw().toBuffer();

/** Shape of the samples: colour at half resolution, at full, none; 83 and 120 are no multiples of a block's side. */
const shapes = [
  ['4:2:0', () => jpegOf(120, 83)],
  ['4:4:4', () => jpegOf(120, 83, { chromaSubsampling: '4:4:4' })],
] as const;

describe.each(shapes)('a JPEG of %s', (_name, make) => {
  test.each(oddities)(
    'with %s: the mended copy has the same pixels, and a strict decoder takes it',
    async (_odd, spoil, warning) => {
      const odd = spoil(await make());
      const mended = mendJpeg(odd);
      if (mended === null || 'lost' in mended) return expect.fail(JSON.stringify(mended));
      expect(mended.warnings).toEqual([expect.stringMatching(warning)]);
      expect((await pixelsOf(mended.bytes, 'warning')).equals(await pixelsOf(odd, 'none'))).toBe(true);
    },
  );

  test('a sound one needs no mending, and neither does further fill before a marker', async () => {
    const sound = await make();
    expect(mendJpeg(sound)).toBeNull();
    expect(mendJpeg(inserted(sound, markerAt(sound, 0xdb), Buffer.from([0xff, 0xff])))).toBeNull();
  });

  test('every cut that takes a byte of the lines is a loss, with an end marker behind it and without', async () => {
    const odd = withScanParameters(await make());
    const end = Buffer.from([0xff, 0xd9]);
    for (let less = 4; less < 400; less++) {
      const cut = odd.subarray(0, odd.length - less);
      for (const bytes of [cut, Buffer.concat([cut, end])])
        expect(mendJpeg(bytes), `${less} less`).toHaveProperty('lost');
    }
  });

  test('damage in the lines is a loss, whatever harmless thing comes before', async () => {
    const odd = withScanParameters(await make());
    const middle = (markerAt(odd, 0xda) + odd.length) >> 1;
    expect(mendJpeg(Buffer.from(odd).fill(0xff, middle, middle + 9))).toHaveProperty('lost');
  });

  test('stray bytes behind the last line are left out', async () => {
    const sound = await make();
    const mended = mendJpeg(inserted(sound, sound.length - 2, stray));
    expect(mended).toEqual({ bytes: sound, warnings: [expect.stringMatching(/stray bytes/)] });
  });
});

test('several at once are all named', async () => {
  const sound = await jpegOf(40, 40);
  const odd = withByte(withScanParameters(sound), 11, 2).subarray(0, -2);
  expect(mendJpeg(odd)).toEqual({
    bytes: sound,
    warnings: [expect.stringMatching(/JFIF/), expect.stringMatching(/SOS/), expect.stringMatching(/no end marker/)],
  });
});

test('an Adobe colour transform that nobody knows is taken as libjpeg takes it', async () => {
  const plain = await jpegOf(40, 40);
  const adobe = Buffer.from('ffee000e41646f626500640000000007', 'hex');
  const odd = Buffer.concat([plain.subarray(0, 2), adobe, plain.subarray(20)]);
  const mended = mendJpeg(odd) as { bytes: Buffer; warnings: string[] };
  expect(mended.warnings).toEqual([expect.stringMatching(/Adobe/)]);
  expect((await pixelsOf(mended.bytes, 'warning')).equals(await pixelsOf(odd, 'none'))).toBe(true);
  expect(mendJpeg(withByte(odd, 17, 1))).toBeNull();
});

test('a progressive one without its end is whole only when its last scan has come', async () => {
  const sound = await jpegOf(64, 48, { progressive: true });
  const scans: number[] = [];
  for (let at = markerAt(sound, 0xda); at !== -1; at = markerAt(sound, 0xda, at + 1)) scans.push(at);
  expect(scans.length).toBeGreaterThan(5);
  expect(mendJpeg(sound.subarray(0, -2))).toHaveProperty('warnings', [expect.stringMatching(/no end marker/)]);
  for (const scan of scans) expect(mendJpeg(sound.subarray(0, scan))).toHaveProperty('lost');
});

test('restart markers: stray bytes before one are left out, a missing one is a loss', async () => {
  // 64 × 8 grey: 8 blocks; each holds one code of a table of ours, 0 (no difference) and 0 (end of block).
  const table = (id: number) => [0xff, 0xc4, 0, 20, id, 1, ...Array<number>(15).fill(0), 0];
  const quantisation = [0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(1)];
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 64, 1, 1, 0x11, 0];
  const interval = [0xff, 0xdd, 0, 4, 0, 4];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  const jpeg = (...lines: number[]) =>
    Buffer.from([
      0xff,
      0xd8,
      ...quantisation,
      ...frame,
      ...table(0),
      ...table(0x10),
      ...interval,
      ...scan,
      ...lines,
      0xff,
      0xd9,
    ]);
  const sound = jpeg(0x00, 0xff, 0xd0, 0x00);
  expect((await pixelsOf(sound, 'warning')).length).toBeGreaterThan(0);
  expect(mendJpeg(sound)).toBeNull();
  expect(mendJpeg(jpeg(0x00, 1, 2, 3, 0xff, 0xd0, 0x00))).toEqual({
    bytes: sound,
    warnings: [expect.stringMatching(/stray/)],
  });
  expect(mendJpeg(jpeg(0x00, 0xff, 0xd1, 0x00))).toHaveProperty('lost');
  expect(mendJpeg(jpeg(0x00, 0x00))).toHaveProperty('lost');
  expect(mendJpeg(jpeg(0xff, 0x00, 0xff, 0xd0, 0x00))).toHaveProperty('lost');
});
