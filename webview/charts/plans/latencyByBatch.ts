import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { chosen, type ChartData } from './families';
import { basis, describeShort, logTick, wide } from './numbers';
import { chartOptions, type ChartPlan, type ChartPoint, pointsDataset } from './plan';

type Kind = { name: string; of: (c: ConfigurationSummary) => ChartPoint['y'] | null; interval?: boolean };

/** p50 and p95 of requests (with a service level) and of batches against batch size, with the limit as a line. */
export function latencyByBatch(data: ChartData, theme: Theme): ChartPlan {
  const { families, batchSizes, source, infeasible, label, latencyLimitMs } = data;
  const kinds: Kind[] = [
    ...(latencyLimitMs === null
      ? []
      : [
          { name: t('request p95'), of: (c: ConfigurationSummary) => c.requestLatencyMs?.p95 ?? null },
          { name: t('request p50'), of: (c: ConfigurationSummary) => c.requestLatencyMs?.p50 ?? null },
        ]),
    { name: t('batch p95'), of: (c) => c.batchLatencyMs?.p95 ?? null, interval: true },
    { name: t('batch p50'), of: (c) => c.batchLatencyMs?.p50 ?? null },
  ];
  const series = families.flatMap((family) =>
    kinds.map(({ name, of, interval }) => ({
      name: families.length > 1 ? `${family.name}: ${name}` : name,
      points: family.members.flatMap((c): ChartPoint[] => {
        const ms = of(c);
        if (ms === null) return [];
        const span = interval ? c.batchLatencyMs?.p95Interval : null;
        const words = [
          `${label(c.id)}: ${name}`,
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
        return [{ x: batchSizes.indexOf(c.batchSize), y: ms, ...ends, id: c.id, words, faded: infeasible.has(c.id) }];
      }),
    })),
  );
  const shown = series.filter((s) => s.points.length > 0);
  const values = shown.flatMap((s) => s.points.map((p) => p.y));
  const logarithmic = wide([...values, ...(latencyLimitMs === null ? [] : [latencyLimitMs])]);
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  const limits: ChartPlan['marks']['limits'] =
    latencyLimitMs === null
      ? []
      : [
          {
            axis: 'y',
            value: latencyLimitMs,
            label: t('limit p{0}: {1} ms', data.percentile, describeShort(latencyLimitMs)),
          },
        ];
  return {
    datasets: shown.map(({ name, points }, i) => ({
      ...pointsDataset(theme, i, name, points),
    })),
    options: chartOptions(
      theme,
      { title: t('batch size'), type: 'category', labels: batchSizes.map(String) },
      {
        title: 'ms',
        type: logarithmic ? 'logarithmic' : 'linear',
        beginAtZero: !logarithmic,
        ...(logarithmic ? { tick: logTick } : {}),
        ...reaching(values, latencyLimitMs),
      },
      words,
    ),
    marks: { bands: [], limits, chosen: chosen(data) },
    words,
    summary: missingNote(data, values.length),
    table: () => ({
      columns: [
        t('configuration'),
        t('batch p50 ms'),
        t('batch p95 ms'),
        t('batch max ms'),
        t('request p50 ms'),
        t('request p95 ms'),
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

function missingNote({ analysis, latencyLimitMs }: ChartData, points: number): string {
  const title = t('Latency by batch size.');
  if (points > 0)
    return latencyLimitMs === null ? title : `${title} ${t('The limit is {0} ms.', describeShort(latencyLimitMs))}`;
  return analysis.configurations.some((c) => c.n > 0)
    ? `${title} ${t('A percentile needs more batches than were measured; the table has the longest.')}`
    : `${title} ${t('Nothing is measured yet.')}`;
}
