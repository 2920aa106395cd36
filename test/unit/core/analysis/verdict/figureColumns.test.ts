import { describe, expect, it } from 'vitest';
import { figureColumns } from '../../../../../src/core/analysis/verdict/figureColumns';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { describeChange, describeChangeRange } from '../../../../../src/core/statistics/wording';
import { sweepRun, widerRun } from '../../../../webview/harness/runs';

const columnsOf = ({ results, terms }: ReturnType<typeof widerRun>, surface: 'table' | 'panel' | 'markdown') => {
  const analysis = judge(results, terms);
  return { analysis, columns: figureColumns(surface, { ...analysis, measured: !terms.estimated }) };
};

describe('the difference to what runs today', () => {
  it('is by what the verdict counts energy by, stands behind it, and says so', () => {
    const { analysis, columns } = columnsOf(widerRun(), 'table');
    expect(analysis.verdict).toMatchObject({ winner: 'yolov7-tiny b8', inUse: 'yolov7-tiny b32' });
    expect(analysis.verdict.saving?.energy).toBe('joulesPerRequest');
    const heads = columns.map((c) => c.head);
    expect(heads.filter((head) => head.includes('today'))).toEqual(['J/request vs today (modelled)']);
    const at = heads.indexOf('J/request vs today (modelled)');
    expect(heads[at - 1]).toBe('J/request (modelled)');
    const cell = (id: string) => columns[at]!.cell(analysis.configurations.find((c) => c.id === id)!);
    const saving = analysis.verdict.saving!;
    const change = describeChange(-saving.percent);
    const range = describeChangeRange(-saving.high!, -saving.low!).replace(' %', '');
    expect(cell('yolov7-tiny b8')).toBe(`${change} (${range})`);
    expect(range).toMatch(/^−[\d.]+ to −[\d.]+$/);
    expect(columns[at]!.short!(analysis.configurations.find((c) => c.id === 'yolov7-tiny b8')!)).toBe(change);
    expect(cell('yolov7-tiny b32')).toBe('0.0 %');
    expect(cell('yolov7-tiny b1024')).toBeNull();
  });

  it('is per image where what runs today has no joules per request', () => {
    const run = widerRun();
    // More arrivals than batch 1 answers, but fewer than the others do.
    run.terms = { ...run.terms, sla: { ...run.terms.sla!, arrivalRate: 40 }, current: { batchSize: 1 } };
    const { analysis, columns } = columnsOf(run, 'panel');
    expect(analysis.verdict.energy).toBe('joulesPerRequest');
    expect(analysis.verdict.againstInUse?.energy).toBe('joulesPerUnit');
    expect(columns.slice(0, 2).map((c) => c.head)).toEqual(['J/image', 'against today']);
    const winner = analysis.configurations.find((c) => c.id === analysis.verdict.winner)!;
    expect(columns[1]!.short!(winner)).toBe(describeChange(-analysis.verdict.saving!.percent));
  });

  it('has no range of fewer trials than a verdict rests on, of either of the two', () => {
    const run = widerRun();
    run.results = run.results.map((r) => (r.id === 'yolov7-tiny b32' ? { ...r, trials: r.trials.slice(0, 4) } : r));
    const { analysis, columns } = columnsOf(run, 'panel');
    const today = columns.find((c) => c.head.includes('today'))!;
    const shown = analysis.configurations.map((c) => today.cell(c)).filter((text) => text !== null);
    expect(shown.length).toBeGreaterThan(1);
    expect(Object.values(analysis.verdict.againstInUse!.intervals).some((interval) => interval !== null)).toBe(true);
    for (const text of shown) expect(text).toMatch(/^[+−]?[\d.]+ %$/);
  });

  it('is left out where it is not known what runs today', () => {
    const run = widerRun();
    run.results = run.results.flatMap((r) => [r, { ...r, id: `${r.id} t2`, threads: 2 }]);
    const { analysis, columns } = columnsOf(run, 'table');
    expect(analysis.verdict.mayBeInUse).toHaveLength(2);
    expect(columns.some((c) => c.head.includes('today'))).toBe(false);
  });
});

describe('columns of metrics', () => {
  it('are left out where nothing is known of an optional one, and say what is estimated', () => {
    const { columns } = columnsOf(sweepRun(false), 'markdown');
    const heads = columns.map((c) => c.head);
    expect(heads).toContain('J/image (estimated)');
    expect(heads.join()).not.toMatch(/request|AP/);
    expect(columnsOf(widerRun(), 'markdown').columns.map((c) => c.head)).toContain('request p95 ms (modelled)');
  });
});
