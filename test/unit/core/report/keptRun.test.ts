import { describe, expect, it } from 'vitest';
import { parseKeptRun } from '../../../../src/core/report/keptRun';
import { type Side, sideOf } from '../../../../src/core/analysis/check/side';
import { metricNamed } from '../../../../src/core/budget/limitedMetrics';
import { reportJson } from '../../../../src/core/export/json';
import { analysedRun, reportOf } from '../../../../src/core/report/report';
import { foldRun } from '../../../../src/core/run/fold';
import { sweep } from '../../../support/runEvents';

const place = { folder: '/runs/one', status: 'complete' };
const run = foldRun(sweep());
const json = reportJson(reportOf(run, () => [], place));
const measured = sideOf(analysedRun(run, () => [], place));

function kept(text = json): Side {
  const parsed = parseKeptRun(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.side;
}
type Loose = Record<string, unknown>;
type LooseReport = Loose & { run: Loose; configurations: (Loose & { joulesPerUnit: Loose })[] };
const changed = (change: (report: LooseReport) => unknown) => {
  const report = JSON.parse(json) as LooseReport;
  change(report);
  return JSON.stringify(report);
};

describe('a run of which its JSON was kept', () => {
  it('has the means and spreads of the run, or wider ones', () => {
    const side = kept();
    expect(side.report.run.id).toBe(run.runId);
    const [one, two] = measured.results;
    for (const name of ['joulesPerUnit', 'cpuSecondsPerUnit', 'averageWatts']) {
      const metric = metricNamed(name);
      const [own, exact] = [side.level(one!, metric)!, measured.level(one!, metric)!];
      expect(own.value).toBeCloseTo(exact.value, 6);
      expect(own.variance).toBeGreaterThanOrEqual(exact.variance * (1 - 1e-9));
      expect(own.n).toBe(exact.n);
      const [contrast, within] = [side.contrast(two!, one!, metric)!, measured.contrast(two!, one!, metric)!];
      expect(contrast.value).toBeCloseTo(within.value, 6);
    }
    expect(side.blocks(one!, metricNamed('joulesPerUnit'))).toBeNull();
  });

  it('knows nothing of what was not kept with an interval', () => {
    const [one] = measured.results;
    expect(kept().level(one!, metricNamed('batchLatencyMs.p50'))).toBeNull();
    expect(kept().level({ ...one!, id: 'other' }, metricNamed('joulesPerUnit'))).toBeNull();
    const none = kept(changed((report) => (report.configurations[0]!.joulesPerUnit.low = 0)));
    expect(none.level(one!, metricNamed('joulesPerUnit'))).toBeNull();
  });

  it('reads what other versions of the program have more or less of', () => {
    const newer = changed((report) => {
      report.newKey = { a: 1 };
      report.run.newKey = 1;
      report.configurations[0]!.newKey = 1;
      delete report.configurations[0]!.load;
      delete report.paretoFront;
    });
    expect(kept(newer).level(measured.results[0]!, metricNamed('joulesPerUnit'))).not.toBeNull();
  });

  it.each([
    ['', 'it is no JSON'],
    ['[]', 'it is not what "greenbatch show --json" prints'],
    ['{"version":2}', 'version'],
    [changed((report) => (report.configurations[0]!.batchSize = 'many')), 'configurations.0.batchSize'],
    [changed((report) => (report.run.models = 'all')), 'run.models'],
  ])('says what is wrong with %.30s', (text, problem) => {
    expect(parseKeptRun(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
