import { describe, expect, it } from 'vitest';
import { rank } from '../../../../../src/core/analysis/verdict/cost';
import type { AnalysisTerms } from '../../../../../src/core/analysis/analysisTermsSchema';
import { alternativesOf, tailsFor } from '../../../../../src/core/analysis/verdict/alternative';
import { sampledAccuracy } from '../../../../support/sampledAccuracy';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const sla = { requestLatencyMs: 2000, percentile: 95, arrivalRate: 4 };
const result = (batchSize: number, idleWatts: (number | null)[], accuracy: number | null = null) =>
  emptyResult(batchSize, {
    accuracy,
    trials: idleWatts.map((watts, i) => trialOf(i + 1, 2 + batchSize, { idleWatts: watts, batchMs: [100, 100] })),
  });
const ranked = (results: ReturnType<typeof result>[], rest: Partial<AnalysisTerms> = {}) =>
  rank(
    alternativesOf(results, rest.sla),
    results.map(({ id }) => id),
    { ...termsOf(), ...rest },
    tailsFor(results, termsOf().measure.repeats),
  );
const costOf = (ranking: ReturnType<typeof rank>, id: string, block = 1) =>
  Math.exp(ranking.costs.costs.get(id)!.get(block)!);

describe('what is ranked by', () => {
  it('is joules per request only where every trial has an idle baseline; else it says why not', () => {
    const known = ranked([result(1, [20, 20]), result(2, [20, 20])], { sla });
    expect(known).toMatchObject({ metric: 'joulesPerRequest', energy: 'joulesPerRequest', notes: [] });
    const lacking = ranked([result(1, [20, 20]), result(2, [20, null])], { sla });
    expect(lacking).toMatchObject({ metric: 'joulesPerUnit', energy: 'joulesPerUnit' });
    expect(lacking.notes).toEqual([
      { code: 'no-idle', configuration: null, message: expect.stringContaining('Without an idle baseline') },
    ]);
    expect(costOf(lacking, 'b1')).toBeCloseTo(3);
  });

  it('is joules per image without a service level, with no word about idle', () => {
    const ranking = ranked([result(1, [null])]);
    expect(ranking).toMatchObject({ metric: 'joulesPerUnit', notes: [] });
    expect(costOf(ranking, 'b1')).toBeCloseTo(3);
  });

  it('is a weighted geometric mean: energy and latency up, accuracy down', () => {
    const preferences = { energy: 2, latency: 1, accuracy: 1 };
    const ranking = ranked([result(1, [20], 0.4), result(2, [20], 0.5)], { preferences });
    expect(ranking.metric).toBe('weighted');
    expect(costOf(ranking, 'b1')).toBeCloseTo(((3 ** 2 * 100) / 0.4) ** 0.25);
    expect(costOf(ranking, 'b2')).toBeCloseTo(((4 ** 2 * 100) / 0.5) ** 0.25);
    // The saving is stated in energy alone.
    expect(Math.exp(ranking.energies.costs.get('b2')!.get(1)!)).toBeCloseTo(4);
  });

  it('leaves the weight of accuracy out where one is not known', () => {
    const preferences = { energy: 1, latency: 0, accuracy: 3 };
    const ranking = ranked([result(1, [20], 0.4), result(2, [20])], { preferences });
    expect(ranking.notes).toEqual([expect.objectContaining({ code: 'accuracy-unknown' })]);
    expect(costOf(ranking, 'b1')).toBeCloseTo(3);
    const only = ranked([result(1, [20])], { preferences: { energy: 0, latency: 0, accuracy: 1 } });
    expect(costOf(only, 'b1')).toBeCloseTo(3);
  });

  it('says where accuracies that it weighs are not told apart', () => {
    const preferences = { energy: 1, latency: 0, accuracy: 1 };
    const notesOf = (own: number) => {
      const accurate = [0.4, 0.405].map((accuracy, i) => ({
        ...result(i + 1, [20]),
        ...sampledAccuracy(accuracy, 0.01, { own, seed: i + 1 }),
        model: `m${i}`,
      }));
      return ranked(accurate, { preferences }).notes;
    };
    expect(notesOf(0.004)).toEqual([
      {
        code: 'accuracy-exact',
        configuration: null,
        message: expect.stringContaining('m0 and m1 might be another one'),
      },
    ]);
    expect(notesOf(0)).toEqual([]);
    expect(ranked([result(1, [20], 0.4), result(2, [20], 0.4)], { preferences }).notes).toEqual([]);
  });

  it('has no cost where the arrivals outrun the throughput', () => {
    const ranking = ranked([result(1, [20])], { sla: { ...sla, arrivalRate: 11 } });
    expect(ranking.costs.costs.get('b1')!.size).toBe(0);
  });
});
