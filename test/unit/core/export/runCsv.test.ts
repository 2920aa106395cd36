import { describe, expect, it } from 'vitest';
import { configurationsCsv, trialsCsv } from '../../../../src/core/export/runCsv';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { pacedSweep, sweep } from '../../../support/runEvents';

const none = () => [];
const runOf = (measured = true) => foldRun(sweep(measured));
const reportFor = (measured = true) => reportOf(runOf(measured), none, { folder: '/runs/x', status: 'complete' });

/** Cells of CSV text, after RFC 4180. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && bare === '') break;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '\r\n') rows.push([]);
  }
  rows.pop();
  return rows;
}

describe('a run as CSV', () => {
  it('has one row for each configuration, with units in the header', async () => {
    const text = configurationsCsv(reportFor());
    await expect(text).toMatchFileSnapshot('../../../golden/configurations.csv');
    const [head, ...rows] = cellsOf(text);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toHaveLength(head!.length);
    const value = (row: string[], name: string) => row[head!.indexOf(name)];
    const report = reportFor();
    for (const [i, row] of rows.entries()) {
      expect(Number(value(row, 'energy (J/image)'))).toBe(report.configurations[i]!.joulesPerUnit!.mean);
      expect(value(row, 'energy source')).toBe('measured powercap');
      expect(value(row, 'accuracy (mAP@.5:.95)')).toBe('');
    }
  });

  it('names the way by which a source was read, as the label does', () => {
    const report = reportFor();
    const parts = report.source!.parts.map((part) => ({ ...part, source: 'perf', way: 'program' }));
    expect(configurationsCsv({ ...report, source: { ...report.source!, parts } })).toContain(',measured perf program,');
  });

  it('has one row for each trial', async () => {
    const text = trialsCsv(reportFor(), configurationResults(runOf(), none));
    await expect(text).toMatchFileSnapshot('../../../golden/trials.csv');
    expect(cellsOf(text)).toHaveLength(1 + 15);
  });

  it('has the trials of replayed requests behind the others, and what they measured beside what is modelled', () => {
    const run = foldRun(pacedSweep());
    const report = reportOf(run, none, { folder: '/runs/test', status: 'complete' });
    const [head, ...rows] = cellsOf(trialsCsv(report, configurationResults(run, none)));
    const at = (name: string) => head!.indexOf(name);
    const replayed = rows.filter((row) => row[at('paced block')] !== '');
    expect([rows.length, replayed.length]).toEqual([25, 10]);
    for (const row of replayed) {
      expect(row[at('energy (J/image)')]).toBe('');
      expect(Number(row[at('measured energy per request (J/request)')])).toBeGreaterThan(29);
      expect(row[at('requests')]).toBe('120');
      expect(Number(row[at('measured request latency p99 (ms)')])).toBeGreaterThan(900);
    }
    const [names, ...all] = cellsOf(configurationsCsv(report));
    const of = (name: string) => all.map((row) => row[names!.indexOf(name)]);
    expect(of('energy and latency per request are')).toEqual(['modelled', 'modelled', 'modelled']);
    expect(of('paced blocks')).toEqual(['5', '', '5']);
  });

  it('quotes what would break a row', () => {
    const report = reportFor(false);
    const model = 'a "b",\r\nc.onnx';
    report.configurations[0]!.model = model;
    const text = configurationsCsv(report);
    expect(text).toContain('"a ""b"",\r\nc.onnx"');
    const [head, row] = cellsOf(text);
    expect(row![head!.indexOf('model')]).toBe(model);
    expect(row![head!.indexOf('energy source')]).toBe('estimated');
    expect(text.replace(/"[^"]*"/g, '').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('lets no name become a formula, in either table', () => {
    const report = reportFor();
    const results = configurationResults(runOf(), none);
    report.run.id = '=cmd|calc!A1';
    report.configurations[0]!.model = results[0]!.model = '@SUM(A1)';
    for (const text of [configurationsCsv(report), trialsCsv(report, results)]) {
      expect(text).toContain("'@SUM(A1)");
      expect(
        cellsOf(text)
          .flat()
          .filter((cell) => /^[=+@]/.test(cell)),
      ).toEqual([]);
    }
  });
});
