import sharp, { type JpegOptions } from 'sharp';

const jfif = Buffer.from('ffe000104a46494600010100000100010000', 'hex');

/** A picture in which no two places look alike, as a JPEG with a JFIF header. */
export async function jpegOf(width: number, height: number, options: JpegOptions = {}): Promise<Buffer> {
  const data = new Uint8Array(width * height * 3).map((_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 9) & 255);
  const plain = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90, ...options })
    .toBuffer();
  return Buffer.concat([plain.subarray(0, 2), jfif, plain.subarray(2)]);
}

/** Where a marker stands first, looked for from a place on. */
export const markerAt = (jpeg: Buffer, marker: number, from = 0) => jpeg.indexOf(Buffer.from([0xff, marker]), from);

export const inserted = (jpeg: Buffer, at: number, bytes: Uint8Array) =>
  Buffer.concat([jpeg.subarray(0, at), bytes, jpeg.subarray(at)]);

export const stray = Buffer.alloc(23, 0x12);

/** Oddities that cost no pixel, each as cameras and old programs make them. */
export const oddities: [string, (jpeg: Buffer) => Buffer, RegExp][] = [
  ['scan parameters of its maker', withScanParameters, /scan parameters \(SOS\)/],
  ['stray bytes in the header', (jpeg) => inserted(jpeg, markerAt(jpeg, 0xdb), stray), /stray bytes/],
  ['a JFIF version of 7', (jpeg) => withByte(jpeg, 11, 7), /JFIF/],
  ['no end marker', (jpeg) => jpeg.subarray(0, -2), /no end marker/],
  ['half an end marker', (jpeg) => jpeg.subarray(0, -1), /no end marker/],
];

export function withByte(jpeg: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(jpeg);
  copy[at] = value;
  return copy;
}

/** Start and end of the spectrum 1 to 62 instead of 0 to 63. */
export function withScanParameters(jpeg: Buffer): Buffer {
  const at = markerAt(jpeg, 0xda);
  const parameters = at + 5 + 2 * jpeg[at + 4]!;
  return withByte(withByte(jpeg, parameters, 1), parameters + 1, 62);
}
