import type { Chart, ChartDataset, ChartOptions, PointStyle } from 'chart.js';
import type { Table } from '../../../src/core/words/table';
import type { Theme } from '../../look/theme';
import { drawnText } from '../../strings/strings';
import type { Marks } from './marks';

/** A point with the ends of its interval and the words that hovering or the arrow keys give. */
export type ChartPoint = {
  x: number;
  y: number;
  low?: number | null;
  high?: number | null;
  xLow?: number | null;
  xHigh?: number | null;
  /** Drawn beside the point, where there is room. */
  label?: string;
  /** Of the configuration; none for idle, guides and samples. */
  id?: string;
  words?: string[];
  /** Outside the limit. */
  faded?: boolean;
};
export type PlanDataset = ChartDataset<'line', ChartPoint[]> & {
  /** Of its key in the legend, where points have shapes of their own. */
  shape?: Look['pointStyle'];
};

/** All that one chart shows, made anew from the data and the theme. */
export type ChartPlan = {
  datasets: PlanDataset[];
  options: ChartOptions<'line'>;
  marks: Marks;
  /** Needs the page's whole width. */
  isWide?: boolean;
  /** Height of the plot in pixels where it is another than usual. */
  height?: number | null;
  /** The picture in one or two sentences, for those who do not see it. */
  summary: string;
  table: () => Table;
  words: (point: ChartPoint, dataset: number) => string[];
};

type Axis = {
  title: string;
  type?: 'linear' | 'logarithmic' | 'category';
  labels?: string[];
  min?: number;
  max?: number;
  suggestedMin?: number;
  suggestedMax?: number;
  beginAtZero?: boolean;
  tick?: (value: number) => string;
};

export function chartOptions(theme: Theme, x: Axis, y: Axis, words: ChartPlan['words']): ChartOptions<'line'> {
  const font = { family: theme.fontFamily, size: Math.round(theme.fontSize * 0.9) };
  return {
    responsive: true,
    maintainAspectRatio: false,
    resizeDelay: 50,
    animation: false,
    parsing: false,
    normalized: true,
    layout: { padding: { top: 4, right: 8 } },
    interaction: { mode: 'nearest', intersect: false },
    scales: { x: scale(theme, font, x), y: scale(theme, font, y) },
    plugins: {
      legend: {
        position: 'bottom',
        align: 'start',
        onClick: () => undefined,
        labels: {
          color: theme.foreground,
          font,
          usePointStyle: true,
          boxHeight: 7,
          padding: 10,
          generateLabels: legendLabels,
        },
      },
      tooltip: {
        backgroundColor: theme.background,
        titleColor: theme.foreground,
        bodyColor: theme.foreground,
        borderColor: theme.lines,
        borderWidth: 1,
        displayColors: false,
        titleFont: { ...font, weight: 'bold' },
        bodyFont: font,
        filter: (item) => words(item.raw as ChartPoint, item.datasetIndex).length > 0,
        callbacks: {
          title: (items) =>
            items[0] ? drawnText(words(items[0].raw as ChartPoint, items[0].datasetIndex)[0] ?? '') : '',
          label: (item) =>
            words(item.raw as ChartPoint, item.datasetIndex)
              .slice(1)
              .map(drawnText),
        },
      },
    },
  } as ChartOptions<'line'>;
}

function scale(theme: Theme, font: { family: string; size: number }, axis: Axis) {
  const { tick } = axis;
  return {
    type: axis.type ?? 'linear',
    ...(axis.labels ? { labels: axis.labels.map(drawnText), offset: true } : {}),
    ...(axis.min === undefined ? {} : { min: axis.min }),
    ...(axis.max === undefined ? {} : { max: axis.max }),
    ...(axis.suggestedMin === undefined ? {} : { suggestedMin: axis.suggestedMin }),
    ...(axis.suggestedMax === undefined ? {} : { suggestedMax: axis.suggestedMax }),
    ...(axis.type === 'category' ? {} : { beginAtZero: axis.beginAtZero ?? false, grace: '8%' }),
    title: { display: true, text: axis.title, color: theme.foreground, font },
    border: { color: theme.lines },
    grid: { color: theme.highContrast ? 'transparent' : faint(theme.lines), tickColor: theme.lines },
    ticks: {
      color: theme.faint,
      font,
      maxRotation: 0,
      minRotation: 0,
      ...(tick ? { callback: (value: string | number) => tick(Number(value)) } : {}),
    },
  };
}

/** A grid line is fainter than an axis; one that is no hexadecimal and no rgb() stays as it is. */
function faint(colour: string): string {
  if (/^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(colour)) return `${colour.slice(0, 7)}24`;
  return colour.replace(/^rgba?\(\s*([^,]+),\s*([^,]+),\s*([^,)]+)(,[^)]+)?\)$/i, 'rgba($1, $2, $3, 0.14)');
}

