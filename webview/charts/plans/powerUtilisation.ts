import { plural } from '../../../src/core/words/unitOfWork';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { cloudOf } from './cloud';
import { chosen, type ChartData, splitLine } from './families';
import { basis, errorBar, withInterval } from './numbers';
import { chartOptions, type ChartPlan, type ChartPoint, pointsDataset, seriesLook } from './plan';

/**
 * Power against utilisation with the machine at rest: energy proportionality (Barroso & Hölzle 2007). The dashed line is
 * a machine whose power is proportional to its load; the idle point shows how far this one is from it.
 */
export function powerUtilisation(data: ChartData, theme: Theme): ChartPlan {
  const { source, infeasible, label, idleWatts, analysis } = data;
  const cloud = cloudOf(data, theme);
  const series = cloud.series.map(({ name, look, members }) => ({
    ...{ name, look },
    points: members.flatMap((c): ChartPoint[] => {
      if (c.averageWatts === null || c.utilisation === null) return [];
      const watts = c.intervals?.averageWatts ?? { mean: c.averageWatts, low: null, high: null, n: c.n };
      const words = [
        label(c.id),
        ...splitLine(c, data),
        withInterval(watts, 'W'),
        t('{0} % of the CPU time in use', describeNumber(c.utilisation * 100)),
        basis(c.n, source),
      ];
      const x = c.utilisation * 100;
      return [{ x, y: c.averageWatts, ...errorBar(watts), id: c.id, words, faded: infeasible.has(c.id) }];
    }),
  }));
  const highest = series.flatMap((s) => s.points).toSorted((a, b) => b.x - a.x)[0];
  const idle: ChartPoint[] =
    idleWatts === null ? [] : [{ x: 0, y: idleWatts, words: [t('at rest'), `${describeNumber(idleWatts)} W`, source] }];
  const words: ChartPlan['words'] = (p) => p.words ?? [];
  return {
    datasets: [
      ...series.map(({ name, look, points }) => ({
        ...pointsDataset(theme, look, name, points),
        showLine: false,
      })),
      ...cloud.keys,
      ...(idle.length > 0
        ? [
            {
              ...pointsDataset(theme, seriesLook(theme, 3), t('at rest'), idle),
              showLine: false,
              clip: false as const,
            },
          ]
        : []),
      {
        label: t('proportional to load'),
        data: highest
          ? [
              { x: 0, y: 0 },
              { x: highest.x, y: highest.y },
            ]
          : [],
        borderColor: theme.foreground,
        backgroundColor: theme.background,
        borderWidth: 1,
        borderDash: [4, 3],
        pointStyle: 'line' as const,
        pointRadius: 0,
        pointHoverRadius: 0,
      },
    ],
    options: chartOptions(
      theme,
      { title: t('CPU time in use (%)'), min: 0, max: 105 },
      { title: 'W', beginAtZero: true },
      words,
    ),
    marks: { bands: [], panels: [], limits: [], chosen: chosen(data) },
    words,
    summary:
      highest && idleWatts !== null
        ? t(
            'Power against utilisation. At rest the machine draws {0} W, {1} % of the {2} W at its highest load.',
            describeNumber(idleWatts),
            describeNumber((100 * idleWatts) / highest.y, 2),
            describeNumber(highest.y),
          )
        : t('Power against utilisation.'),
    table: () => ({
      columns: [t('configuration'), 'W', t('CPU %'), `${plural(data.unit)}/s`, 'n'],
      rows: [
        ...(idleWatts === null ? [] : [[t('at rest'), idleWatts, null, null, null]]),
        ...analysis.configurations.map((c) => [
          label(c.id),
          c.averageWatts,
          c.utilisation === null ? null : c.utilisation * 100,
          c.unitsPerSecond,
          c.n,
        ]),
      ],
    }),
  };
}
