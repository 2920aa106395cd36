import { indexAt, type PowerSeries, secondsAt, slotOf, summarySamples } from './series';

/** A point of a chart; made once and changed in place, since a chart keeps hold of its points. */
export type PlotPoint = { x: number; y: number };

/**
 * Writes domain `domain` between `from` and `to` seconds into `pool` as at most `2 × columns` points: of every pixel
 * column the least and the most, so that no spike is lost, or the samples themselves where they are fewer. A column
 * whose samples are all unknown becomes one point with y = NaN, a gap. The pool grows as needed and is never shrunk.
 *
 * @returns how many points of the pool are in use
 */
export function decimate(
  series: PowerSeries,
  domain: number,
  from: number,
  to: number,
  columns: number,
  pool: PlotPoint[],
): number {
  // One sample beyond each edge, so that the line runs on to the edge.
  const first = Math.max(0, indexAt(series, from) - 1);
  const end = Math.min(series.length, indexAt(series, to) + 1);
  let used = 0;
  const put = (x: number, y: number) => {
    const point = pool[used];
    if (point) [point.x, point.y] = [x, y];
    else pool.push({ x, y });
    used++;
  };
  if (end - first <= 2 * columns) {
    for (let i = first; i < end; i++) put(secondsAt(series, i), series.watts[domain]![slotOf(series, i)]!);
    return used;
  }
  const width = (to - from) / columns;
  let start = first;
  for (let column = 0; column < columns && start < end; column++) {
    const right = from + width * (column + 1);
    const stop = column === columns - 1 ? end : Math.min(end, indexAt(series, right));
    if (stop === start) continue;
    const { least, most } = extremes(series, domain, start, stop);
    const x = right - width / 2;
    put(x, least);
    if (most !== least && !Number.isNaN(least)) put(x, most);
    start = stop;
  }
  return used;
}

/** The least and the most of the samples `start` … `end` − 1 of a domain; both NaN where none is known. */
export function extremes(
  series: PowerSeries,
  domain: number,
  start: number,
  end: number,
): { least: number; most: number } {
  const values = series.watts[domain]!;
  const [leasts, mosts] = [series.least[domain]!, series.most[domain]!];
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let slot = slotOf(series, start);
  for (let left = end - start; left > 0;) {
    const whole = slot % summarySamples === 0 && left >= summarySamples;
    const low = whole ? leasts[slot / summarySamples]! : values[slot]!;
    const high = whole ? mosts[slot / summarySamples]! : low;
    if (low < least) least = low;
    if (high > most) most = high;
    const step = whole ? summarySamples : 1;
    left -= step;
    slot += step;
    if (slot >= values.length) slot = 0;
  }
  return least <= most ? { least, most } : { least: Number.NaN, most: Number.NaN };
}
