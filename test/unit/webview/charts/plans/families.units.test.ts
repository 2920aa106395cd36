import { describe, expect, it } from 'vitest';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { energyAccuracy } from '../../../../../webview/charts/plans/energyAccuracy';
import { energyByBatch, energyBySplit } from '../../../../../webview/charts/plans/energyAlong';
import { energyLatency } from '../../../../../webview/charts/plans/energyLatency';
import { chartData } from '../../../../../webview/charts/plans/families';
import { latencyByBatch, latencyBySplit } from '../../../../../webview/charts/plans/latencyAlong';
import type { ChartPlan } from '../../../../../webview/charts/plans/plan';
import { powerUtilisation } from '../../../../../webview/charts/plans/powerUtilisation';
import type { Theme } from '../../../../../webview/look/theme';
import { phaseTable } from '../../../../../webview/parts/phaseTable';
import { verdictTable } from '../../../../../src/core/analysis/verdict/verdictTable';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const theme: Theme = {
  ...{
    background: '#000',
    foreground: '#fff',
    faint: '#888',
    lines: '#444',
    focus: '#0af',
    limit: '#f00',
    chosen: '#0f0',
  },
  ...{ series: ['#111', '#222', '#333', '#444', '#555', '#666'], fontFamily: 'sans-serif', fontSize: 13 },
  ...{ highContrast: false, reducedMotion: false },
};

const plans = {
  energyByBatch,
  energyBySplit,
  latencyBySplit,
  energyLatency,
  energyAccuracy,
  latencyByBatch,
  powerUtilisation,
};

/** Everything that a plan says in words: titles of axes, of points, its summary and its table. */
function saidBy(plan: ChartPlan): string {
  const words = plan.datasets.flatMap((dataset, i) => dataset.data.flatMap((point) => plan.words(point, i)));
  const labels = plan.datasets.map(({ label }) => label);
  return JSON.stringify([plan.options.scales, plan.summary, plan.table(), words, labels]);
}

function dataOf(unit: string) {
  const phase = { phase: 'decode', joulesPerUnit: 1, msPerUnit: 2 };
  const results = [1, 2, 4].map((batchSize) => {
    const joules = [10, 10.1, 9.9].map((j) => j / batchSize);
    const trials = joules.map((j, i) => trialOf(i + 1, j, { idleWatts: 10, phases: [phase] }));
    return emptyResult(batchSize, { accuracy: 0.5, trials });
  });
  const analysis = judge(results, { ...termsOf(), unit });
  const rest = {
    latencyLimitMs: null,
    arrivalRate: null,
    percentile: 95,
    idleWatts: 10,
    leastAccuracy: null,
    isNarrow: false,
  };
  return chartData(analysis, { ...rest, source: 'MEASURED', accuracies: [] });
}

describe('a plan of a chart, without a page to draw it on', () => {
  it.each(Object.entries(plans))('%s says the unit of work, and no other', (name, plan) => {
    const text = saidBy(plan(dataOf('token'), theme));
    expect(text).not.toMatch(/image/i);
    if (!name.startsWith('latency')) expect(text).toMatch(/J\/token|tokens\/s/);
    if (!name.startsWith('latency')) expect(saidBy(plan(dataOf('image'), theme))).toMatch(/J\/image|images\/s/);
  });

  it('neither do the tables beside it', () => {
    const { analysis } = dataOf('token');
    const tables = JSON.stringify([verdictTable(analysis), phaseTable(analysis, true)]);
    expect(tables).toMatch(/net J\/token.*tokens\/s.*ms\/token/);
    expect(tables).not.toMatch(/image/i);
  });
});
