import { indexAt, type PowerSeries, secondsAt, slotOf, summarySamples } from './series';

/** A point of a chart; made once and changed in place, since a chart keeps hold of its points. */
export type PlotPoint = { x: number; y: number };

/** Which samples belong to which pixel column: sample `edges[c]` is the first of column c, the last edge the end. */
export type Columns = {
  edges: number[];
  /** Middle of each column, in seconds. */
  middles: number[];
  /** Fewer samples than points would fit: each is drawn as it is, and the edges are only the first and the end. */
  whole: boolean;
};

/**
 * Divides the samples between `from` and `to` seconds among `columns` pixel columns, with one sample beyond each side, so
 * that lines run on to the edge. Where a column holds many stretches of 64 samples its edges are moved to theirs, by less
 * than a quarter of a pixel: then the summaries alone tell its least and most.
 */
export function columnsOf(series: PowerSeries, from: number, to: number, columns: number): Columns {
  const first = Math.max(0, indexAt(series, from) - 1);
  const end = Math.min(series.length, indexAt(series, to) + 1);
  if (end - first <= 2 * columns) return { edges: [first, end], middles: [], whole: true };
  const width = (to - from) / columns;
  const snap = (end - first) / columns >= 4 * summarySamples;
  const edges = [first];
  const middles: number[] = [];
  for (let column = 0; column < columns; column++) {
    const right = from + width * (column + 1);
    let stop = column === columns - 1 ? end : Math.min(end, indexAt(series, right));
    if (snap && stop < end) stop -= slotOf(series, stop) % summarySamples;
    if (stop <= edges.at(-1)!) continue;
    edges.push(stop);
    middles.push(right - width / 2);
  }
  return { edges, middles, whole: false };
}

/**
 * Writes a domain's samples into `pool`: of every column the least and the most, so that no spike is lost. A column whose
 * samples are all unknown becomes one point with y = NaN, a gap. The pool grows as needed and is never shrunk.
 *
 * @returns how many points of the pool are in use, at most two for each column
 */
export function decimate(series: PowerSeries, domain: number, columns: Columns, pool: PlotPoint[]): number {
  const { edges, middles, whole } = columns;
  let used = 0;
  const put = (x: number, y: number) => {
    const point = pool[used];
    if (point) {
      point.x = x;
      point.y = y;
    } else pool.push({ x, y });
    used++;
  };
  if (whole) {
    for (let i = edges[0]!; i < edges[1]!; i++) put(secondsAt(series, i), series.watts[domain]![slotOf(series, i)]!);
    return used;
  }
  middles.forEach((x, column) => {
    const { least, most } = extremes(series, domain, edges[column]!, edges[column + 1]!);
    put(x, least);
    if (most !== least && !Number.isNaN(least)) put(x, most);
  });
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
