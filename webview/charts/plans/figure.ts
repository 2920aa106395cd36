import type { Figure, FigureLayer, FigurePoint } from '../../../src/core/figure/figureSchema';
import { describeNumber } from '../../../src/core/words/units';
import type { Cell, Table } from '../../../src/core/words/table';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { noMarks } from './marks';
import { describeShort, logTick } from './numbers';
import { chartOptions, type ChartPlan, type ChartPoint, type Look, pointsDataset, tint, seriesLook } from './plan';

type FigureAxis = Figure['x'];

/** Pixels: of the largest point where area tells something, and of the smallest that can still be seen. */
const [largestRadius, smallestRadius] = [14, 2.5];
const plotHeight = 340;

/**
 * The layers of a figure that are shown: of those that are wanted and have points, the ones with the axes of the first.
 *
 * @param chosen ids that a person chose; null: nobody has, then it is as the figure has it
 */
export function shownLayers({ layers }: Figure, chosen: readonly string[] | null): FigureLayer[] {
  const wanted = layers.filter((layer) => layer.points.length > 0 && (chosen?.includes(layer.id) ?? layer.isShown));
  return wanted.filter((layer) => sameAxes(layer, wanted[0]!));
}

/** Ids of the layers that are shown once a layer is switched on or off: it hides those that have other axes. */
export function switched(figure: Figure, chosen: readonly string[] | null, id: string, isOn: boolean): string[] {
  const others = shownLayers(figure, chosen).filter((layer) => layer.id !== id);
  const layer = figure.layers.find((one) => one.id === id);
  if (!isOn || !layer) return others.map((other) => other.id);
  return [...others.filter((other) => sameAxes(other, layer)).map((other) => other.id), id];
}

const sameAxes = (one: FigureLayer, other: FigureLayer) => JSON.stringify(one.axes) === JSON.stringify(other.axes);

/** Titles of the axes of what is shown. */
const axesOf = ({ x, y }: Figure, shown: readonly FigureLayer[]) => ({
  x: { ...x, title: shown[0]?.axes?.x ?? x.title },
  y: { ...y, title: shown[0]?.axes?.y ?? y.title },
});

/**
 * A figure that was made in core as a chart: layers as series, whose looks stay when others are switched off; intervals on
 * both axes; a share as colour, with its percentage in the point's name and words; a size as area.
 */
export function figurePlan(figure: Figure, shown: readonly FigureLayer[], theme: Theme): ChartPlan {
  const series = shown.map((layer) => ({
    layer,
    points: layer.points.filter((point) => isOnAxes(figure, point)).map((point) => chartPoint(figure, layer, point)),
  }));
  const left = shown.reduce((sum, { points }) => sum + points.filter((point) => !isOnAxes(figure, point)).length, 0);
  const words: ChartPlan['words'] = (point) => point.words ?? [];
  const { x, y } = axesOf(figure, shown);
  const options = chartOptions(
    theme,
    axisOf(
      x,
      series.flatMap(({ points }) => points.flatMap((p) => [p.x, p.xLow ?? p.x, p.xHigh ?? p.x])),
    ),
    axisOf(
      y,
      series.flatMap(({ points }) => points.flatMap((p) => [p.y, p.low ?? p.y, p.high ?? p.y])),
    ),
    words,
  );
  return {
    datasets: [
      ...series.map(({ layer, points }) => dataset(figure, layer, points, theme)),
      ...(figure.share ? shareKeys(figure.share.title, theme) : []),
      ...(figure.size ? [sizeKey(figure, theme)] : []),
    ],
    options,
    marks: noMarks,
    words,
    height: plotHeight,
    summary: [
      figure.sentence,
      shown.length === 0 ? t('No layer is shown.') : t('Shown: {0}.', shown.map(({ title }) => title).join(', ')),
      ...(left > 0 ? [t('{0} points have no place on a logarithmic axis; the table has them.', left)] : []),
    ].join(' '),
    table: () => figureTable(figure, shown),
  };
}

/** A logarithmic axis has no place for what is not above 0. */
const isOnAxes = ({ x, y }: Figure, point: FigurePoint) =>
  (x.scale === 'linear' || point.x > 0) && (y.scale === 'linear' || point.y > 0);

function chartPoint(figure: Figure, layer: FigureLayer, point: FigurePoint): ChartPoint {
  const { x, y, xLow, xHigh, yLow, yHigh, share, size } = point;
  const positive = (axis: FigureAxis, end: number | null) =>
    axis.scale === 'log' && end !== null && end <= 0 ? null : end;
  const percent = share === null || !figure.share ? null : `${describeNumber(100 * share, 2)} %`;
  const [name = layer.title, ...lines] = point.words;
  const isTold = (title: string) => lines.some((line) => line.includes(title));
  const words = [
    name,
    ...(figure.layers.length > 1 ? [layer.title] : []),
    ...lines,
    ...(percent !== null && !isTold(figure.share!.title) ? [`${figure.share!.title}: ${percent}`] : []),
    ...(size !== null && figure.size && !isTold(figure.size.title)
      ? [`${figure.size.title}: ${describeNumber(size)}`]
      : []),
  ];
  const label = [point.label, percent].filter((part) => part !== null).join(' · ');
  return {
    ...{ x, y, low: positive(figure.y, yLow), high: yHigh, xLow: positive(figure.x, xLow), xHigh },
    ...{ words, ...(label !== '' && { label }) },
  };
}

