/**
 * Linear interpolation of `ys` over ascending `xs` at ascending `points`: below the first x `left` (default: the
 * first y), above the last one the last y. Where several x are equal, the last of them counts (as NumPy's `interp`).
 */
export function interpolated(
  xs: Float64Array,
  ys: Float64Array,
  points: Float64Array,
  left = ys[0]!,
): Float64Array<ArrayBuffer> {
  const last = xs.length - 1;
  let i = -1;
  return Float64Array.from(points, (x) => {
    while (i < last && xs[i + 1]! <= x) i++;
    if (i < 0) return left;
    if (i === last) return ys[last]!;
    return ((ys[i + 1]! - ys[i]!) / (xs[i + 1]! - xs[i]!)) * (x - xs[i]!) + ys[i]!;
  });
}
