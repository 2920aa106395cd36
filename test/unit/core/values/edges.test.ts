import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../../src/core/analysis/comparison/compareRuns';
import { judge } from '../../../../src/core/analysis/verdict/judge';
import { decideNext } from '../../../../src/core/analysis/verdict/stopping';
import { foldRun } from '../../../../src/core/run/fold';
import { analysedRun } from '../../../../src/core/report/report';
import type { ConfigurationResult, TrialValue } from '../../../../src/core/values/result';
import { edgeShare, lnEdge, lnEdgeOfTrials } from '../../../../src/core/values/edges';
import { sweep } from '../../../support/runEvents';
import { emptyResult, termsOf, trialOf } from '../../../support/simulatedSweep';

/** Trials whose true joules are `joules`, as an instrument has them whose edges are off by up to `percent`, at `at` (−1 to 1) of that. */
function seen(
  batchSize: number,
  joules: number,
  { percent = 0, at = 0, blocks = 6, ...rest }: Seen = {},
): ConfigurationResult {
  const trials = Array.from({ length: blocks }, (_, i) => {
    const value = joules * (1 + 0.002 * Math.sin(2.4 * i + batchSize)) * (1 + (at * percent) / 100);
    const edge = percent > 0 ? { edgeJoulesPerUnit: (joules * percent) / 100 } : {};
    return trialOf(i + 1, value, { idleWatts: 20, ...edge, ...rest });
  });
  return emptyResult(batchSize, { trials });
}
type Seen = Partial<TrialValue> & { percent?: number; at?: number; blocks?: number };

const halfOf = (interval: { low: number | null; high: number | null } | null) => (interval!.high! - interval!.low!) / 2;
const sla = { requestLatencyMs: 60_000, percentile: 95, arrivalRate: 4 };

