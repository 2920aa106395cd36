/**
 * Chooses rows of a power series so that at most `most` are left and no peak of the total is lost: of each bucket of
 * equally many rows, the one with the least and the one with the most total watts, in order. NaN counts as 0.
 *
 * @param total watts of each row
 * @returns indexes, ascending; all of them where they are few enough
 */
export function thinRows(total: ArrayLike<number>, most: number): number[] {
  const { length } = total;
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const buckets = Math.max(1, Math.floor(most / 2));
  const rows: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * length) / buckets);
    const to = Math.floor(((bucket + 1) * length) / buckets);
    let low = from;
    let high = from;
    for (let i = from + 1; i < to; i++) {
      if ((total[i] || 0) < (total[low] || 0)) low = i;
      if ((total[i] || 0) > (total[high] || 0)) high = i;
    }
    rows.push(Math.min(low, high));
    if (low !== high) rows.push(Math.max(low, high));
  }
  return rows;
}
