import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/core/pipeline/evaluate';
import { solveWays, type Way } from '../../../../src/core/pipeline/weightings';
import { feasibleChoices, problemOf, randomProblem, solveByTrying, video } from '../../../support/pipelineProblems';

const byName = (ways: Way[]) => Object.fromEntries(ways.map((way) => [way.name, way])) as Record<Way['name'], Way>;

describe('ways to weigh a pipeline', () => {
  // With the limit nobody can have the most accurate variants of all, so what is feasible is less than what there is.
  const problem = problemOf({ ...video, limits: { watts: 150 } });
  const ways = byName(solveWays(problem, solveByTrying));
  const answers = (term: 'accuracy' | 'cores' | 'joulesPerRequest') => {
    const { 'accuracy-first': a, balanced: b, 'energy-first': e, 'cost-first': c } = ways;
    return [a, b, e, c].map(({ answer }) => answer[term]!);
  };

  it('put each of accuracy, energy and cost first, and balance them', () => {
    const all = feasibleChoices(problem).map((choice) => evaluate(problem, choice));
    expect(ways['accuracy-first'].answer.accuracy).toBe(Math.max(...all.map(({ accuracy }) => accuracy)));
    expect(ways['energy-first'].answer.joulesPerRequest).toBeCloseTo(
      Math.min(...all.map(({ joulesPerRequest }) => joulesPerRequest)),
      9,
    );
    expect(ways['cost-first'].answer.cores).toBe(Math.min(...all.map(({ cores }) => cores)));
    for (const term of ['accuracy', 'cores', 'joulesPerRequest'] as const) {
      const [, balanced, ...others] = answers(term);
      expect(balanced).toBeGreaterThanOrEqual(Math.min(...others));
      expect(balanced).toBeLessThanOrEqual(Math.max(...answers(term)));
    }
  });

  it('divide each term by the distance between its ends among the three, where it is balanced', () => {
    const { weights } = ways.balanced;
    const distance = (term: Parameters<typeof answers>[0]) => {
      const [a, , e, c] = answers(term);
      return Math.max(a!, e!, c!) - Math.min(a!, e!, c!);
    };
    expect(weights.alpha).toBeCloseTo(1 / distance('accuracy'), 9);
    expect(weights.beta).toBeCloseTo(1 / distance('cores'), 9);
    expect(weights.delta).toBeCloseTo(1 / distance('joulesPerRequest'), 9);
    expect(weights.gamma).toBe(0);
  });

  it('do not depend on the units of accuracy and energy', () => {
    const scaled = problemOf({
      ...video,
      limits: { watts: 150_000 },
      stages: video.stages.map((stage) => ({
        ...stage,
        options: stage.options.map((one) => ({
          ...one,
          accuracy: 100 * one.accuracy,
          joulesPerRequest: 1000 * one.joulesPerRequest,
          idleWattsPerCore: 1000 * one.idleWattsPerCore!,
        })),
      })),
    });
    const choices = (of: Way[]) => of.map(({ name, answer }) => [name, answer.stages]);
    expect(choices(solveWays(scaled, solveByTrying))).toEqual(choices(solveWays(problem, solveByTrying)));
  });

  it('do not weigh what rounding leaves of equal sums', () => {
    const option = { variant: 'a', batch: 1, accuracy: 1, cores: 1, latencySeconds: 0.1, throughput: 50 };
    const stage = (name: string, joules: number[]) => ({
      name,
      options: joules.map((joulesPerRequest, i) => ({ ...option, variant: `${i}`, joulesPerRequest, cores: 1 + i })),
    });
    const stages = [stage('a', [0.1]), stage('b', [0.2, 0.2 * (1 + 1e-12)])];
    const ways = solveWays(problemOf({ load: 10, slaSeconds: 1, stages }), solveByTrying);
    expect(ways).toHaveLength(4);
    for (const { weights } of ways) expect(weights.delta).toBeLessThanOrEqual(1);
  });

  it('are none of an infeasible problem, and finite of every other one', () => {
    let infeasible = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomProblem(seed, { coarse: seed % 2 === 0 });
      const found = solveWays(random, solveByTrying);
      if (feasibleChoices(random).length === 0) {
        infeasible++;
        expect(found).toEqual([]);
        continue;
      }
      expect(found.map(({ name }) => name)).toEqual(['accuracy-first', 'balanced', 'energy-first', 'cost-first']);
      const all = feasibleChoices(random).map((choice) => evaluate(random, choice));
      const [accuracyFirst, , energyFirst, costFirst] = found.map(({ answer }) => answer);
      const range = 1 / found[0]!.weights.alpha;
      const most = Math.max(...all.map(({ accuracy }) => accuracy));
      // The other two terms can outweigh two thousandths of its range.
      expect(accuracyFirst!.accuracy).toBeGreaterThanOrEqual(most - 0.002 * range - 1e-9);
      const least = (key: 'cores' | 'joulesPerRequest') => Math.min(...all.map((one) => one[key]));
      expect(costFirst!.cores).toBeLessThanOrEqual(least('cores') + 0.002 / found[3]!.weights.beta + 1e-9);
      expect(energyFirst!.joulesPerRequest).toBeLessThanOrEqual(
        least('joulesPerRequest') + 0.002 / found[2]!.weights.delta + 1e-9,
      );
      for (const { weights, answer } of found) {
        expect(answer.status).toBe('optimal');
        for (const weight of Object.values(weights)) expect(Number.isFinite(weight) && weight >= 0).toBe(true);
        expect(weights.beta).toBeGreaterThan(0);
      }
    }
    expect(infeasible).toBeGreaterThan(10);
  });
});
