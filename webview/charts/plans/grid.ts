import type { Theme } from '../../look/theme';
import type { Marks } from './marks';
import { chartOptions, type ChartPlan, type ChartPoint } from './plan';

/**
 * Small plots of one chart, in rows and columns: all on the same two axes, so that they can be compared. They are parts
 * of one canvas: the columns are stretches of one category axis, the rows y axes that are stacked.
 */
export type Grid = {
  rows: number;
  columns: number;
  /** Of the ticks along x in one plot. */
  labels: string[];
  titles: string[];
};

/** More in a row would leave none of them wide enough for its ticks. */
const widest = { narrow: 2, usual: 6 };

/** As square as up to six columns allow; up to six in one row, for the eye compares heights best side by side. */
export function gridOf(titles: string[], labels: string[], isNarrow: boolean): Grid {
  const most = isNarrow ? widest.narrow : widest.usual;
  const rows = Math.max(1, Math.ceil(titles.length / most));
  return { rows, columns: Math.ceil(titles.length / rows), labels, titles };
}

/** Whether it needs the page's whole width. */
export const isWide = ({ columns, labels }: Grid): boolean =>
  columns > 3 || (columns > 1 && columns * labels.length > 15);

/** Pixels of the plot that show every row; null: as other charts have them. */
export const heightOf = (grid: Grid): number | null => (grid.rows > 1 ? 90 + 150 * grid.rows : null);

/** Places a point of the i-th small plot. */
export const columnOf = (grid: Grid, i: number) => (i % grid.columns) * stretch(grid);
/** From the lowest on: the first of the stacked axes lies at the bottom. */
const rowOf = (grid: Grid, i: number) => grid.rows - 1 - Math.floor(i / grid.columns);

/** Categories from one column to the next: between them one is left empty. */
const stretch = ({ labels }: Grid) => labels.length + 1;

/** The axis of the row that the i-th small plot lies in. */
export const axisOf = (grid: Grid, i: number) => axisId(rowOf(grid, i));
const axisId = (row: number) => (row === 0 ? 'y' : `y${row}`);

/** Frames and titles of the small plots; nothing where there is but one without a name. */
export function panelsOf(grid: Grid): Marks['panels'] {
  if (grid.titles.length === 1) return [];
  return grid.titles.map((title, i) => {
    const from = columnOf(grid, i) - 0.5;
    return { title, axis: axisOf(grid, i), from, to: from + grid.labels.length };
  });
}

type AxisOf = Parameters<typeof chartOptions>[1];

/** Axes of all small plots: one range for all rows, with room for the titles above the highest point. */
export function gridOptions(
  theme: Theme,
  grid: Grid,
  x: string,
  y: AxisOf,
  words: ChartPlan['words'],
  isNarrow: boolean,
): ChartPlan['options'] {
  const several = grid.titles.length > 1;
  const every = Math.ceil((grid.columns * grid.labels.length * widthOf(grid.labels)) / plotWidth(grid, isNarrow));
  const labels = Array.from({ length: grid.columns }, (_, column) => [
    ...(column === 0 ? [] : ['']),
    ...grid.labels.map((label, i) => (!several || i % every === 0 ? label : '')),
  ]).flat();
  const options = chartOptions(theme, { title: x, type: 'category', labels }, y, words);
  if (!several) return options;
  const scales = options.scales as Record<string, Record<string, unknown>>;
  const first = scales.y!;
  Object.assign(scales.x!, {
    ticks: { ...(scales.x!.ticks as object), autoSkip: false },
    // The frames stand in their place.
    grid: { display: false },
  });
  for (let row = 0; row < grid.rows; row++) {
    scales[axisId(row)] = {
      ...first,
      ...{ position: 'left', stack: 'rows', stackWeight: 1, offset: false },
      title: { ...(first.title as object), display: row === Math.floor((grid.rows - 1) / 2) },
      ticks: { ...(first.ticks as object), includeBounds: false, maxTicksLimit: 6 },
    };
  }
  return options;
}

/** Pixels along x for all columns, at the least that such a chart has. */
const plotWidth = (grid: Grid, isNarrow: boolean) => (isNarrow ? 230 : isWide(grid) ? 620 : 340);

/** About the pixels of a tick's label, and of the space to the next. */
const widthOf = (labels: readonly string[]) => 10 + 6.5 * Math.max(...labels.map((label) => label.length));

/** One range for all rows: the ends of all intervals, and above them the titles. */
export function sharedRange(points: readonly ChartPoint[], logarithmic = false, also: readonly number[] = []) {
  const ends = [...points.flatMap((p) => [p.low ?? p.y, p.high ?? p.y]), ...also].filter((v) => !logarithmic || v > 0);
  if (ends.length === 0) return {};
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (logarithmic) return { min: low / 1.3, max: high * (high / low) ** 0.25 * 1.3 };
  const room = high - low || Math.abs(high) || 1;
  return { min: Math.max(0, low - 0.08 * room), max: high + 0.28 * room };
}
