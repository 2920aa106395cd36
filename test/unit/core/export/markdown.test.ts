import { describe, expect, it } from 'vitest';
import { markdown } from '../../../../src/core/export/markdown';
import { withFootprint } from '../../../../src/core/footprint/footprint';
import { foldRun } from '../../../../src/core/run/fold';
import { judgeRun } from '../../../../src/core/analysis/verdict/judgeRun';
import { judgedReport } from '../../../../src/core/report/judgedReport';
import { reportOf } from '../../../../src/core/report/report';
import { footprintGrid } from '../../../support/footprints';
import { sweep } from '../../../support/runEvents';
import { widerRun } from '../../../webview/harness/runs';

const none = () => [];
const reportFor = (measured = true) =>
  reportOf(foldRun(sweep(measured)), none, { folder: '/runs/x', status: 'complete' });

describe('a run as Markdown', () => {
  it('has the table, the verdict and what the numbers cover', async () => {
    const text = markdown(reportFor());
    await expect(text).toMatchFileSnapshot('../../../golden/measured.md');
    expect(text).toContain(reportFor().verdict.sentence);
    expect(text).toMatch(/MEASURED powercap · 1 package \+ 1 dram \(package-0, dram-0\)/);
  });

  it('says ESTIMATED, and lets no name break the table', async () => {
    const report = reportFor(false);
    report.run.name = 'a | b <script>\nc';
    const text = markdown(report);
    await expect(text).toMatchFileSnapshot('../../../golden/estimated.md');
    expect(text).toMatch(/^# a \\\| b &lt;script&gt; c\n/);
    expect(text).toContain('J/image (estimated)');
  });

  it('has carbon and cost as a section of its own, and lets no currency become markup', async () => {
    const terms = { grid: footprintGrid(385), price: { perKilowattHour: 0.3, currency: 'EUR' }, pue: null };
    const text = markdown(withFootprint(reportFor(), terms, { arrivalRate: null }));
    await expect(text).toMatchFileSnapshot('../../../golden/footprint.md');
    expect(text).toMatch(/\n## Carbon and cost\n\n\*\*Batch 4: /);
    const odd = { ...terms, price: { perKilowattHour: 1, currency: '|<b>' } };
    expect(markdown(withFootprint(reportFor(), odd, { arrivalRate: null }))).toContain('| \\|&lt;b&gt;/1M images |');
  });

  it('says what the terminal says of the machine, each once', () => {
    const report = reportFor();
    const told = { code: 'instruments-disagree', message: 'powercap and perf do not agree' };
    report.run.warnings = [told, told];
    report.run.otherLoadPercent = 40;
    const lines = markdown(report).split('\n');
    expect(lines.filter((line) => line === '- Powercap and perf do not agree.')).toHaveLength(1);
    expect(lines.some((line) => line.startsWith("- Other processes took 40 % of the machine's CPU time"))).toBe(true);
  });

  it('of a run that has nothing yet is still a document', () => {
    const run = foldRun(sweep().slice(0, 2));
    expect(markdown(reportOf(run, none, { folder: '/x', status: 'running' }))).toContain('No energy source.');
  });

  it('says which terms are others than the file’s', () => {
    const { report, results, terms } = widerRun();
    const sla = { ...terms.sla!, requestLatencyMs: 5 };
    const changed = judgedReport(report, judgeRun(results, { ...terms, sla }), []);
    const text = markdown(changed, ['limit 5 ms instead of 900 ms']);
    expect(text).toContain('- By other terms than the experiment file: limit 5 ms instead of 900 ms.');
    expect(text).toContain(changed.verdict.sentence);
    expect(markdown(judgedReport(report, judgeRun(results, terms), []))).not.toContain('other terms');
  });

  it('marks what was chosen of tied ones as that', () => {
    const report = reportFor();
    report.verdict = { ...report.verdict, kind: 'tied', tied: ['b4', 'b2'] };
    expect(markdown(report)).toMatch(/\| \*\*chosen\*\* of tied \| 4 /);
    expect(markdown(report)).toMatch(/\| tied \| 2 /);
  });

  it('lets no name of a model or a run become markup', () => {
    const report = reportFor();
    for (const [i, c] of report.configurations.entries()) c.model = ['a|b<script>', '*bold*', '_x_ `y` \\'][i]!;
    report.run.id = '[x](javascript:1)';
    const text = markdown(report);
    expect(text).toContain('| a\\|b&lt;script&gt; |');
    expect(text).toContain('| \\*bold\\* |');
    expect(text).toContain('| \\_x\\_ \\`y\\` \\\\ |');
    expect(text).not.toMatch(/[^\\]\[x\]/);
  });

  it.each([
    'sweep [x](command:workbench.action.terminal.new) \u001b[31m\u202egnp.exe',
    `sweep \u2066\u0007${'n'.repeat(100_000)}\n# Verified`,
  ])('takes what is not to be seen out of names, and gives them an end (%#)', (name) => {
    const report = reportFor();
    report.run.name = name;
    for (const c of report.configurations) c.model = `${name}${c.batchSize}`;
    const text = markdown(report);
    expect(text).toContain('# sweep ');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]|\]\(|^# Verified/m);
    expect(text.length).toBeLessThan(20_000);
  });
});
