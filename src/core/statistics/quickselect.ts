/**
 * Rearranges values[from…] so that values[rank] is what sorting would put there, smaller ones before
 * it and larger ones after (Hoare's FIND, 1961). Expected time is linear; sorting all would cost tenfold.
 */
function select(values: Float64Array, rank: number, from = 0): number {
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const swap = values[i]!;
        values[i++] = values[j]!;
        values[j--] = swap;
      }
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}

/**
 * Percentiles by linear interpolation (as `percentile` in statistics.ts), in the order asked.
 * Rearranges `values`.
 *
 * @param percents ascending, each 0 to 100
 */
export function percentilesInPlace(values: Float64Array, percents: readonly number[]): number[] {
  let from = 0;
  return percents.map((percent) => {
    const position = ((values.length - 1) * percent) / 100;
    const below = Math.floor(position);
    const low = select(values, below, Math.min(from, below));
    from = below;
    if (position === below) return low;
    const high = select(values, below + 1, below + 1);
    from = below + 1;
    return low + (position - below) * (high - low);
  });
}
