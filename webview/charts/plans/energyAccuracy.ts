import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import { describeShares } from '../../../src/core/statistics/wording';
import { joulesPer } from '../../../src/core/words/unitOfWork';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { chosen, type ChartData } from './families';
import { batchOrRequestMs } from './energyLatency';
import { basis, errorBar, withInterval } from './numbers';
import { chartOptions, type ChartPlan, type ChartPoint, pointsDataset, seriesLook } from './plan';
import { reachOf } from './reach';

/** Energy against accuracy; the area of a point is its latency. All batch sizes of a model share its accuracy. */
export function energyAccuracy(data: ChartData, theme: Theme): ChartPlan {
  const { families, source, infeasible, label, leastAccuracy, analysis } = data;
  const latencies = families.flatMap((f) => f.members.map((c) => batchOrRequestMs(c, data) ?? 0));
  const slowest = Math.max(...latencies, Number.MIN_VALUE);
  const series = families.map(({ name, members }) => {
    const shown = members.filter((c) => c.accuracy !== null && c.joulesPerUnit !== null);
    const points = shown.map((c): ChartPoint => {
      const latency = batchOrRequestMs(c, data);
      const words = [
        label(c.id),
        withInterval(c.joulesPerUnit!, joulesPer(data.unit)),
        t('AP {0} (COCO, IoU .5 to .95)', describeNumber(c.accuracy!)),
        ...otherImages(c),
        ...(latency === null ? [] : [`${describeNumber(latency)} ms`]),
        ...(infeasible.has(c.id) ? [t('outside your limit')] : []),
        basis(c.n, source),
      ];
      return {
        x: c.accuracy!,
        y: c.joulesPerUnit!.mean,
        ...errorBar(c.joulesPerUnit!),
        id: c.id,
        words,
        faded: infeasible.has(c.id),
      };
    });
    const radii = shown.map((c) => 4 + 14 * Math.sqrt((batchOrRequestMs(c, data) ?? 0) / slowest));
    return { name, points, radii };
  });
  const points = series.flatMap((s) => s.points);
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  return {
    datasets: series.map(({ name, points: own, radii }, i) => ({
      ...pointsDataset(theme, seriesLook(theme, i), name, own),
      showLine: false,
      // Hollow, so that small ones are seen inside large ones.
      pointBackgroundColor: 'transparent',
      pointRadius: radii,
      pointHoverRadius: radii.map((r) => r + 2),
    })),
    options: chartOptions(
      theme,
      {
        title: t('COCO AP (IoU .5 to .95)'),
        ...aroundAccuracies(
          points.map((p) => p.x),
          leastAccuracy,
        ),
      },
      { title: joulesPer(data.unit), ...reachOf(points) },
      words,
    ),
    marks: {
      bands: [],
      panels: [],
      limits:
        leastAccuracy === null
          ? []
          : [{ axis: 'x', value: leastAccuracy, label: t('at least {0}', describeNumber(leastAccuracy)) }],
      chosen: chosen(data),
    },
    words,
    summary:
      points.length > 0
        ? t('Energy against accuracy of {0} configurations; larger points are slower.', points.length)
        : t('Energy against accuracy. No accuracy is known.'),
    table: () => ({
      columns: [t('configuration'), 'AP', joulesPer(data.unit), t('latency ms'), 'n'],
      rows: analysis.configurations.map((c) => [
        label(c.id),
        c.accuracy,
        c.joulesPerUnit?.mean ?? null,
        batchOrRequestMs(c, data),
        c.n,
      ]),
    }),
  };
}

function otherImages({ accuracy, accuracyInterval }: ConfigurationSummary): string[] {
  const { low = null, high = null } = accuracyInterval ?? {};
  return accuracy === null || low === null || high === null
    ? []
    : [t('AP with other images: {0}', describeShares(accuracy, { low, high }))];
}

/** A little room on both sides; the axis of one accuracy alone would have no length. */
function aroundAccuracies(values: readonly number[], least: number | null): { min: number; max: number } {
  const all = [...values, ...(least === null ? [] : [least])];
  if (all.length === 0) return { min: 0, max: 1 };
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(0.02, (high - low) * 0.15);
  const outward = (value: number) => Math.round(value * 100) / 100;
  return { min: Math.max(0, outward(low - room)), max: Math.min(1, outward(high + room)) };
}
