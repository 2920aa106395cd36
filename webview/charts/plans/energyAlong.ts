import type { Interval } from '../../../src/core/statistics/interval';
import { joulesPer } from '../../../src/core/words/unitOfWork';
import { describeNumber } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { type Along, arrange, type ChartData, chosen, splitLine } from './families';
import { axisOf, columnOf, gridOf, gridOptions, heightOf, isWide, panelsOf, sharedRange } from './grid';
import { basis, errorBar, withInterval } from './numbers';
import { type ChartPlan, type ChartPoint, lookIn, pointsDataset } from './plan';
import { reachOf } from './reach';

/** Joules of a unit of work against batch size, with 95 % intervals. */
export const energyByBatch = (data: ChartData, theme: Theme) => energyAlong(data, theme, 'batchSize');

/** What decides, joules of a unit of work or of a request, against the split of the cores. */
export const energyBySplit = (data: ChartData, theme: Theme) => energyAlong(data, theme, 'split');

/** Of a simulated queue. */
const modelledUnit = () => t('J/request (modelled)');

function energyAlong(data: ChartData, theme: Theme, along: Along): ChartPlan {
  const { source, infeasible, label } = data;
  const arranged = arrange(data, along);
  const perRequest = along === 'split' && data.analysis.verdict.energy === 'joulesPerRequest';
  const unit = perRequest ? modelledUnit() : joulesPer(data.unit);
  const grid = gridOf(arranged.titles, arranged.labels, data.isNarrow);
  const series = arranged.series.map(({ panel, name, look, members }) => ({
    ...{ panel, name, look },
    points: members.flatMap((c): ChartPoint[] => {
      const joules = perRequest ? c.joulesPerRequest : c.joulesPerUnit;
      if (!joules) return [];
      const words = [label(c.id), ...splitLine(c, data), withInterval(joules, unit)];
      if (perRequest && c.joulesPerUnit) words.push(withInterval(c.joulesPerUnit, joulesPer(data.unit)));
      if (!perRequest && c.joulesPerRequest) words.push(withInterval(c.joulesPerRequest, modelledUnit()));
      if (infeasible.has(c.id)) words.push(t('outside your limit'));
      words.push(basis(c.n, source));
      return [
        {
          x: columnOf(grid, panel) + arranged.position(c),
          y: joules.mean,
          ...errorBar(joules),
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
  const range = grid.titles.length > 1 ? sharedRange(all) : reachOf(all);
  return {
    datasets: series.map(({ panel, name, look, points }) => ({
      ...pointsDataset(theme, lookIn(theme, arranged, look), name, points),
      yAxisID: axisOf(grid, panel),
    })),
    options: gridOptions(theme, grid, arranged.axisTitle, { title: unit, ...range }, words, data.isNarrow),
    marks: { bands: [], panels: panelsOf(grid), limits: [], chosen: chosen(data) },
    words,
    isWide: isWide(grid),
    height: heightOf(grid),
    summary: summaryOf(data, along, unit, lowest),
    table: () => ({
      columns: [
        t('configuration'),
        joulesPer(data.unit),
        t('low'),
        t('high'),
        modelledUnit(),
        t('low'),
        t('high'),
        'n',
      ],
      rows: data.analysis.configurations.map((c) => [
        label(c.id),
        ...cellsOf(c.joulesPerUnit),
        ...cellsOf(c.joulesPerRequest),
        c.n,
      ]),
    }),
  };
}

/** Mean, low and high. */
function cellsOf(value: Interval | null): (number | null)[] {
  const { low = null, high = null } = value ? errorBar(value) : {};
  return [value?.mean ?? null, low, high];
}

function summaryOf({ unit, label }: ChartData, along: Along, joules: string, lowest: ChartPoint | undefined): string {
  if (along === 'split') {
    return lowest
      ? t('Energy by split of the cores. Lowest: {0}, {1} {2}.', label(lowest.id!), describeNumber(lowest.y), joules)
      : t('Energy by split of the cores. Nothing is measured yet.');
  }
  return lowest
    ? t('Energy per {0} by batch size. Lowest: {1}, {2} J/{0}.', unit, label(lowest.id!), describeNumber(lowest.y))
    : t('Energy per {0} by batch size. Nothing is measured yet.', unit);
}
