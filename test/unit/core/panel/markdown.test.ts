import { describe, expect, test } from 'vitest';
import { toCsv } from '../../../../src/core/panel/csv';
import { verdictMarkdown } from '../../../../src/core/panel/markdown';
import { resultColumns } from '../../../../src/core/panel/resultColumns';
import { analyse } from '../../../../src/core/verdict/advice';
import { sweepRun, widerRun } from '../../../webview/harness/runs';

describe('CSV', () => {
  test('quotes what needs it, leaves unknown numbers empty and defuses formulas', () => {
    const rows = [
      ['a,b', 1.5, null],
      ['say "x"', Number.NaN, '=SUM(A1)'],
      ['two\nlines', -3, '@x'],
    ];
    expect(toCsv({ columns: ['k', 'n', 't'], rows })).toBe(
      'k,n,t\r\n"a,b",1.5,\r\n"say ""x""",,\'=SUM(A1)\r\n"two\nlines",-3,\'@x\r\n',
    );
  });
  test('has a row for every configuration, with its source', () => {
    const run = widerRun();
    const { columns, rows } = resultColumns(analyse(run.results, run.terms).configurations, 'MEASURED powercap');
    expect(rows).toHaveLength(8);
    expect(rows.every((row) => row.length === columns.length && row.at(-1) === 'MEASURED powercap')).toBe(true);
    expect(rows.at(-1)![columns.indexOf('skipped')]).toContain('186 GB');
  });
});

describe('the verdict as Markdown', () => {
  test('has sentence, table, source and boundary', () => {
    const run = sweepRun();
    const text = verdictMarkdown(run.report, analyse(run.results, run.terms), []);
    expect(text).toContain(`**${run.report.verdict.sentence}**`);
    expect(text).toContain('MEASURED powercap · 1 package + 1 dram');
    expect(text).toContain('64 generated scenes (seed 1), 64×64 pixels');
    expect(text.split('\n').filter((line) => line.startsWith('| batch'))).toHaveLength(3);
  });
  test('says what the sliders changed, and lets no name become markup', () => {
    const run = sweepRun();
    run.results = run.results.map((r) => ({ ...r, model: 'a|b<script>' }));
    run.report.run.id = '[x](javascript:1)';
    const text = verdictMarkdown(run.report, analyse(run.results, run.terms), ['limit 5 ms instead of none']);
    expect(text).toContain('- limit 5 ms instead of none');
    expect(text).not.toMatch(/[^\\]<script|[^\\]\[x\]/);
  });
});
