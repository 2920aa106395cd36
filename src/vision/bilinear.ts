import type { Size } from '../core/spec/spec';

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
  const { size, planes } = window;
  if (image.height === size.height && image.width === size.width) {
    copyToPlanes(image, window);
    return;
  }
  if (image.width === 1) {
    resizeToPlanes(doubleColumn(image), window);
    return;
  }
  const columns = columnTable(image.width, size.width);
  const rows = rowTable(image.height, size.height);
  const source = viewOf(image.data);
  const target = viewOf(window.data);
  let upper = emptyRow(size.width);
  let lower = emptyRow(size.width);
  const plane = planes.height * planes.width;
  for (let y = 0; y < size.height; y++) {
    if (upper.row !== rows.first[y]) [upper, lower] = [lower, upper];
    fillRow(upper, rows.first[y]!, source, image.width, columns);
    fillRow(lower, rows.second[y]!, source, image.width, columns);
    const start = window.offset + (window.top + y) * planes.width + window.left;
    for (let c = 0; c < 3; c++) {
      const from = (c * upper.stride) / 2;
      blendRows(upper.words, lower.words, from, rows.weight[y]!, target, start + c * plane, size.width);
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same picture two columns wide, for code that reads columns in pairs. */
function doubleColumn({ height, data }: RgbImage): RgbImage {
  const doubled = new Uint8Array(height * 6);
  for (let i = 0; i < doubled.length; i++) doubled[i] = data[Math.floor(i / 6) * 3 + (i % 3)]!;
  return { height, width: 2, data: doubled };
}

/** Where output `i` samples: the source position before it, and the 11-bit weight of the position after that. */
function sample(i: number, from: number, to: number): { before: number; weight: number } {
  const position = Math.fround((i + 0.5) * (1 / (to / from)) - 0.5);
  const before = Math.floor(position);
  return { before, weight: roundHalfEven(Math.fround(position - before) * 2048) };
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

type RowTable = { first: Int32Array; second: Int32Array; weight: Int32Array };

/** The two source rows of each output row and the second one's weight; beyond the border both are the border's. */
function rowTable(from: number, to: number): RowTable {
  const [first, second, weight] = [new Int32Array(to), new Int32Array(to), new Int32Array(to)];
  for (let i = 0; i < to; i++) {
    const { before, weight: w } = sample(i, from, to);
    first[i] = Math.min(Math.max(before, 0), from - 1);
    second[i] = Math.min(Math.max(before + 1, 0), from - 1);
    weight[i] = w;
  }
  return { first, second, weight };
}

type ColumnTable = { offset: Int32Array; weight: Int32Array };

/** Byte offset of the first of two neighbouring columns for each output column, and the second one's weight. */
function columnTable(from: number, to: number): ColumnTable {
  const [offset, weight] = [new Int32Array(to), new Int32Array(to)];
  for (let i = 0; i < to; i++) {
    const { before, weight: w } = sample(i, from, to);
    offset[i] = 3 * Math.min(Math.max(before, 0), from - 2);
    weight[i] = before < 0 ? 0 : before >= from - 1 ? 2048 : w;
  }
  return { offset, weight };
}

/** One source row at output width: three planes of `stride` values with 7 fractional bits; `words` holds them in pairs. */
type Row = { row: number; stride: number; values: Int16Array; words: Int32Array };

function emptyRow(width: number): Row {
  const stride = (width + 3) & ~3;
  const values = new Int16Array(3 * stride);
  return { row: -1, stride, values, words: new Int32Array(values.buffer) };
}

function fillRow(into: Row, row: number, source: DataView, width: number, columns: ColumnTable): void {
  if (into.row === row) return;
  into.row = row;
  blendColumns(source, row * width * 3, columns, into.values, into.stride);
}

/** Two 32-bit reads hold a pair of neighbouring pixels: R G B r and B r g b. */
function blendColumns(
  source: DataView,
  start: number,
  { offset, weight }: ColumnTable,
  out: Int16Array,
  stride: number,
): void {
  for (let x = 0; x < offset.length; x++) {
    const at = start + offset[x]!;
    const w = weight[x]!;
    const v = 2048 - w;
    const p = source.getInt32(at, true);
    const q = source.getInt32(at + 2, true);
    out[x] = (Math.imul(p & 0xff, v) + Math.imul(p >>> 24, w)) >> 4;
    out[x + stride] = (Math.imul((p >>> 8) & 0xff, v) + Math.imul((q >>> 16) & 0xff, w)) >> 4;
    out[x + 2 * stride] = (Math.imul(q & 0xff, v) + Math.imul(q >>> 24, w)) >> 4;
  }
}

/** Blends `width` values of two rows, four at a time, beginning at word `from`. */
function blendRows(
  upper: Int32Array,
  lower: Int32Array,
  from: number,
  weight: number,
  target: DataView,
  start: number,
  width: number,
): void {
  const rest = 2048 - weight;
  const whole = width & ~3;
  for (let x = 0, i = from; x < whole; x += 4, i += 2) {
    const a = upper[i]!;
    const b = upper[i + 1]!;
    const c = lower[i]!;
    const d = lower[i + 1]!;
    const v0 = ((Math.imul(a & 0xffff, rest) >> 16) + (Math.imul(c & 0xffff, weight) >> 16) + 2) >> 2;
    const v1 = ((Math.imul(a >>> 16, rest) >> 16) + (Math.imul(c >>> 16, weight) >> 16) + 2) >> 2;
    const v2 = ((Math.imul(b & 0xffff, rest) >> 16) + (Math.imul(d & 0xffff, weight) >> 16) + 2) >> 2;
    const v3 = ((Math.imul(b >>> 16, rest) >> 16) + (Math.imul(d >>> 16, weight) >> 16) + 2) >> 2;
    target.setInt32(start + x, v0 | (v1 << 8) | (v2 << 16) | (v3 << 24), true);
  }
  for (let x = whole; x < width; x++) {
    const shift = 16 * (x & 1);
    const [a, b] = [(upper[from + (x >> 1)]! >>> shift) & 0xffff, (lower[from + (x >> 1)]! >>> shift) & 0xffff];
    target.setUint8(start + x, ((Math.imul(a, rest) >> 16) + (Math.imul(b, weight) >> 16) + 2) >> 2);
  }
}

/** Interleaved to planar without resizing. */
function copyToPlanes(image: RgbImage, window: PlaneWindow): void {
  const { planes, size } = window;
  const plane = planes.height * planes.width;
  const source = viewOf(image.data);
  const target = viewOf(window.data);
  for (let y = 0; y < size.height; y++) {
    const row = y * size.width * 3;
    const to = window.offset + (window.top + y) * planes.width + window.left;
    deinterleaveRow(source, row, size.width, target, to, plane);
  }
}

/** Four pixels at a time: three 32-bit reads hold RGBR GBRG BRGB, three 32-bit writes RRRR GGGG BBBB. */
function deinterleaveRow(
  source: DataView,
  from: number,
  width: number,
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
    target.setUint8(to + x, source.getUint8(at));
    target.setUint8(to + plane + x, source.getUint8(at + 1));
    target.setUint8(to + 2 * plane + x, source.getUint8(at + 2));
  }
}
