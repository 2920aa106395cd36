import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import type { AnalysisTerms } from '../../../../../src/core/analysis/analysisTermsSchema';
import { alternativesOf } from '../../../../../src/core/analysis/verdict/alternative';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { infeasible } from '../../../../../src/core/analysis/verdict/infeasible';
import { decideNext } from '../../../../../src/core/analysis/verdict/stopping';
import type { ConfigurationResult } from '../../../../../src/core/values/result';
import { repeats } from '../../../../support/repeats';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const terms = (rest: Partial<AnalysisTerms> = {}): AnalysisTerms => ({
  ...termsOf({ min: 5, max: 12, intervalPercent: 0.1 }),
  sla: { requestLatencyMs: 1000, percentile: 95, arrivalRate: 4 },
  ...rest,
});

function measured(batchSize: number, batchMs: number, blocks = 5): ConfigurationResult {
  return emptyResult(batchSize, {
    trials: Array.from({ length: blocks }, (_, i) => {
      const wave = 1 + 0.01 * Math.sin(2.4 * i + batchSize);
      const unitsPerSecond = (batchSize * 1000) / batchMs / wave;
      return trialOf(i + 1, 2 * wave, { batchMs: Array(8).fill(batchMs * wave), unitsPerSecond });
    }),
  });
}

const settle = (results: ConfigurationResult[], t = terms(), settled: string[] = []) =>
  infeasible(alternativesOf(results, t.sla), t, settled);

describe('a configuration that surely breaks the limit', () => {
  const [quick, late, behind] = [measured(1, 50), measured(32, 2000), measured(2, 800)];

  it('is measured no more, with the reason', () => {
    expect(settle([quick, late, behind])).toEqual([
      { id: 'b32', reason: 'infeasible', message: expect.stringContaining('the limit: ') },
      { id: 'b2', reason: 'infeasible', message: expect.stringContaining('do not keep up with 4 requests/s') },
    ]);
    expect(settle([quick, late, behind], terms(), ['b32']).map(({ id }) => id)).toEqual(['b2']);
    // Which of two that keep it takes less is open: with only one left the run would end.
    const other = { ...quick, id: 'other' };
    const open = [
      quick,
      { ...other, trials: quick.trials.map((t, i) => ({ ...t, joulesPerUnit: 2 + 0.1 * (i % 3) })) },
    ];
    const next = decideNext([...open, late, behind], terms(), { blocksFinished: 5, settled: [] });
    expect(next).toMatchObject({ action: 'continue', message: 'the verdict is open' });
    expect(next.settle).toContainEqual(expect.objectContaining({ id: 'b32', reason: 'infeasible' }));
  });

  it('is measured on where it runs today, without a limit, or on fewer than five trials', () => {
    expect(settle([quick, late], terms({ current: { batchSize: 32 } }))).toEqual([]);
    expect(settle([quick, late], terms({ sla: undefined }))).toEqual([]);
    expect(settle([quick, measured(32, 2000, 4)])).toEqual([]);
  });

  it('ends the run where nothing else is left', () => {
    expect(decideNext([late, behind], terms(), { blocksFinished: 5, settled: [] })).toMatchObject({
      action: 'stop',
      message: 'after 5 blocks no configuration keeps the service level',
    });
    const current = terms({ current: { batchSize: 32 } });
    expect(decideNext([late, behind], current, { blocksFinished: 5, settled: [] }).action).toBe('continue');
  });

  it('ends it too where models are not accurate enough, for no block tells an accuracy', () => {
    const strict = terms({ sla: { requestLatencyMs: 1000, percentile: 95, arrivalRate: 4, minAccuracy: 0.5 } });
    const results = [{ ...quick, accuracy: 0.3 }, late];
    expect(decideNext(results, strict, { blocksFinished: 5, settled: [] }).action).toBe('stop');
  });

  it('ends no run by what is sure at a single look alone', () => {
    // Throughput below the arrivals by what an interval of 95 % just tells.
    const trials = [-2.5, 0.5, -2, 0.3, -1.8].map((percent, i) =>
      trialOf(i + 1, 2, { batchMs: [50], unitsPerSecond: 20 * (1 + (percent - 1.2) / 100) }),
    );
    const t = terms({ sla: { requestLatencyMs: 1e9, percentile: 95, arrivalRate: 20 } });
    const results = [emptyResult(1, { trials }), emptyResult(2, { trials })];
    expect(judge(results, t).verdict.kind).toBe('infeasible');
    expect(decideNext(results, t, { blocksFinished: 5, settled: [] })).toMatchObject({
      ...{ action: 'continue', settle: [] },
      message: 'no configuration keeps the service level so far, but that is not sure of every one',
    });
  });
});

it('gives up one that just keeps up with the arrivals in at most 2.5 % of the sweeps, all looks together', () => {
  const normal = seededNormal(11);
  const sweeps = repeats(1500, 20_000);
  // Throughput with a spread of 3 %, of which the true mean is what arrives.
  const t = terms({ sla: { requestLatencyMs: 1e9, percentile: 95, arrivalRate: 20 } });
  let wrong = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const trials = Array.from({ length: 12 }, (_, i) =>
      trialOf(i + 1, 2, { batchMs: [50], unitsPerSecond: 20 * (1 + 0.03 * normal()) }),
    );
    const given = [5, 6, 7, 8, 9, 10, 11, 12].some((n) => {
      const some = trials.slice(0, n);
      const one = {
        result: emptyResult(1, { trials: some }),
        requests: some.map(() => null),
        leastMs: some.map(() => 50),
      };
      return infeasible([one], t, []).length > 0;
    });
    if (given) wrong++;
  }
  expect(wrong / sweeps).toBeLessThan(0.025);
  expect(wrong).toBeGreaterThan(0);
});
