import type { Size } from '../../../core/spec/spec';
import { type Letterbox, paddingGrey } from './letterbox';
import { loadPlaneKernel, type PlaneKernel } from './planeKernel';

/** An image as interleaved 8-bit RGB: `data` is [height, width, 3]. */
export type RgbImage = Size & { data: Uint8Array };

/** What resizing needs of a letterbox. */
export type Place = Pick<Letterbox, 'target' | 'resized' | 'top' | 'left'>;

/**
 * Fills `out`, three planes [3, target height, target width], with `image` resized to its place and
 * `paddingGrey` around it. Bilinear without antialiasing, sample positions at pixel centres, in the fixed-point
 * arithmetic of OpenCV's `resize(…, INTER_LINEAR)` for 8-bit images: 11-bit weights, rows kept with 7 fractional
 * bits. The result is bit-identical to it.
 */
export function letterboxToPlanes(image: RgbImage, place: Place, out: Uint8Array): void {
  const { target, resized, top, left } = place;
  const plane = target.height * target.width;
  const layout = layOut(image, place);
  const kernel = loadPlaneKernel(layout.end);
  const memory = new Uint8Array(kernel.memory.buffer);
  memory.set(image.data, layout.source);
  memory.fill(paddingGrey, layout.planes, layout.end);
  const same = image.height === resized.height && image.width === resized.width;
  const writeRow = same ? rowSplitter(kernel, image, layout) : rowBlender(kernel, image, resized, layout);
  for (let y = 0; y < resized.height; y++) {
    const to = layout.planes + (top + y) * target.width + left;
    if (resized.width >= kernelWidth) {
      writeRow(y, resized.width, to, plane);
      continue;
    }
    writeRow(y, kernelWidth, layout.narrow, kernelWidth);
    for (let c = 0; c < 3; c++) {
      const from = layout.narrow + c * kernelWidth;
      memory.copyWithin(to + c * plane, from, from + resized.width);
    }
  }
  out.set(memory.subarray(layout.planes, layout.end));
}

/** Pixels that the kernel writes at once, so that narrower images take a detour. */
const kernelWidth = 4;

/** Bytes that the kernel may read behind an image. */
const readAhead = 16;

/** Byte positions of everything in the kernel's memory. */
type Layout = Record<'table' | 'upper' | 'lower' | 'narrow' | 'source' | 'planes' | 'end', number>;

/** Columns in the table and the rows between: an even number, not less than the kernel writes at once. */
function tableWidth(width: number): number {
  return Math.max(kernelWidth, width + (width & 1));
}

function layOut(image: RgbImage, { target, resized }: Place): Layout {
  const row = 8 * tableWidth(resized.width);
  const [table, upper, lower, narrow] = [0, row, 2 * row, 3 * row];
  const source = narrow + 3 * kernelWidth;
  const planes = source + image.data.length + readAhead;
  return { table, upper, lower, narrow, source, planes, end: planes + 3 * target.height * target.width };
}

/** Writes `width` pixels of output row `y` to `to` and the same place in the next two planes. */
type RowWriter = (y: number, width: number, to: number, plane: number) => void;

function rowSplitter(kernel: PlaneKernel, image: RgbImage, { source }: Layout): RowWriter {
  return (y, width, to, plane) => kernel.splitRow(source + y * image.width * 3, width, to, plane);
}

/** Needs the rows in ascending order, so that the lower row of one is the upper row of the next where possible. */
function rowBlender(kernel: PlaneKernel, image: RgbImage, size: Size, layout: Layout): RowWriter {
  const columns = tableWidth(size.width);
  writeColumnTable(new Int32Array(kernel.memory.buffer, layout.table, 2 * columns), image.width, size.width);
  let upper = { at: layout.upper, holds: -1 };
  let lower = { at: layout.lower, holds: -1 };
  const fill = (row: typeof upper, y: number) => {
    if (row.holds === y) return;
    row.holds = y;
    kernel.stretchRow(layout.source + y * image.width * 3, layout.table, columns, row.at);
  };
  return (y, width, to, plane) => {
    const { before, weight } = sample(y, image.height, size.height);
    const first = clamp(before, image.height);
    if (upper.holds !== first) [upper, lower] = [lower, upper];
    fill(upper, first);
    fill(lower, clamp(before + 1, image.height));
    kernel.blendRows(upper.at, lower.at, weight, width, to, plane);
  };
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

function clamp(position: number, length: number): number {
  return Math.min(Math.max(position, 0), length - 1);
}

/** The kernel's table; beyond the border the border's pixel alone counts. Entries behind the last only fill up. */
function writeColumnTable(table: Int32Array, from: number, to: number): void {
  for (let i = 0; 2 * i < table.length; i++) {
    const { before, weight } = sample(i, from, to);
    const second = before < 0 || before >= from - 1 ? 0 : weight;
    table[2 * i] = 3 * clamp(before, from);
    table[2 * i + 1] = (2048 - second) | (second << 16);
  }
}