describe('what the edges of windows leave open', () => {
  it('is added whole to the interval of every number made of joules, whatever n', () => {
    const summaryOf = (percent: number, blocks: number) =>
      judge([seen(1, 2, { percent, blocks, edgeIdleWatts: percent > 0 ? 1 : 0 })], { ...termsOf(), sla })
        .configurations[0]!;
    for (const blocks of [2, 6, 60]) {
      const [exact, edged] = [summaryOf(0, blocks), summaryOf(5, blocks)];
      const more = (of: (s: typeof exact) => Parameters<typeof halfOf>[0]) => halfOf(of(edged)) - halfOf(of(exact));
      expect(more((s) => s.joulesPerUnit)).toBeCloseTo(0.1, 9);
      // 1 W of 20 at rest, for a tenth of a second.
      expect(more((s) => s.netJoulesPerUnit)).toBeCloseTo(0.1 + 0.1, 9);
      // At rest it is 1 W for the quarter of a second from one request to the next, less the tenth that it works.
      expect(more((s) => s.joulesPerRequest)).toBeCloseTo(0.1 + 0.15, 9);
      expect(more((s) => s.unitsPerJoule) / exact.unitsPerJoule!.mean).toBeCloseTo(0.05 / 0.95, 3);
      expect(more((s) => s.energyDelayProduct)).toBeCloseTo(0.01, 4);
      expect(more((s) => s.intervals!.averageWatts)).toBeCloseTo(2.5, 2);
      expect(more((s) => s.intervals!.unitsPerSecond)).toBeCloseTo(0, 12);
      expect(edged.edgePercent).toBeCloseTo(5, 2);
      expect(exact).not.toHaveProperty('edgePercent');
      expect(edged.joulesPerUnit!.mean).toBe(exact.joulesPerUnit!.mean);
    }
  });

  it('keeps the truth inside the interval of joules and of a difference, wherever within the edges it lies', () => {
    const at = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(at, at, fc.double({ min: 0.1, max: 20, noNaN: true }), (one, other, percent) => {
        const terms = { ...termsOf({ currentBatchSize: 2 }), sla: undefined };
        const results = [seen(1, 2, { percent, at: one }), seen(2, 3, { percent, at: other })];
        const { configurations, verdict } = judge(results, terms);
        for (const [i, truth] of [2, 3].entries()) {
          expect(configurations[i]!.joulesPerUnit!.low).toBeLessThan(truth);
          expect(configurations[i]!.joulesPerUnit!.high).toBeGreaterThan(truth);
        }
        const [compared] = verdict.comparisons;
        const truth = compared?.id === 'b2' ? 50 : -100 / 3;
        expect(compared!.low).toBeLessThan(truth);
        expect(compared!.high).toBeGreaterThan(truth);
        if (verdict.saving) {
          expect(verdict.saving.low).toBeLessThan(100 / 3);
          expect(verdict.saving.high).toBeGreaterThan(100 / 3);
        }
      }),
    );
  });

  it('lets nothing be called greenest or tied beyond it, and says so', () => {
    const kindOf = (percent: number, joules: number) =>
      judge([seen(1, 2, { percent, blocks: 12 }), seen(2, joules, { percent, blocks: 12 })], termsOf()).verdict;
    expect(kindOf(0, 2.001).kind).toBe('tied');
    expect(kindOf(0.1, 2.001).kind).toBe('tied');
    expect(kindOf(0.6, 2.001).kind).toBe('unresolved');
    expect(kindOf(0, 2.1).kind).toBe('greenest');
    expect(kindOf(2, 2.1).kind).toBe('greenest');
    expect(kindOf(3, 2.1)).toMatchObject({ kind: 'unresolved', moreBlocks: null });
    const said = (percent: number) => kindOf(percent, 2.1).qualification.filter(({ code }) => code === 'edges');
    expect(said(0)).toEqual([]);
    expect(said(0.1).map(({ message }) => message)).toEqual([
      'Edges of windows are known to ± 0.1 % (perf stat), which is in every interval.',
    ]);
    expect(said(3)[0]!.message).toContain('by any number of repeats');
  });

  it('is no reason for more repeats', () => {
    const results = [seen(1, 2, { percent: 5, blocks: 5 }), seen(2, 3, { percent: 5, blocks: 5 })];
    expect(decideNext(results, termsOf({ intervalPercent: 2 }), { blocksFinished: 5, settled: [] }).action).toBe(
      'stop',
    );
  });

  it('is that of both runs where two are compared', () => {
    const runOf = (percent: number) => {
      const run = analysedRun(foldRun(sweep()), () => [], { folder: '/runs/one', status: 'complete' });
      const results = run.results.map((r) => ({
        ...r,
        trials: r.trials.map((t) => ({
          ...t,
          ...(percent > 0 && { edgeJoulesPerUnit: (t.joulesPerUnit * percent) / 100 }),
        })),
      }));
      return { ...run, results, report: { ...run.report, run: { ...run.report.run, id: `${percent}` } } };
    };
    const compared = (a: number, b: number) =>
      compareRuns({ first: [runOf(a)], second: [runOf(b)] }).configurations[0]!.joulesPerUnit;
    const half = (c: ReturnType<typeof compared>) =>
      (Math.log1p(c.difference.high! / 100) - Math.log1p(c.difference.low! / 100)) / 2;
    expect(half(compared(1, 2)) - half(compared(0, 0))).toBeCloseTo(-Math.log(0.99) - Math.log(0.98), 9);
    const first = compared(1, 0).first;
    expect(halfOf(first) - halfOf(compared(0, 0).first)).toBeCloseTo(first.mean / 100, 9);
  });

  it('has an end even where nothing is known', () => {
    const [trial] = seen(1, 2, { edgeJoulesPerUnit: 100 }).trials;
    expect(edgeShare(trial!)).toBeLessThan(1);
    expect(lnEdge([{ value: 0, edge: 1 }])).toBeLessThan(10);
    expect(lnEdgeOfTrials([trialOf(1, 2)])).toBe(0);
  });
});
