/** Parts longer than this are narrowed by a sample first; below, the sample costs more than it saves. */
const sampledFrom = 600;

/**
 * Rearranges values[low…high] so that values[rank] is what sorting would put there, smaller ones before it and larger ones after:
 * SELECT of Floyd & Rivest 1975 (CACM algorithm 489), which divides by a value that a sample puts close to the rank. Half as
 * many comparisons as Hoare's FIND needs, a twentieth of sorting.
 */
function select(values: Float64Array, rank: number, low: number, high: number): void {
  while (low < high) {
    if (high - low > sampledFrom) {
      const length = high - low + 1;
      const place = rank - low + 1;
      const sample = 0.5 * Math.exp((2 * Math.log(length)) / 3);
      // Past the middle of the sample, so that the rank most likely falls into the smaller part.
      const margin =
        0.5 * Math.sqrt((Math.log(length) * sample * (length - sample)) / length) * Math.sign(place - length / 2);
      const first = Math.floor(rank - (place * sample) / length + margin);
      const last = Math.floor(rank + ((length - place) * sample) / length + margin);
      select(values, rank, Math.max(low, first), Math.min(high, last));
    }
    const pivot = values[rank]!;
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
}

/**
 * Percentiles by linear interpolation (as `percentile` in statistics.ts), in the order asked.
 * Rearranges `values`.
 *
 * @param percents ascending, each 0 to 100
 */
export function percentilesInPlace(values: Float64Array, percents: readonly number[]): number[] {
  const last = values.length - 1;
  let from = 0;
  return percents.map((percent) => {
    const position = (last * percent) / 100;
    const below = Math.floor(position);
    select(values, below, Math.min(from, below), last);
    const low = values[below]!;
    from = below;
    if (position === below) return low;
    select(values, below + 1, below + 1, last);
    from = below + 1;
    return low + (position - below) * (values[below + 1]! - low);
  });
}
