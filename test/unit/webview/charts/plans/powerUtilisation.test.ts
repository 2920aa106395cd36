import { expect, it } from 'vitest';
import { proportionalityFigure } from '../../../../../src/core/analysis/proportionality/proportionalityFigure';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import { chartData } from '../../../../../webview/charts/plans/families';
import { powerUtilisation } from '../../../../../webview/charts/plans/powerUtilisation';
import type { Theme } from '../../../../../webview/look/theme';
import { runOfRows } from '../../../../support/paperRuns';

const theme = {
  ...{ series: ['#111', '#222', '#333', '#444', '#555', '#666'], fontFamily: 'sans-serif', fontSize: 13 },
  ...{ background: '#000', foreground: '#fff', faint: '#888', lines: '#444' },
} as Theme;

it('shows and says the numbers of the figure of energy proportionality', () => {
  const run = runOfRows(
    [
      { batchSize: 1, joules: 4, ms: 10, watts: 100, utilisation: 0.5 },
      { batchSize: 8, joules: 3, ms: 10, watts: 160, utilisation: 1 },
    ],
    { idleWatts: 60 },
  );
  const judged = judgeRun(run.results, run.terms);
  const rest = { latencyLimitMs: null, arrivalRate: null, percentile: 95, idleWatts: 60, leastAccuracy: null };
  const data = chartData(judged, { ...rest, source: 'MEASURED', accuracies: [], isNarrow: false });
  const plan = powerUtilisation(data, theme);
  const figure = proportionalityFigure(run);
  const places = (points: readonly { x: number; y: number }[]) => points.map(({ x, y }) => [x, y]);
  const chart = plan.datasets.map(({ data }) => data as { x: number; y: number }[]);
  for (const { points } of figure.layers) {
    for (const place of places(points)) expect(chart.flatMap(places)).toContainEqual(place);
  }
  // "At rest the machine draws 60.0 W, 38 % of the 160 W …": the same words on both.
  expect(plan.summary).toContain('60.0 W, 38 % of the 160 W');
  expect(figure.sentence).toContain('60.0 W, 38 % of the 160 W');
});
