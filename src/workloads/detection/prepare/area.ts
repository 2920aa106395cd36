import type { Place, RgbImage } from './bilinear';
import { paddingGrey } from './letterbox';

/**
 * Fills `out`, three planes [3, target height, target width], with `image` shrunk to its place and `paddingGrey` around
 * it: each pixel is the mean of the area that it covers, as OpenCV's `resize(…, INTER_AREA)`. For shrinking only.
 */
export function areaToPlanes(image: RgbImage, { target, resized, top, left }: Place, out: Uint8Array): void {
  out.fill(paddingGrey);
  const plane = target.height * target.width;
  const columns = coverage(image.width, resized.width);
  const rows = coverage(image.height, resized.height);
  const length = 3 * resized.width;
  const sums = new Float32Array(length);
  const shrunk = { of: -1, row: new Float32Array(length) };
  for (let y = 0; y < resized.height; y++) {
    sums.fill(0);
    for (const { position, weight } of rows[y]!) {
      if (shrunk.of !== position) shrinkRow(image, position, columns, shrunk.row);
      shrunk.of = position;
      for (let i = 0; i < length; i++) sums[i]! += weight * shrunk.row[i]!;
    }
    const to = (top + y) * target.width + left;
    for (let x = 0; x < resized.width; x++) {
      for (let c = 0; c < 3; c++) out[c * plane + to + x] = Math.round(sums[3 * x + c]!);
    }
  }
}

type Share = { position: number; weight: number };

/** For each output position the input positions that it covers, with their shares; each list adds up to 1. */
function coverage(from: number, to: number): Share[][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * scale, Math.min(from, (i + 1) * scale)];
    const shares: Share[] = [];
    for (let position = Math.floor(start); position < end && position < from; position++) {
      const weight = (Math.min(end, position + 1) - Math.max(start, position)) / (end - start);
      if (weight > 1e-6) shares.push({ position, weight });
    }
    return shares;
  });
}

function shrinkRow({ data, width }: RgbImage, y: number, columns: readonly Share[][], row: Float32Array): void {
  const start = 3 * y * width;
  columns.forEach((shares, x) => {
    let [r, g, b] = [0, 0, 0];
    for (const { position, weight } of shares) {
      const at = start + 3 * position;
      r += weight * data[at]!;
      g += weight * data[at + 1]!;
      b += weight * data[at + 2]!;
    }
    row[3 * x] = r;
    row[3 * x + 1] = g;
    row[3 * x + 2] = b;
  });
}
