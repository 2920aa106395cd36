import { joulesPer } from '../../../src/core/words/unitOfWork';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { chosen, type ChartData } from './families';
import { basis, withInterval } from './numbers';
import { chartOptions, type ChartPlan, type ChartPoint, pointsDataset } from './plan';
import { reachOf } from './reach';

/** Joules of a unit of work (or J/request, where that decides) against batch size, with 95 % intervals. */
export function energyByBatch(data: ChartData, theme: Theme): ChartPlan {
  const { families, batchSizes, source, infeasible, label } = data;
  const series = families.map(({ name, members }) => ({
    name,
    points: members.flatMap((c): ChartPoint[] => {
      const joules = c.joulesPerUnit;
      if (!joules) return [];
      const words = [label(c.id), withInterval(joules, joulesPer(data.unit))];
      if (c.joulesPerRequest) words.push(withInterval(c.joulesPerRequest, 'J/request'));
      if (infeasible.has(c.id)) words.push(t('outside your limit'));
      words.push(basis(c.n, source));
      return [
        {
          x: batchSizes.indexOf(c.batchSize),
          y: joules.mean,
          low: joules.low,
          high: joules.high,
          id: c.id,
          words,
          faded: infeasible.has(c.id),
        },
      ];
    }),
  }));
  const all = series.flatMap((s) => s.points);
  const lowest = all.toSorted((a, b) => a.y - b.y)[0];
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  return {
    datasets: series.map(({ name, points }, i) => ({
      ...pointsDataset(theme, i, name, points),
    })),
    options: chartOptions(
      theme,
      { title: t('batch size'), type: 'category', labels: batchSizes.map(String) },
      { title: joulesPer(data.unit), ...reachOf(all) },
      words,
    ),
    marks: { bands: [], limits: [], chosen: chosen(data) },
    words,
    summary: lowest
      ? t(
          'Energy per {0} by batch size. Lowest: {1}, {2} J/{0}.',
          data.unit,
          label(lowest.id!),
          describeNumber(lowest.y),
        )
      : t('Energy per {0} by batch size. Nothing is measured yet.', data.unit),
    table: () => ({
      columns: [t('configuration'), joulesPer(data.unit), t('low'), t('high'), 'J/request', t('low'), t('high'), 'n'],
      rows: data.analysis.configurations.map((c) => [
        label(c.id),
        c.joulesPerUnit?.mean ?? null,
        c.joulesPerUnit?.low ?? null,
        c.joulesPerUnit?.high ?? null,
        c.joulesPerRequest?.mean ?? null,
        c.joulesPerRequest?.low ?? null,
        c.joulesPerRequest?.high ?? null,
        c.n,
      ]),
    }),
  };
}
