import { expect, it } from 'vitest';
import type { SourceRecord } from '../../../../src/core/energy/source';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { resultText } from '../../../../src/cli/text/resultText';
import { styleFor } from '../../../../src/cli/text/style';
import { compactReport } from '../../../../src/extension/commands/compactReport';
import { estimatedSource, source, sweep } from '../../../support/runEvents';

const reportWith = (opened: SourceRecord) => {
  const events = sweep().map((e) => (e.type === 'source.opened' ? { ...e, source: opened } : e));
  return reportOf(foldRun(events), () => [], { folder: '/run', status: 'complete' });
};
const [packages, dram] = source.parts;

it.each<[string, SourceRecord, string]>([
  ['all domains', source, 'gross energy of package-0 + dram-0'],
  ['packages alone', { ...source, parts: [packages!, { ...dram!, added: false }] }, 'gross energy of package-0'],
  ['an estimate', estimatedSource, 'gross energy of all packages, from CPU utilisation'],
])('tells a language model of %s what the terminal tells', (_, opened, words) => {
  const report = reportWith(opened);
  const { boundary } = compactReport(report);
  expect(boundary).toContain(`J/image: ${words}`);
  expect(boundary).toMatch(/, under full load, inference only$/);
  expect(resultText(report, styleFor(process.stdin as never))).toContain(`  ${words}`);
  expect(boundary?.includes('dram')).toBe(words.includes('dram'));
});

it('states no boundary before a source is open', () => {
  const events = sweep().slice(0, 2);
  expect(compactReport(reportOf(foldRun(events), () => [], { folder: '', status: 'running' })).boundary).toBeNull();
});

it('tells each metric with its interval, and leaves skipped configurations to their reason', () => {
  const report = reportWith(source);
  const [first] = compactReport(report).configurations;
  const { joulesPerUnit } = report.configurations[0]!;
  const four = (value: number | null) => Number(value!.toPrecision(4));
  expect(first).toMatchObject({
    joulesPerImage: four(joulesPerUnit!.mean),
    joulesPerImageInterval95: [four(joulesPerUnit!.low), four(joulesPerUnit!.high)],
    averageWatts: four(report.configurations[0]!.averageWatts),
    cocoAP: null,
  });
  report.configurations[0]!.skipped = { code: 'memory', fix: null, reason: 'memory', message: 'too large' };
  expect(compactReport(report).configurations[0]).toEqual({
    ...{ model: 'yolov7-tiny', batchSize: 1, instances: 1, threads: 2, spinning: false, n: 5 },
    skipped: 'too large',
  });
});
