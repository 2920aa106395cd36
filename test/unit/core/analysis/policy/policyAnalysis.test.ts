import { beforeAll, describe, expect, it } from 'vitest';
import { besidesOf } from '../../../../../src/core/analysis/besides';
import { policyAnalysis, type PolicyResult, withPolicy } from '../../../../../src/core/analysis/policy/policyAnalysis';
import { policyFigure } from '../../../../../src/core/analysis/policy/policyFigure';
import { figureSchema } from '../../../../../src/core/figure/figureSchema';
import { tableText } from '../../../../../src/cli/text/analysisText';
import { emptyResult, trialOf } from '../../../../support/simulatedSweep';
import { policyRun } from '../../../../support/policyRuns';

const sla = { requestLatencyMs: 200, percentile: 95, arrivalRate: 20 };
const small = { sizes: [1, 4, 8], splits: [1, 4] };
const of = (more: object = {}) => policyAnalysis.run([policyRun({ ...sla, ...more }, small)])!;

describe('the policy of least energy per request', () => {
  let found: PolicyResult;
  beforeAll(() => (found = of()));

  it('keeps the limit, takes no more than what runs today, and says that it is modelled', () => {
    expect(found.batching).toBe('when-free');
    expect(found.best!.atPercentileMs).toBeLessThanOrEqual(200);
    expect(found.today).toMatchObject({ configuration: 'b8 t4', batchTimeoutMs: 0 });
    expect(found.best!.joulesPerRequest).toBeLessThan(found.today!.joulesPerRequest);
    expect(found.savingPercent).toBeCloseTo(
      100 * (1 - found.best!.joulesPerRequest / found.today!.joulesPerRequest),
      9,
    );
    expect(policyAnalysis.sentence(found)).toMatch(
      /^At 20 requests\/s batch \d \(1 thread\), waiting at most \d+ ms takes the least energy per request of what keeps 0\.2 s: [\d.]+ modelled J\/request, \d+ % less than batch 8 \(4 threads\), which you run today\. By arrival rate \(requests\/s\): up to /,
    );
    expect(policyAnalysis.notes(found)[0]).toMatch(
      /^Modelled: .* Batches form when an instance is free, as in Triton;/,
    );
  });

  it('is told over rates, in ranges that hold every rate once', () => {
    expect(found.points.length).toBeGreaterThan(15);
    const rates = found.points.map(({ arrivalRate }) => arrivalRate);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    for (const { arrivalRate, best } of found.points) {
      const within = found.ranges.filter((r) => r.fromRate <= arrivalRate && arrivalRate <= r.toRate);
      expect(within.map((r) => [r.configuration, r.batchTimeoutMs])).toEqual(
        best ? [[best.configuration, best.batchTimeoutMs]] : [],
      );
    }
    // Idle watts are shared by more requests: each costs less the more of them come.
    const joules = found.points.flatMap(({ best }) => best?.joulesPerRequest ?? []);
    expect(joules.at(-1)).toBeLessThan(joules[0]!);
  });

  it('fits its schema, alone and in a report, and 60 columns', () => {
    expect(() => policyAnalysis.schema.parse(policyAnalysis.json(found))).not.toThrow();
    const { policy } = withPolicy({}, found) as { policy: object };
    expect(policyAnalysis.schema.parse({ version: 1, ...policy })).toEqual(policyAnalysis.json(found));
    expect(withPolicy({ a: 1 }, null)).toEqual({ a: 1 });
    const lines = tableText(policyAnalysis.table(found), 60).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('is a figure with the steps labelled, and stands beside what else is found once a run has ended', () => {
    const run = policyRun(sla, small);
    const figure = policyFigure(found, run);
    expect(() => figureSchema.parse(figure)).not.toThrow();
    const [best, today] = figure.layers;
    expect(best!.points.filter(({ label }) => label !== null)).toHaveLength(found.ranges.length);
    expect(today!.points.length).toBeGreaterThan(0);
    const besides = besidesOf(run, true);
    expect(besides.findings.map(({ title }) => title)).toContain(policyAnalysis.title);
    expect(besides.figures.map(({ id }) => id)).toContain('batching-policy');
    const live = besidesOf(run, false);
    expect(live.findings.map(({ title }) => title)).not.toContain(policyAnalysis.title);
  });
});

describe('what the service level says of the server', () => {
  it('is what is searched', () => {
    const full = of({ batching: 'full', requestLatencyMs: 2000 });
    expect(full.waitsMs).toEqual([null]);
    expect(full.points.every(({ best }) => best === null || best.batchTimeoutMs === null)).toBe(true);
    const timeout = of({ batchTimeoutMs: 7 });
    expect(timeout.batching).toBe('timeout');
    expect(timeout.waitsMs).toContain(7);
    expect(timeout.today?.batchTimeoutMs).toBe(7);
    const two = of({ instances: 2 });
    expect(two.best!.instances).toBe(2);
    expect(policyAnalysis.notes(two).at(-1)).toMatch(/^Another number of instances was measured/);
  });

  it('may be what nothing keeps', () => {
    const none = of({ requestLatencyMs: 1 });
    expect(none).toMatchObject({ best: null, today: null, savingPercent: null, ranges: [] });
    expect(policyAnalysis.sentence(none)).toBe(
      'At 20 requests/s no policy of what was measured keeps 0.001 s. None does at any other rate.',
    );
    const inaccurate = of({ minAccuracy: 0.5 });
    expect(policyAnalysis.sentence(inaccurate)).toBe(
      'No policy can be modelled: no configuration is known to be accurate enough.',
    );
  });

  it('lacks without a limit, and joules without an idle baseline', () => {
    expect(policyAnalysis.run([policyRun(undefined, small)])).toBeNull();
    const run = policyRun(sla, small);
    run.results = [emptyResult(1, { trials: [trialOf(1, 2)] })];
    expect(policyAnalysis.sentence(policyAnalysis.run([run]))).toBe(
      'No policy can be modelled: without an idle baseline, joules per request are not known (measure.idleSeconds).',
    );
    run.results = [emptyResult(1, { trials: [trialOf(1, 2, { idleWatts: 25 })] })];
    expect(policyAnalysis.sentence(policyAnalysis.run([run]))).toBe(
      'No policy can be modelled: the machine takes no more at work than at rest, as far as was measured.',
    );
    run.results = [];
    expect(policyAnalysis.sentence(policyAnalysis.run([run]))).toBe(
      'No policy can be modelled: nothing was measured yet.',
    );
  });
});
