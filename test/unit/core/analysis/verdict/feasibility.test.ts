import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import type { AnalysisTerms } from '../../../../../src/core/analysis/analysisTermsSchema';
import { alternativesOf } from '../../../../../src/core/analysis/verdict/alternative';
import { feasibilityOf, surelyBroken } from '../../../../../src/core/analysis/verdict/feasibility';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

type Sla = NonNullable<AnalysisTerms['sla']>;
const terms = (sla: Partial<Sla> = {}): AnalysisTerms => ({
  ...termsOf(),
  sla: { requestLatencyMs: 6000, percentile: 95, arrivalRate: 1, ...sla },
});

/** A batch of 32 that takes what is given, in each trial: of too few batches for any percentile. */
const large = (...trials: number[][]) =>
  emptyResult(32, {
    trials: trials.map((batchMs, i) => trialOf(i + 1, 2, { batchMs, unitsPerSecond: 4.3 })),
  });
const of = (result: ReturnType<typeof large>, t = terms()) => feasibilityOf(alternativesOf([result], t.sla)[0]!, t);
const slow = [7400, 7500];

describe('a latency limit that every batch is longer than', () => {
  it('is broken after five trials, however few the batches', () => {
    expect(of(large(slow, slow, slow, slow)).feasible).toBe('unresolved');
    const after = of(large(slow, slow, slow, slow, slow));
    expect(after).toMatchObject({
      feasible: 'no',
      reason: 'the fastest batch of all 5 trials took 7.40 s of 6 s',
    });
    // What it would take is what the slowest simulated request took.
    expect(after.breaks).toMatchObject([{ id: 'b32', constraint: 'requestLatencyMs', limit: 6000 }]);
    expect(after.breaks[0]!.needed).toBeGreaterThan(7500);
  });

  it('is open while one batch of one trial is not', () => {
    expect(of(large(slow, slow, slow, slow, [7400, 5900], slow, slow)).feasible).toBe('unresolved');
  });

  it('needs more trials where the percentile lets more requests be late', () => {
    // Each of them fell behind the arrivals, which says nothing of the limit.
    const broken = (percentile: number, count: number) => {
      const result = large(...Array.from({ length: count }, () => slow));
      const open = { result, requests: result.trials.map(() => null), leastMs: result.trials.map(() => 7400) };
      return surelyBroken(open, terms({ percentile }), 1e-9) !== null;
    };
    expect([broken(95, 4), broken(95, 5)]).toEqual([false, true]);
    // Of p50 every second request may be late: all of five batches are in 3 % of the cases.
    expect([broken(50, 5), broken(50, 6)]).toEqual([false, true]);
    expect([broken(10, 35), broken(10, 36)]).toEqual([false, true]);
  });

  it('is broken also where it is open whether arrivals are kept up with, and says at which they would be', () => {
    const result = large(slow, slow, slow, slow, slow);
    result.trials.forEach((trial, i) => (trial.unitsPerSecond = 4.3 * (1 + 0.02 * (i - 2))));
    const t = terms({ arrivalRate: 4.3 });
    expect(of(result, t)).toMatchObject({
      feasible: 'no',
      reason: expect.stringContaining('the fastest batch'),
      breaks: [{ constraint: 'arrivalRate' }],
    });
    const { verdict } = judge([result], t);
    expect(verdict.kind).toBe('infeasible');
    expect(verdict.relaxations.map((r) => r.constraint)).toEqual(['arrivalRate', 'requestLatencyMs']);
    expect(verdict.relaxations[1]!.needed).toBeGreaterThan(7400);
  });

  it('is called broken in no sweep of one that just keeps it, however often it is looked at', () => {
    const normal = seededNormal(7);
    let wrong = 0;
    for (let sweep = 0; sweep < 2000; sweep++) {
      // One batch in twenty is longer than the limit; a batch of one waits for nothing at so few arrivals.
      const trials = Array.from({ length: 12 }, () => [6000 + 300 * (normal() - 1.645)]);
      const alternative = {
        ...{ result: large(...trials), requests: trials.map(() => null) },
        leastMs: trials.map(([ms]) => ms!),
      };
      const broken = [5, 6, 7, 8, 9, 10, 11, 12].some((n) => {
        const some = { ...alternative.result, trials: alternative.result.trials.slice(0, n) };
        const seen = {
          result: some,
          requests: alternative.requests.slice(0, n),
          leastMs: alternative.leastMs.slice(0, n),
        };
        return surelyBroken(seen, terms(), 1e-9) !== null;
      });
      if (broken) wrong++;
    }
    expect(wrong).toBe(0);
  });
});

