import { describe, expect, it } from 'vitest';
import { resultText } from '../../../../src/cli/text/resultText';
import { styleFor } from '../../../../src/cli/text/style';
import { judgeRun } from '../../../../src/core/analysis/verdict/judgeRun';
import { markdown } from '../../../../src/core/export/markdown';
import { withFootprint } from '../../../../src/core/footprint/footprint';
import type { Grid } from '../../../../src/core/footprint/footprintSchema';
import { judgedReport } from '../../../../src/core/report/judgedReport';
import { footprintGrid, hoursOfDay } from '../../../support/footprints';
import { sweepRun, widerRun } from '../../../webview/harness/runs';

const plain = styleFor(process.stdin as never);
const price = { perKilowattHour: 0.3, currency: 'EUR' };

function reportOf(run: ReturnType<typeof sweepRun>, grid: Grid) {
  const report = judgedReport(run.report, judgeRun(run.results, run.terms), []);
  return withFootprint(report, { grid, price, pue: 1.4 }, { arrivalRate: run.terms.sla?.arrivalRate ?? null });
}

describe('carbon and cost below a result', () => {
  it.each([60, 100])('on a terminal of %s columns', async (width) => {
    const text = resultText(reportOf(widerRun(), footprintGrid(385)), plain, width);
    const block = text.slice(text.indexOf('\nCarbon and cost\n'));
    const rows = block.split('\n').filter((line) => /^(configuration|Batch \d+ )/.test(line));
    expect(rows.length).toBeGreaterThan(8);
    for (const row of rows) expect(row.length, row).toBeLessThanOrEqual(width);
    await expect(block).toMatchFileSnapshot(`../../../golden/footprint-${width}.txt`);
  });

  it('by the hour, of estimated joules', async () => {
    const text = resultText(reportOf(sweepRun(false), hoursOfDay()), plain, 100);
    await expect(text.slice(text.indexOf('\nCarbon and cost'))).toMatchFileSnapshot(
      '../../../golden/footprint-hours.txt',
    );
  });

  it('is not there where nothing is set, and leaves the rest as it is', () => {
    const run = widerRun();
    const before = judgedReport(run.report, judgeRun(run.results, run.terms), []);
    const text = resultText(before, plain, 100);
    expect(text).not.toContain('Carbon');
    expect(resultText(reportOf(run, footprintGrid(385)), plain, 100).startsWith(text.trimEnd())).toBe(true);
    expect(markdown(reportOf(run, footprintGrid(385))).startsWith(markdown(before))).toBe(true);
  });
});