function dataset(
  figure: Figure,
  layer: FigureLayer,
  points: ChartPoint[],
  theme: Theme,
): ChartPlan['datasets'][number] {
  const look = seriesLook(theme, figure.layers.indexOf(layer));
  const of = layer.points.filter((point) => isOnAxes(figure, point));
  const made = pointsDataset(theme, look, layer.title, points);
  return {
    ...made,
    ...(figure.share && {
      backgroundColor: theme.background,
      borderColor: theme.foreground,
      pointBorderColor: of.map(() => theme.foreground),
      pointBackgroundColor: of.map(({ share }) => (share === null ? theme.background : tint(theme, share))),
      pointBorderWidth: 1,
    }),
    ...(figure.size && { pointRadius: of.map(({ size }) => radiusOf(size, mostOf(figure))) }),
    showLine: layer.isJoined,
    // A point on an axis is drawn whole.
    clip: false,
    // Read point by point: chart.js takes points that it is not to read for sorted, and a line may go back.
    parsing: { xAxisKey: 'x', yAxisKey: 'y' },
  };
}

const mostOf = ({ layers }: Figure) =>
  Math.max(0, ...layers.flatMap(({ points }) => points.map(({ size }) => size ?? 0)));

/** Area is proportional to the size. */
const radiusOf = (size: number | null, most: number) =>
  size === null || most === 0 ? smallestRadius : Math.max(smallestRadius, largestRadius * Math.sqrt(size / most));

const key = (label: string, look: Partial<Look>) => ({
  ...{ label, data: [], borderWidth: 1, pointStyle: 'circle' as const },
  ...look,
});

function shareKeys(title: string, theme: Theme): ChartPlan['datasets'] {
  return [0, 0.5, 1].map((share) =>
    key(`${share === 0 ? `${title}: ` : ''}${100 * share} %`, {
      borderColor: theme.foreground,
      backgroundColor: tint(theme, share),
    }),
  );
}

function sizeKey(figure: Figure, theme: Theme): ChartPlan['datasets'][number] {
  return key(t('area: {0}, largest {1}', figure.size!.title, describeNumber(mostOf(figure))), {
    borderColor: theme.foreground,
    backgroundColor: theme.background,
  });
}

/** Reaches as far as points and their intervals do. */
function axisOf({ title, scale, fromZero }: FigureAxis, values: readonly number[]) {
  const all = scale === 'log' ? values.filter((value) => value > 0) : values;
  if (all.length === 0) return { title, type: scale === 'log' ? ('logarithmic' as const) : ('linear' as const) };
  const [least, most] = [Math.min(...all), Math.max(...all)];
  if (scale === 'log') {
    return { title, type: 'logarithmic' as const, tick: logTick, min: least / 1.2, max: most * 1.2 };
  }
  // The room beside the points never reaches below 0 where nothing does.
  const isNearZero = least >= 0 && least < 0.1 * (most - least);
  return {
    ...{ title, suggestedMax: most, tick: describeShort },
    ...(fromZero || isNearZero ? { min: Math.min(0, least) } : { suggestedMin: least }),
  };
}

/** What is shown, point by point. Ends of intervals have columns where there are any. */
function figureTable(figure: Figure, shown: readonly FigureLayer[]): Table {
  const points = shown.flatMap(({ points }) => points);
  const has = (low: 'xLow' | 'yLow', high: 'xHigh' | 'yHigh') =>
    points.some((point) => point[low] !== null || point[high] !== null);
  const axes = axesOf(figure, shown);
  const columns: { head: string; cell: (point: FigurePoint, layer: FigureLayer) => Cell }[] = [
    { head: t('point'), cell: ({ words, label }, layer) => words[0] ?? label ?? layer.title },
    ...(figure.layers.length > 1
      ? [{ head: t('layer'), cell: (_: FigurePoint, { title }: FigureLayer) => title }]
      : []),
    { head: axes.x.title, cell: ({ x }) => x },
    ...(has('xLow', 'xHigh') ? ends('xLow', 'xHigh') : []),
    { head: axes.y.title, cell: ({ y }) => y },
    ...(has('yLow', 'yHigh') ? ends('yLow', 'yHigh') : []),
    ...(figure.share
      ? [{ head: `${figure.share.title} (%)`, cell: ({ share }: FigurePoint) => percentOf(share) }]
      : []),
    ...(figure.size ? [{ head: figure.size.title, cell: ({ size }: FigurePoint) => size }] : []),
  ];
  return {
    columns: columns.map(({ head }) => head),
    rows: shown.flatMap((layer) => layer.points.map((point) => columns.map(({ cell }) => cell(point, layer)))),
  };
}

const ends = (low: 'xLow' | 'yLow', high: 'xHigh' | 'yHigh') => [
  { head: t('low'), cell: (point: FigurePoint) => point[low] },
  { head: t('high'), cell: (point: FigurePoint) => point[high] },
];

const percentOf = (share: number | null) => (share === null ? null : Number((100 * share).toPrecision(6)));
