import { joulesPer } from '../../../src/core/words/unitOfWork';
import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import { describeNumber } from '../../../src/core/words/units';
import { listed } from '../../../src/core/statistics/wording';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { cloudOf } from './cloud';
import { chosen, type ChartData, splitLine } from './families';
import { basis, describeShort, errorBar, logTick, wide, withInterval } from './numbers';
import { chartOptions, type ChartPlan, type ChartPoint, pointsDataset } from './plan';
import { reachOf } from './reach';

/** Energy against latency: the Pareto front, the limit, and greyed what breaks it. */
export function energyLatency(data: ChartData, theme: Theme): ChartPlan {
  const { source, infeasible, label, latencyLimitMs, analysis } = data;
  const front = new Set(analysis.paretoFront);
  const cloud = cloudOf(data, theme);
  const series = cloud.series.map(({ name, look, members }) => ({
    ...{ name, look },
    points: members.flatMap((c): ChartPoint[] => {
      const [latency, joules] = [batchOrRequestMs(c, data), c.joulesPerUnit];
      if (latency === null || !joules) return [];
      const words = [
        label(c.id),
        ...splitLine(c, data),
        withInterval(joules, joulesPer(data.unit)),
        `${describeNumber(latency)} ms ${latencyName(data)}`,
        ...(front.has(c.id) ? [t('no other is better in all (Pareto front)')] : []),
        ...(infeasible.has(c.id) ? [t('outside your limit')] : []),
        basis(c.n, source),
      ];
      return [{ x: latency, y: joules.mean, ...errorBar(joules), id: c.id, words, faded: infeasible.has(c.id) }];
    }),
  }));
  const points = series.flatMap((s) => s.points);
  const onFront = points.filter((p) => front.has(p.id!)).toSorted((a, b) => a.x - b.x);
  const logarithmic = wide([...points.map((p) => p.x), ...(latencyLimitMs === null ? [] : [latencyLimitMs])]);
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  const most = Math.max(0, ...points.map((p) => p.x));
  return {
    datasets: [
      ...series.map(({ name, look, points: own }) => ({
        ...pointsDataset(theme, look, name, own),
        showLine: false,
      })),
      ...cloud.keys,
      {
        label: t('Pareto front'),
        // Without words: the arrow keys and the pointer pass it by.
        data: onFront.map(({ x, y }) => ({ x, y })),
        stepped: 'before' as const,
        borderColor: theme.foreground,
        backgroundColor: theme.background,
        borderWidth: 1.5,
        borderDash: [4, 3],
        pointStyle: 'line' as const,
        pointRadius: 0,
        pointHoverRadius: 0,
      },
    ],
    options: chartOptions(
      theme,
      {
        title: `${latencyName(data)} (ms)`,
        type: logarithmic ? 'logarithmic' : 'linear',
        ...(logarithmic ? { tick: logTick } : {}),
        ...(latencyLimitMs !== null && latencyLimitMs > most ? { max: latencyLimitMs * 1.1 } : {}),
      },
      { title: joulesPer(data.unit), ...reachOf(points) },
      words,
    ),
    marks: {
      bands: [],
      panels: [],
      limits:
        latencyLimitMs === null
          ? []
          : [{ axis: 'x', value: latencyLimitMs, label: t('limit {0} ms', describeShort(latencyLimitMs)) }],
      chosen: chosen(data),
    },
    words,
    summary:
      onFront.length > 0
        ? t('Energy against latency. Pareto front: {0}.', listed(onFront.map((p) => label(p.id!))))
        : t('Energy against latency. Nothing is measured yet.'),
    table: () => ({
      columns: [
        t('configuration'),
        `${latencyName(data)} (ms)`,
        joulesPer(data.unit),
        t('Pareto front'),
        t('within the limit'),
        'n',
      ],
      rows: analysis.configurations.map((c) => [
        label(c.id),
        batchOrRequestMs(c, data),
        c.joulesPerUnit?.mean ?? null,
        front.has(c.id) ? t('yes') : t('no'),
        feasible(data, c.id),
        c.n,
      ]),
    }),
  };
}

function latencyName({ latencyLimitMs, percentile }: ChartData): string {
  return latencyLimitMs === null ? t('batch latency p50') : t('modelled request latency p{0}', percentile);
}

/** The latency that counts: of requests where there is a limit, else of batches. */
export function batchOrRequestMs(c: ConfigurationSummary, { latencyLimitMs }: ChartData): number | null {
  if (latencyLimitMs !== null) return c.requestLatencyMs?.atPercentile.value ?? c.requestLatencyMs?.max ?? null;
  return c.batchLatencyMs?.p50 ?? c.batchLatencyMs?.max ?? null;
}

function feasible({ analysis }: ChartData, id: string): string {
  const found = analysis.verdict.feasibility.find((f) => f.id === id)?.feasible;
  return found === 'yes' ? t('yes') : found === 'no' ? t('no') : t('open');
}
