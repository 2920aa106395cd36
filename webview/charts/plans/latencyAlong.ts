import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import { shownEnds } from '../../../src/core/statistics/wording';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { type Along, arrange, type Arranged, type ChartData, chosen, splitLine } from './families';
import { axisOf, columnOf, gridOf, gridOptions, heightOf, isWide, panelsOf, sharedRange } from './grid';
import { basis, describeShort, logTick, wide } from './numbers';
import { type ChartPlan, type ChartPoint, lookIn, pointsDataset, seriesLook } from './plan';

type Kind = { name: string; of: (c: ConfigurationSummary) => ChartPoint['y'] | null; interval?: boolean };

/** p50 and p95 of requests (with a service level) and of batches against batch size, with the limit as a line. */
export const latencyByBatch = (data: ChartData, theme: Theme) => latencyAlong(data, theme, 'batchSize');

/** The latency that counts against the split of the cores, with the limit as a line. */
export const latencyBySplit = (data: ChartData, theme: Theme) => latencyAlong(data, theme, 'split');

function latencyAlong(data: ChartData, theme: Theme, along: Along): ChartPlan {
  const { source, infeasible, label, latencyLimitMs } = data;
  const arranged = arrange(data, along);
  const grid = gridOf(arranged.titles, arranged.labels, data.isNarrow);
  const kinds = kindsOf(data, arranged, along);
  const series = arranged.series.flatMap((own) =>
    kinds.map(({ name, of, interval }, k) => ({
      panel: own.panel,
      look: kinds.length === 1 ? lookIn(theme, arranged, own.look) : seriesLook(theme, kinds.length * own.look + k),
      name: arranged.series.length === 1 ? name : kinds.length === 1 ? own.name : `${own.name}: ${name}`,
      points: own.members.flatMap((c): ChartPoint[] => {
        const ms = of(c);
        if (ms === null) return [];
        const span =
          interval && c.batchLatencyMs?.p95Interval ? shownEnds({ ...c.batchLatencyMs.p95Interval, n: c.n }) : null;
        const words = [
          `${label(c.id)}: ${name}`,
          ...splitLine(c, data),
          span
            ? t(
                '{0} ms, 95 % interval {1} to {2}',
                describeNumber(ms),
                describeNumber(span.low),
                describeNumber(span.high),
              )
            : `${describeNumber(ms)} ms`,
          ...(infeasible.has(c.id) ? [t('outside your limit')] : []),
          basis(c.n, source),
        ];
        const ends = span ? { low: span.low, high: span.high } : {};
        const x = columnOf(grid, own.panel) + arranged.position(c);
        return [{ x, y: ms, ...ends, id: c.id, words, faded: infeasible.has(c.id) }];
      }),
    })),
  );
  const shown = series.filter((s) => s.points.length > 0);
  const points = shown.flatMap((s) => s.points);
  const values = points.map((p) => p.y);
  const limit = latencyLimitMs === null ? [] : [latencyLimitMs];
  const logarithmic = wide([...values, ...limit]);
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  const several = grid.titles.length > 1;
  const what = kinds.length === 1 ? `${kinds[0]!.name} (ms)` : 'ms';
  return {
    datasets: shown.map(({ panel, look, name, points: own }) => ({
      ...pointsDataset(theme, look, name, own),
      yAxisID: axisOf(grid, panel),
    })),
    options: gridOptions(
      theme,
      grid,
      arranged.axisTitle,
      {
        title: what,
        type: logarithmic ? 'logarithmic' : 'linear',
        beginAtZero: !logarithmic && !several,
        ...(logarithmic ? { tick: logTick } : {}),
        ...(several
          ? sharedRange(points, logarithmic, logarithmic ? limit : [0, ...limit])
          : reaching(values, latencyLimitMs)),
      },
      words,
      data.isNarrow,
    ),
    marks: {
      bands: [],
      panels: panelsOf(grid),
      limits: limit.map((value) => ({
        axis: 'y',
        value,
        label: t('limit p{0}: {1} ms', data.percentile, describeShort(value)),
      })),
      chosen: chosen(data),
    },
    words,
    isWide: isWide(grid),
    height: heightOf(grid),
    summary: missingNote(data, along, values.length),
    table: () => ({
      columns: [
        t('configuration'),
        t('batch p50 ms'),
        t('batch p95 ms'),
        t('batch max ms'),
        t('request p50 ms (modelled)'),
        t('request p95 ms (modelled)'),
        'n',
      ],
      rows: data.analysis.configurations.map((c) => [
        label(c.id),
        c.batchLatencyMs?.p50 ?? null,
        c.batchLatencyMs?.p95 ?? null,
        c.batchLatencyMs?.max ?? null,
        c.requestLatencyMs?.p50 ?? null,
        c.requestLatencyMs?.p95 ?? null,
        c.n,
      ]),
    }),
  };
}

/** The axis shows the limit, too. */
function reaching(values: readonly number[], limit: number | null): { max?: number } {
  return limit === null || values.length === 0 || limit <= Math.max(...values) ? {} : { max: limit * 1.15 };
}

/** All percentiles of few series; of many the one that counts, for which there are enough batches. */
function kindsOf({ latencyLimitMs, measured }: ChartData, { series, titles }: Arranged, along: Along): Kind[] {
  const all: Kind[] = [
    ...(latencyLimitMs === null
      ? []
      : [
          { name: t('modelled request p95'), of: (c: ConfigurationSummary) => c.requestLatencyMs?.p95 ?? null },
          { name: t('modelled request p50'), of: (c: ConfigurationSummary) => c.requestLatencyMs?.p50 ?? null },
        ]),
    { name: t('batch p95'), of: (c) => c.batchLatencyMs?.p95 ?? null, interval: true },
    { name: t('batch p50'), of: (c) => c.batchLatencyMs?.p50 ?? null },
  ];
  if (along === 'batchSize' && titles.length === 1 && series.length <= 3) return all;
  return [all.find(({ of }) => measured.some((c) => of(c) !== null)) ?? all.at(-1)!];
}

function missingNote({ analysis, latencyLimitMs }: ChartData, along: Along, points: number): string {
  const title = along === 'split' ? t('Latency by split of the cores.') : t('Latency by batch size.');
  if (points > 0)
    return latencyLimitMs === null ? title : `${title} ${t('The limit is {0} ms.', describeShort(latencyLimitMs))}`;
  return analysis.configurations.some((c) => c.n > 0)
    ? `${title} ${t('A percentile needs more batches than were measured; the table has the longest.')}`
    : `${title} ${t('Nothing is measured yet.')}`;
}