const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross'] as const;
const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3], [1, 2], [12, 4]];

export type Look = Pick<PlanDataset, 'borderColor' | 'backgroundColor' | 'borderWidth' | 'borderDash'> & {
  borderColor: string;
  pointStyle: (typeof shapes)[number];
};

/** Look of the i-th series: colour, dash and shape all differ, so that none of them is the only sign. */
export function seriesLook(theme: Theme, i: number): Look {
  // Where colours begin anew, shapes do not: the seventh series is not drawn as the first.
  return lookOf(theme, theme.series[i % theme.series.length]!, i, i + Math.floor(i / theme.series.length));
}

/** Look of the i-th of `count` series that have an order: colours from cold to hot, between those of the theme. */
export function orderedLook(theme: Theme, i: number, count: number): Look {
  const [blue, orange, green, , red, yellow] = theme.series as [string, string, string, string, string, string];
  const ramp = [blue, green, yellow, orange, red];
  const at = count < 2 ? 0 : (i / (count - 1)) * (ramp.length - 1);
  const from = Math.min(ramp.length - 2, Math.floor(at));
  return lookOf(theme, between(ramp[from]!, ramp[from + 1]!, at - from), i, i);
}

/** A share of 0 to 1 as the strength of one colour, which any kind of colour vision can read. */
export const tint = (theme: Theme, share: number): string => between(theme.background, theme.series[0]!, share);

/** Look of a series among others, which have an order or none. */
export const lookIn = (theme: Theme, { isOrdered, looks }: { isOrdered: boolean; looks: number }, i: number): Look =>
  isOrdered ? orderedLook(theme, i, looks) : seriesLook(theme, i);

function lookOf(theme: Theme, colour: string, dash: number, shape: number): Look {
  return {
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: theme.highContrast ? 2 : 1.5,
    borderDash: theme.highContrast ? dashes[dash % dashes.length]! : [],
    pointStyle: shapes[shape % shapes.length]!,
  };
}

/** A colour on the way from one to another; of others than hexadecimal ones the nearer. */
function between(one: string, other: string, share: number): string {
  const [a, b] = [one, other].map((colour) => /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)?.slice(1));
  if (!a || !b) return share < 0.5 ? one : other;
  const mixed = a.map((part, i) => {
    const [from, to] = [Number.parseInt(part, 16), Number.parseInt(b[i]!, 16)];
    return Math.round(from + share * (to - from))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}

/** The points of a series under its name, in its look. */
export const pointsDataset = (theme: Theme, look: Look, name: string, points: ChartPoint[]) => ({
  label: name,
  data: points,
  shape: look.pointStyle,
  ...look,
  ...pointLook(theme, look, points),
});

/**
 * The look of each series as a whole, once where small plots have it several times; Chart.js takes that of its first
 * point, which may be outside the limit.
 */
function legendLabels(chart: Chart) {
  const { color, font } = chart.options.plugins!.legend!.labels! as { color: string; font: object };
  const datasets = chart.data.datasets as unknown as PlanDataset[];
  return datasets.flatMap((dataset, i) => {
    if (datasets.findIndex(({ label }) => label === dataset.label) < i) return [];
    const { pointStyle, borderColor, borderDash, borderWidth } = dataset;
    const own = dataset.shape ?? pointStyle;
    const key = {
      text: drawnText(dataset.label ?? ''),
      fontColor: color,
      font,
      datasetIndex: i,
      pointStyle: own as PointStyle,
      strokeStyle: borderColor as string,
      fillStyle: dataset.backgroundColor as string,
      // A key is shorter than a line, so it is drawn thicker to be told by its colour.
      lineWidth: own === 'line' ? Math.max(2, borderWidth as number) : (borderWidth as number),
      lineDash: own === 'line' ? ((borderDash ?? []) as number[]) : [],
    };
    return [key];
  });
}

/** Points of a series, those outside the limit hollow, crossed and faint. */
function pointLook(theme: Theme, { pointStyle, borderColor }: Look, points: readonly ChartPoint[]) {
  const colour = (p: ChartPoint) => (p.faded ? theme.faint : borderColor);
  return {
    pointStyle: points.map((p) => (p.faded ? 'crossRot' : pointStyle)),
    pointBorderColor: points.map(colour),
    pointBackgroundColor: points.map((p) => (p.faded || theme.highContrast ? theme.background : colour(p))),
    pointRadius: 5,
    pointHoverRadius: 7,
    pointBorderWidth: 2,
  };
}
