import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import { configurationId } from '../../../../../src/core/configuration/factors';
import type { Configuration } from '../../../../../src/core/configuration/configuration';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import type { AnalysisTerms } from '../../../../../src/core/analysis/analysisTermsSchema';
import type { ConfigurationResult } from '../../../../../src/core/values/result';
import { comparisonTails } from '../../../../../src/core/statistics/confidence';
import { additiveModel } from '../../../../../src/core/statistics/additiveModel';
import { asPercent, differenceInterval, halfWidth } from '../../../../../src/core/statistics/comparison';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

type Made = Partial<Omit<Configuration, 'id'>> & { joules: number; ms?: number; cvPercent?: number; blocks?: number };

/** Trials with realistic noise: each block shares a drift of 2 %. */
function measured(made: Made[], seed = 3): ConfigurationResult[] {
  const normal = seededNormal(seed);
  const shared = Array.from({ length: 12 }, () => 1 + 0.02 * normal());
  return made.map(({ joules, ms = 100, cvPercent = 0.3, blocks = 6, ...rest }) => {
    const c = { model: 'm', batchSize: 8, instances: 1, threads: 4, spinning: true, ...rest };
    const about = (value: number) => value * (1 + (cvPercent / 100) * normal());
    const trials = Array.from({ length: blocks }, (_, i) =>
      trialOf(i + 1, about(joules) * shared[i]!, {
        batchMs: Array.from({ length: 10 }, () => about(ms)),
        idleWatts: 10,
        unitsPerSecond: (1000 * c.instances * c.batchSize) / ms,
      }),
    );
    return emptyResult(c.batchSize, { ...c, id: configurationId(c, 'm'), trials });
  });
}

const terms = (rest: Partial<AnalysisTerms> = {}): AnalysisTerms => ({ ...termsOf(), ...rest });
const leversIn = (results: ConfigurationResult[], rest: Partial<AnalysisTerms> = {}) =>
  judge(results, terms(rest)).verdict.levers;

