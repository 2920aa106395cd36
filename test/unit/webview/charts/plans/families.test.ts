import { describe, expect, it } from 'vitest';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { type Along, arrange, chartData, splitLine } from '../../../../../webview/charts/plans/families';
import { describeNumber } from '../../../../../src/core/words/units';
import { energyBySplit } from '../../../../../webview/charts/plans/energyAlong';
import type { Theme } from '../../../../../webview/look/theme';
import { splitRun } from '../../../../webview/harness/runs';

const theme = {
  ...{ series: ['#111', '#222', '#333', '#444', '#555', '#666'], fontFamily: 'sans-serif', fontSize: 13 },
  ...{ background: '#000', foreground: '#fff', faint: '#888', lines: '#444' },
} as Theme;

const dataOf = (options: Parameters<typeof splitRun>[0] = {}) => {
  const { results, terms } = splitRun(options);
  const rest = { latencyLimitMs: null, arrivalRate: null, percentile: 95, idleWatts: 62, leastAccuracy: null };
  return chartData(judge(results, terms), { ...rest, source: 'MEASURED', accuracies: [], isNarrow: false });
};
const shown = (along: Along, options: Parameters<typeof splitRun>[0] = {}) => {
  const { titles, series, labels, axisTitle, isOrdered } = arrange(dataOf(options), along);
  return { titles, names: series.map(({ panel, name }) => [panel, name]), labels, axisTitle, isOrdered };
};

describe('the arrangement of a chart', () => {
  it('is a small plot for each split along batch sizes, with a series for each setting of spinning', () => {
    const { titles, names, labels } = shown('batchSize', { splits: [1, 4, 16] });
    expect(titles).toEqual(['1 × 16 threads', '4 × 4 threads', '16 × 1 thread']);
    expect(names).toEqual([0, 1, 2].flatMap((panel) => ['spinning', 'not spinning'].map((name) => [panel, name])));
    expect(labels).toEqual(['1', '4']);
  });

  it('is a small plot for each setting of spinning along splits, with a series for each batch size', () => {
    const { titles, names, labels, axisTitle, isOrdered } = shown('split', { splits: [16, 1, 4] });
    expect(titles).toEqual(['spinning', 'not spinning']);
    expect(names.slice(0, 2)).toEqual([
      [0, 'batch 1'],
      [0, 'batch 4'],
    ]);
    expect(labels).toEqual(['1 × 16', '4 × 4', '16 × 1']);
    expect([axisTitle, isOrdered]).toEqual(['processes × threads of each', true]);
  });

  it('is one plot where it has up to three series', () => {
    expect(shown('batchSize', { splits: [1, 4, 16], spinnings: [true] })).toMatchObject({
      titles: [''],
      names: [
        [0, '1 × 16 threads'],
        [0, '4 × 4 threads'],
        [0, '16 × 1 thread'],
      ],
    });
    expect(shown('split', { batchSizes: [1] })).toMatchObject({ titles: [''], isOrdered: false });
    expect(shown('split', { spinnings: [true], batchSizes: [1, 2, 4, 8] })).toMatchObject({
      titles: [''],
      isOrdered: true,
    });
  });

  it('holds each configuration once, in its place, whatever varies', () => {
    for (const along of ['batchSize', 'split'] as const) {
      for (const splits of [[1], [1, 16], [1, 2, 4, 8, 16]]) {
        for (const batchSizes of [[1], [1, 2, 8, 32]]) {
          for (const spinnings of [[true], [true, false]]) {
            const data = dataOf({ splits, batchSizes, spinnings });
            const { series, titles, labels, position, looks } = arrange(data, along);
            const all = series.flatMap((s) => s.members.map((c) => [s.panel, s.name, position(c), c.id] as const));
            expect(all.map(([, , , id]) => id).sort()).toEqual(data.measured.map((c) => c.id).sort());
            expect(new Set(all.map(([panel, name, x]) => `${panel} ${name} ${x}`)).size).toBe(all.length);
            for (const [panel, , x] of all) {
              expect(titles[panel]).toBeDefined();
              expect(labels[x]).toBeDefined();
            }
            for (const { look } of series) expect(look >= 0 && look < looks).toBe(true);
          }
        }
      }
    }
  });

  it('counts energy along splits as the verdict does', () => {
    const { results, terms } = splitRun();
    const rest = {
      arrivalRate: 20,
      percentile: 95,
      idleWatts: 62,
      leastAccuracy: null,
      accuracies: [],
      isNarrow: false,
    };
    const sla = { requestLatencyMs: 200, percentile: 95, arrivalRate: 20 };
    for (const [given, unit, key] of [
      [undefined, 'J/image', 'joulesPerUnit'],
      [sla, 'J/request (modelled)', 'joulesPerRequest'],
    ] as const) {
      const analysis = judge(results, { ...terms, sla: given });
      const data = chartData(analysis, {
        ...rest,
        latencyLimitMs: given?.requestLatencyMs ?? null,
        source: 'MEASURED',
      });
      const plan = energyBySplit(data, theme);
      expect(plan.options.scales).toMatchObject({ y: { title: { text: unit } } });
      expect(plan.summary).toContain(unit);
      for (const p of plan.datasets.flatMap((d) => d.data)) {
        expect(p.y).toBe(analysis.configurations.find((c) => c.id === p.id)![key]!.mean);
        expect(p.words!.join(' ')).toContain(`${describeNumber(p.y)} ${unit}`);
      }
      expect(plan.datasets.flatMap((d) => d.data).length).toBe(20);
    }
  });

  it('says a split in full where there are several', () => {
    const data = dataOf();
    expect(data.splits.map((c) => splitLine(c, data))).toEqual([
      ['1 process of 16 threads'],
      ['2 processes of 8 threads each'],
      ['4 processes of 4 threads each'],
      ['8 processes of 2 threads each'],
      ['16 processes of 1 thread each'],
    ]);
    const one = dataOf({ splits: [4] });
    expect(splitLine(one.splits[0]!, one)).toEqual([]);
  });
});
