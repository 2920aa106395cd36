import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../../../src/workloads/detection/decode/decoding';
import { prepareImage } from '../../../../../src/workloads/detection/prepare/image';
import { imageReason } from '../../../../../src/workloads/detection/decode/imageError';
import { inserted, jpegOf, markerAt, oddities, stray, withScanParameters } from '../../../../support/jpegs';

const size = { height: 64, width: 64 };
const outcome = (bytes: Buffer) =>
  prepareImage(bytes, size).then(
    ({ warnings }) => (warnings.length === 0 ? 'read' : `warned: ${warnings.join('; ')}`),
    (error: unknown) => imageReason(error),
  );

describe('a JPEG that decoders only warn of', () => {
  test.each(oddities)('%s: is read and named, at any size', async (_name, spoil, warning) => {
    for (const [width, height] of [
      [120, 83],
      [1300, 900],
    ] as const) {
      const sound = await jpegOf(width, height);
      const { pixels, warnings, original } = await prepareImage(spoil(sound), size);
      expect(warnings).toEqual([expect.stringMatching(warning)]);
      expect(original).toEqual({ height, width });
      expect(Buffer.from(pixels).equals((await prepareImage(sound, size)).pixels)).toBe(true);
    }
  });

  test('progressive: stray bytes between scans, in several places', async () => {
    const sound = await jpegOf(90, 60, { progressive: true });
    let odd = inserted(sound, sound.length - 2, stray);
    for (let scan = 2; scan <= 4; scan++) {
      let at = 0;
      for (let i = 0; i < scan; i++) at = markerAt(odd, 0xda, at + 1);
      odd = inserted(odd, markerAt(odd, 0xc4, at), stray);
    }
    const { pixels, warnings } = await prepareImage(odd, size);
    expect(warnings).toEqual([expect.stringMatching(/stray bytes/)]);
    expect(Buffer.from(pixels).equals((await prepareImage(sound, size)).pixels)).toBe(true);
  });

  test('lost pixels behind a harmless oddity are refused, and told', async () => {
    const odd = withScanParameters(await jpegOf(120, 83));
    const lost = /corrupt or truncated: (it ends before its last line|the data of its lines are damaged)/;
    expect(await outcome(odd.subarray(0, -60))).toMatch(lost);
    const middle = (markerAt(odd, 0xda) + odd.length) >> 1;
    expect(await outcome(Buffer.from(odd).fill(0xff, middle, middle + 9))).toMatch(lost);
  });
});

test('a JPEG without its last lines is refused at any size, whatever a decoder of smaller pictures notices', async () => {
  for (const [width, height] of [
    [120, 83],
    [1300, 900],
  ] as const) {
    const sound = await jpegOf(width, height);
    for (const less of [3, 5, 50, 500])
      expect(await outcome(sound.subarray(0, -less))).toMatch(/^corrupt or truncated/);
    // What stands behind the end is nobody's business.
    expect(await outcome(Buffer.concat([sound, Buffer.from('maker’s trailer')]))).toBe('read');
  }
});

test('each of many failing at once is given its own reason', async () => {
  const jpeg = await jpegOf(120, 83);
  const png = await sharp(jpeg).png().toBuffer();
  const gif = await sharp(jpeg).gif().toBuffer();
  const files: [Buffer, RegExp][] = [
    [png.subarray(0, png.length >> 1), /^corrupt or truncated: .*png/i],
    [jpeg.subarray(0, jpeg.length >> 1), /^corrupt or truncated: .*(JPEG|line)/i],
    [gif.subarray(0, gif.length >> 1), /^corrupt or truncated: .*gif/i],
    [jpeg.subarray(0, -2), /^warned: no end marker/],
    [jpeg, /^read$/],
  ];
  const all = Array.from({ length: 40 }, (_, i) => files[i % files.length]!);
  const results = await Promise.all(all.map(([bytes]) => outcome(bytes)));
  const formats = /jpeg|png|gif/gi;
  for (const [i, result] of results.entries()) {
    expect(result).toMatch(all[i]![1]);
    expect(new Set(result.match(formats)?.map((name) => name.toLowerCase())).size).toBeLessThanOrEqual(1);
  }
});

test('a failed image is decoded again while no other is', async () => {
  const jpeg = await jpegOf(8, 8);
  let [running, together, failures] = [0, 0, 0];
  const work = (fails: boolean) => async () => {
    running++;
    await pause(3);
    if (fails && failures++ % 2 === 1) together = Math.max(together, running);
    running--;
    if (fails) throw new Error('broken');
  };
  const results = await Promise.allSettled(
    Array.from({ length: 12 }, async (_, i) => {
      await pause(i);
      return decode(jpeg, work(i === 5));
    }),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(together).toBe(1);
});

test('only the formats that are read reach a decoder, whatever the file is called', async () => {
  const drawing = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );
  expect(await outcome(drawing)).toMatch(/^not an image of a known format/);
  expect(await outcome(Buffer.concat([Buffer.from('<?xml version="1.0"?>\n'), drawing]))).toMatch(/^not an image/);
  expect(await outcome(Buffer.from('P6 2 2 255 abcdefghijkl'))).toMatch(/^not an image/);
  // libvips itself is told, too: its own format, and tables of numbers.
  const vips = sharp(Buffer.concat([Buffer.from('b6a6f208', 'hex'), Buffer.alloc(100)])).metadata();
  await expect(vips).rejects.toThrow(/unsupported image format/);
});

test('an image that would take too much memory at once is refused before it is decoded', async () => {
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#000' } })
    .png({ progressive: true })
    .toBuffer();
  png.writeUInt32BE(16_000, 16);
  png.writeUInt32BE(16_000, 20);
  png.writeUInt32BE(crcOf(png.subarray(12, 29)), 29);
  expect(await outcome(png)).toMatch(/^its 256 million pixels as png take 1024 MB at once: store it as/);
});

function crcOf(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