describe('what one change alone does', () => {
  const spinning = [
    { joules: 2.5, ms: 100, spinning: true },
    { joules: 2.25, ms: 110, spinning: false },
  ];

  it('tells of spinning what it saves and what it costs, within blocks', () => {
    const [lever, ...rest] = leversIn(measured(spinning));
    expect(rest).toEqual([]);
    // Not spinning wins: the change is to spin.
    expect(lever).toMatchObject({
      factor: 'spinning',
      from: 'm b8 t4',
      to: 'm b8 t4 spin',
      relation: 'more',
      blocks: 6,
    });
    expect(lever!.percent).toBeGreaterThan(10.5);
    expect(lever!.percent).toBeLessThan(11.7);
    expect(lever!.low).toBeLessThan(100 * (2.5 / 2.25 - 1));
    expect(lever!.high).toBeGreaterThan(100 * (2.5 / 2.25 - 1));
    // What a block shares cancels: the interval is far narrower than its drift.
    expect(lever!.high - lever!.low).toBeLessThan(2.5);
    expect(lever!.joules.difference).toBeCloseTo(0.25, 1);
    expect(lever!.sentence).toMatch(
      /^The same batch with spinning: \+0\.2\d+ J\/image \(\+1[01]\.\d %; \+[\d.]+ to \+[\d.]+ %\), −\d+\.\d+ ms a batch \(\d+(\.\d)? ms instead of \d+(\.\d)? ms\)\.$/,
    );
  });

  it('tells of no difference that it is not told apart, or within the margin', () => {
    const of = (cvPercent: number) =>
      leversIn(
        measured(
          spinning.map((c) => ({ ...c, joules: 2.5, ms: 100, cvPercent, blocks: 12 })),
          5,
        ),
      )[0]!;
    expect(of(4)).toMatchObject({ relation: 'unresolved' });
    expect(of(4).sentence).toMatch(/: its energy is not told apart \(.*\), time of a batch not told apart \(.*\)\.$/);
    expect(of(0.2)).toMatchObject({ relation: 'equivalent' });
    expect(of(0.2).sentence).toContain(': as much energy within ±1 %, ');
  });

  it('rests on as many blocks as a verdict, and on nothing that was not measured', () => {
    expect(leversIn(measured(spinning.map((c) => ({ ...c, blocks: 4 }))))).toEqual([]);
    expect(leversIn(measured(spinning.slice(0, 1)))).toEqual([]);
    const [one, other] = measured(spinning) as [ConfigurationResult, ConfigurationResult];
    expect(leversIn([one, { ...other, trials: [] }])).toEqual([]);
    // Another batch size is another change.
    expect(leversIn(measured([spinning[0]!, { ...spinning[1]!, batchSize: 4 }]))).toEqual([]);
  });

  const splits = [
    { joules: 5.1, ms: 24, instances: 1, threads: 16 },
    { joules: 3.3, ms: 64, instances: 4, threads: 4 },
    { joules: 2.8, ms: 172, instances: 16, threads: 1 },
  ].map((c) => ({ ...c, batchSize: 1 }));

  it('tells of the split the best other one, and a single process with every core', () => {
    const levers = leversIn(measured(splits));
    expect(levers.map(({ to, relation }) => [to, relation])).toEqual([
      ['m b1 i4 t4 spin', 'more'],
      ['m b1 t16 spin', 'more'],
    ]);
    expect(levers[1]!.sentence).toMatch(
      /^The same batch as 1 × 16 threads: \+2\.\d+ J\/image \(\+8\d.* ms instead of 17\d ms\)\.$/,
    );
    expect(levers[1]!.latency).toMatchObject({ of: 'batch', percentile: 'mean' });
    expect(levers[1]!.latency!.high).toBeLessThan(-80);
  });

  it('tells of the best other split, and of the single process with the most threads', () => {
    const more = [
      { joules: 2.9, ms: 120, instances: 8, threads: 2, batchSize: 1 },
      { joules: 3.2, ms: 90, instances: 1, threads: 4, batchSize: 1 },
      { joules: 4.1, ms: 60, instances: 2, threads: 20, batchSize: 1 },
      ...splits,
    ];
    expect(leversIn(measured(more)).map(({ to }) => to)).toEqual(['m b1 i8 t2 spin', 'm b1 t16 spin']);
  });

  it('says of a better split that it is outside the limit', () => {
    const sla = { requestLatencyMs: 60, percentile: 95, arrivalRate: 10 };
    const { verdict } = judge(measured(splits), terms({ sla }));
    expect(verdict.winner).toBe('m b1 t16 spin');
    expect(verdict.levers[0]!.sentence).toMatch(
      /^The same batch as (16 × 1 thread|4 × 4 threads): −.* J\/(request modelled|image under full load) \(.*, outside your limit\.$/,
    );
  });

  it('names the change where processes alone vary, and leaves threads alone to the table', () => {
    const threads = splits.map((c) => ({ ...c, instances: 1 }));
    expect(leversIn(measured(threads))).toEqual([]);
    const instances = splits.map((c) => ({ ...c, threads: 1 }));
    expect(leversIn(measured(instances))[0]!.sentence).toMatch(/^The same batch with 4 processes: /);
  });

  it('speaks of what runs today, or of the lowest, while there is no winner', () => {
    const results = measured(
      [...spinning, ...spinning.map((c) => ({ ...c, batchSize: 4 }))].map((c) => ({ ...c, cvPercent: 3 })),
    );
    const { verdict } = judge(results, terms({ current: { batchSize: 8, spinning: true } }));
    expect(verdict.kind).toBe('unresolved');
    expect(verdict.levers[0]).toMatchObject({ from: 'm b8 t4 spin', to: 'm b8 t4' });
    expect(verdict.levers[0]!.sentence).toMatch(/^Batch 8 \(spinning\), but without spinning: /);
    const [lowest] = judge(results, terms()).verdict.levers;
    expect(lowest!.from).toBe(verdict.reference);
  });

  it('never contradicts the verdict or the saving that stand above it', () => {
    let [saved, judged] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const made = splits.map((c) => ({ ...c, joules: 3 * (1 - c.instances / 800), cvPercent: 0.6, blocks: 12 }));
      const { verdict } = judge(measured(made, seed), terms({ current: { batchSize: 1, instances: 1 } }));
      for (const { from, to, relation, low, high } of verdict.levers) {
        expect(relation === 'more' ? low > 0 : relation !== 'less' || high < 0).toBe(true);
        if (verdict.saving?.against === to) {
          saved++;
          expect(relation === 'more' || relation === 'less').toBe(verdict.saving.significant);
          // The same pair, seen from the other end.
          expect((1 + low / 100) * (1 - verdict.saving.low! / 100)).toBeCloseTo(1, 9);
          expect((1 + high / 100) * (1 - verdict.saving.high! / 100)).toBeCloseTo(1, 9);
          continue;
        }
        const compared = from === verdict.reference && verdict.comparisons.find((c) => c.id === to);
        if (compared) judged++;
        if (compared) expect([compared.relation === 'worse', compared.low]).toEqual([relation === 'more', low]);
      }
    }
    expect(Math.min(saved, judged)).toBeGreaterThan(10);
  });

  it('has an interval for all pairs that could have been told', () => {
    const byWeights = { preferences: { energy: 1, latency: 0.001, accuracy: 0 } };
    const widthWith = (batchSizes: number[]) => {
      // Made alone, so that the pair that is told is the same.
      const others = batchSizes.flatMap((batchSize) => measured(spinning.map((c) => ({ ...c, batchSize, joules: 9 }))));
      const all = [...measured(spinning), ...others];
      const [lever] = leversIn(all, byWeights);
      const costs = all.map((r) => [r.id, new Map(r.trials.map((t) => [t.block, Math.log(t.joulesPerUnit)]))] as const);
      const d = additiveModel(new Map(costs)).difference(lever!.to, lever!.from);
      const tailOf = (pairs: number) => comparisonTails(pairs + 1, termsOf().measure.repeats, 6).saving;
      return { lever: lever!, d, tailOf };
    };
    for (const batchSizes of [[], [1, 2, 4]]) {
      const { lever, d, tailOf } = widthWith(batchSizes);
      const { low, high } = differenceInterval(d, tailOf(1 + batchSizes.length))!;
      expect([lever.low, lever.high]).toEqual([expect.closeTo(asPercent(low), 9), expect.closeTo(asPercent(high), 9)]);
      // What one pair alone would have been told with is narrower.
      if (batchSizes.length > 0)
        expect(lever.high - lever.low).toBeGreaterThan(2.2 * halfWidth(d, tailOf(1))! * 100 * Math.exp(d.mean));
    }
  });

  it('covers the true difference of the pair that it chose, in nearly all sweeps', () => {
    let [told, covered] = [0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const made = splits.map((c, i) => ({ ...c, joules: 3 * (1 + 0.004 * i), cvPercent: 1, blocks: 8 }));
      const joulesOf = (id: string) =>
        made[['m b1 t16 spin', 'm b1 i4 t4 spin', 'm b1 i16 t1 spin'].indexOf(id)]!.joules;
      const { verdict } = judge(
        measured(made, seed),
        terms({ measure: { equivalencePercent: 1, repeats: { min: 8, max: 8, intervalPercent: 2 } } }),
      );
      for (const { from, to, low, high } of verdict.levers) {
        const truly = 100 * (joulesOf(to) / joulesOf(from) - 1);
        told++;
        if (low <= truly && truly <= high) covered++;
      }
    }
    // One or two of each: a single process may be the chosen one, or the best other one.
    expect(told).toBeGreaterThan(200);
    expect(covered / told).toBeGreaterThanOrEqual(0.95);
  });

  it('says which domains its joules are without', () => {
    expect(leversIn(measured(spinning), { missing: ['dram-1'] })[0]!.sentence).toMatch(
      /^Measured without dram-1: the same batch with spinning: /,
    );
  });

  it('says that it is an estimate where it is one', () => {
    expect(leversIn(measured(spinning), { estimated: true })[0]!.sentence).toMatch(
      /^Estimated from CPU time: the same batch with spinning: /,
    );
  });
});