describe('arrivals too near to what a configuration can do', () => {
  // 20 images a second, within .1 %.
  const steady = emptyResult(1, {
    trials: Array.from({ length: 6 }, (_, i) =>
      trialOf(i + 1, 2, { batchMs: Array(40).fill(50), unitsPerSecond: 20 * (1 + 0.0005 * Math.sin(2.4 * i)) }),
    ),
  });
  const at = (arrivalRate: number, requestLatencyMs = 60_000) => terms({ arrivalRate, requestLatencyMs });

  it('leave it open whether the limit is kept, however wide it is, and it is said', () => {
    const t = at(19.4);
    expect(of(steady, t)).toMatchObject({
      feasible: 'unresolved',
      reason: expect.stringMatching(/^at a load of 0\.9[67]\d? it is too near saturation/),
      breaks: [],
    });
    const { configurations, verdict } = judge([steady, { ...steady, id: 'b2', batchSize: 2 }], t);
    expect(configurations[0]!.requestLatencyMs).toBeNull();
    expect(configurations[0]!.load).toBeCloseTo(0.97, 2);
    expect(verdict.openBecause).toBe('feasibility');
    expect(verdict.qualification).toContainEqual({
      ...{ code: 'near-saturation', configuration: 'b1' },
      message: expect.stringMatching(/^Batch 1 would have a load of 9[67](\.\d)? %: too near saturation/),
    });
  });

  it('do not hide a limit that its batches alone are longer than', () => {
    expect(of(steady, at(19.4, 40))).toMatchObject({
      feasible: 'no',
      reason: expect.stringContaining('fastest batch'),
    });
  });

  it('are told from those that are far enough, and from those that it does not keep up with', () => {
    expect(of(steady, at(18))).toMatchObject({ feasible: 'yes' });
    const behind = judge([steady], at(21));
    expect(behind.verdict.feasibility[0]!.feasible).toBe('no');
    expect(behind.configurations[0]!.load).toBeUndefined();
    expect(behind.verdict.qualification.map(({ code }) => code)).not.toContain('near-saturation');
  });
});

describe('instances that the server has, in place of those that were measured', () => {
  /** 20 images/s with two processes. */
  const two = emptyResult(1, {
    instances: 2,
    trials: [1, 2, 3, 4, 5].map((block) =>
      trialOf(block, 2, { batchMs: Array(40).fill(100), unitsPerSecond: 20 + 0.01 * block }),
    ),
  });
  const judged = (sla: Partial<Sla>) => of(two, terms(sla));

  it('keep up with what so many do', () => {
    expect(judged({ arrivalRate: 30 })).toMatchObject({
      feasible: 'no',
      reason: '20.0 images/s do not keep up with 30 requests/s',
    });
    const four = judged({ arrivalRate: 30, instances: 4 });
    expect(four).toMatchObject({ feasible: 'yes' });
    expect(four.reason).toMatch(/^40\.1 images\/s of 4 instances keep up with 30 requests\/s; modelled request p95/);
    const one = judged({ arrivalRate: 15, instances: 1 });
    expect(one).toMatchObject({
      feasible: 'no',
      reason: '10.0 images/s of 1 instance do not keep up with 15 requests/s',
    });
    expect(one.breaks[0]!.needed).toBeCloseTo(10.01, 1);
  });

  it('are surely too slow only where as many were measured, or fewer: alone each might be quicker', () => {
    const surely = (sla: Partial<Sla>) => surelyBroken(alternativesOf([two], terms(sla).sla)[0]!, terms(sla), 0.01);
    expect(surely({ arrivalRate: 30 })).not.toBeNull();
    expect(surely({ arrivalRate: 90, instances: 4 })).not.toBeNull();
    expect(surely({ arrivalRate: 30, instances: 1 })).toBeNull();
  });
});

it('a server that takes what waits when it is free stays below saturation while it is busy nearly always', () => {
  const steady = (batchSize: number, ms: number) =>
    emptyResult(batchSize, {
      trials: [1, 2, 3, 4, 5].map((block) =>
        trialOf(block, 2, { batchMs: Array(40).fill(ms), unitsPerSecond: (batchSize * 1000) / ms }),
      ),
    });
  // One at a time it does 10/s; at 12/s its batches are of two and three.
  const results = [steady(1, 100), steady(8, 240)];
  const t = terms({ arrivalRate: 12, batching: 'when-free', requestLatencyMs: 1000 });
  const [one, eight] = alternativesOf(results, t.sla).map((a) => feasibilityOf(a, t));
  expect(one!.feasible).toBe('no');
  expect(eight!.feasible).toBe('yes');
});
