import type { Size } from '../core/spec';

/** An image as interleaved 8-bit RGB: `data` is [height, width, 3]. */
export type RgbImage = Size & { data: Uint8Array };

/** A rectangle inside three planes [3, height, width] that lie at `offset` of `data`. */
export type PlaneWindow = {
  data: Uint8Array;
  offset: number;
  planes: Size;
  top: number;
  left: number;
  size: Size;
};

/**
 * Resizes `image` into `window`, interleaved to planar, in one pass over the output. Bilinear without
 * antialiasing, sample positions at pixel centres, in the fixed-point arithmetic of OpenCV's
 * `resize(…, INTER_LINEAR)` for 8-bit images: 11-bit weights, rows kept with 7 fractional bits.
 * The result is bit-identical to it.
 */
export function resizeToPlanes(image: RgbImage, window: PlaneWindow): void {
  const { size, planes, data } = window;
  if (image.height === size.height && image.width === size.width) {
    copyToPlanes(image, window);
    return;
  }
  const plane = planes.height * planes.width;
  const columns = axis(image.width, size.width, 3, true);
  const rows = axis(image.height, size.height, 1, false);
  let upper = { row: -1, values: new Int16Array(3 * size.width) };
  let lower = { row: -1, values: new Int16Array(3 * size.width) };
  for (let y = 0; y < size.height; y++) {
    const [row0, row1] = [rows.first[y]!, rows.second[y]!];
    if (upper.row !== row0) [upper, lower] = [lower, upper];
    if (upper.row !== row0) {
      blendColumns(image, row0, columns, upper.values);
      upper.row = row0;
    }
    if (lower.row !== row1) {
      blendColumns(image, row1, columns, lower.values);
      lower.row = row1;
    }
    const start = window.offset + (window.top + y) * planes.width + window.left;
    const [weight0, weight1] = [2048 - rows.weight[y]!, rows.weight[y]!];
    for (let c = 0; c < 3; c++) {
      blendRows(upper.values, lower.values, c * size.width, size.width, weight0, weight1, data, start + c * plane);
    }
  }
}

type Axis = { first: Int32Array; second: Int32Array; weight: Int32Array };

/**
 * Source positions (times `step`) and the 11-bit weight of the second one, for each output position. Beyond the
 * border both positions are the border's; `plainBorder` then gives all weight to the first, as OpenCV does for
 * columns but not for rows (where it only costs a rounding).
 */
function axis(from: number, to: number, step: number, plainBorder: boolean): Axis {
  const [first, second, weight] = [new Int32Array(to), new Int32Array(to), new Int32Array(to)];
  const scale = 1 / (to / from);
  for (let i = 0; i < to; i++) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    const whole = Math.floor(position);
    const inside = whole >= 0 && whole < from - 1;
    first[i] = Math.min(Math.max(whole, 0), from - 1) * step;
    second[i] = Math.min(Math.max(whole + 1, 0), from - 1) * step;
    weight[i] = inside || !plainBorder ? roundHalfEven(Math.fround(position - whole) * 2048) : 0;
  }
  return { first, second, weight };
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** One source row, blended horizontally, to planar values with 7 fractional bits. */
function blendColumns(image: RgbImage, row: number, { first, second, weight }: Axis, out: Int16Array): void {
  const { data } = image;
  const start = row * image.width * 3;
  const width = first.length;
  for (let x = 0; x < width; x++) {
    const a = start + first[x]!;
    const b = start + second[x]!;
    const w = weight[x]!;
    const v = 2048 - w;
    out[x] = (data[a]! * v + data[b]! * w) >> 4;
    out[x + width] = (data[a + 1]! * v + data[b + 1]! * w) >> 4;
    out[x + 2 * width] = (data[a + 2]! * v + data[b + 2]! * w) >> 4;
  }
}

function blendRows(
  upper: Int16Array,
  lower: Int16Array,
  from: number,
  count: number,
  weight0: number,
  weight1: number,
  out: Uint8Array,
  start: number,
): void {
  for (let x = 0; x < count; x++) {
    out[start + x] = (((upper[from + x]! * weight0) >> 16) + ((lower[from + x]! * weight1) >> 16) + 2) >> 2;
  }
}

/** Interleaved to planar without resizing. */
function copyToPlanes(image: RgbImage, window: PlaneWindow): void {
  const { planes, size } = window;
  const plane = planes.height * planes.width;
  const source = new DataView(image.data.buffer, image.data.byteOffset, image.data.byteLength);
  const target = new DataView(window.data.buffer, window.data.byteOffset, window.data.byteLength);
  for (let y = 0; y < size.height; y++) {
    const row = y * size.width * 3;
    const to = window.offset + (window.top + y) * planes.width + window.left;
    deinterleaveRow(image.data, source, row, size.width, window.data, target, to, plane);
  }
}

/** Four pixels at a time: three 32-bit reads hold RGBR GBRG BRGB, three 32-bit writes RRRR GGGG BBBB. */
function deinterleaveRow(
  bytes: Uint8Array,
  source: DataView,
  from: number,
  width: number,
  out: Uint8Array,
  target: DataView,
  to: number,
  plane: number,
): void {
  const whole = width & ~3;
  let at = from;
  for (let x = 0; x < whole; x += 4, at += 12) {
    const p = source.getInt32(at, true);
    const q = source.getInt32(at + 4, true);
    const r = source.getInt32(at + 8, true);
    target.setInt32(to + x, (p & 0xff) | ((p >>> 16) & 0xff00) | (q & 0xff0000) | ((r << 16) & 0xff000000), true);
    target.setInt32(
      to + plane + x,
      ((p >>> 8) & 0xff) | ((q << 8) & 0xff00) | ((q >>> 8) & 0xff0000) | ((r << 8) & 0xff000000),
      true,
    );
    target.setInt32(
      to + 2 * plane + x,
      ((p >>> 16) & 0xff) | (q & 0xff00) | ((r << 16) & 0xff0000) | (r & 0xff000000),
      true,
    );
  }
  for (let x = whole; x < width; x++, at += 3) {
    out[to + x] = bytes[at]!;
    out[to + plane + x] = bytes[at + 1]!;
    out[to + 2 * plane + x] = bytes[at + 2]!;
  }
}
