import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/core/pipeline/evaluate';
import { solveWays, type Way } from '../../../../src/core/pipeline/weightings';
import { feasibleChoices, problemOf, randomProblem, solveByTrying, video } from '../../../support/pipelineProblems';

const byName = (ways: Way[]) => Object.fromEntries(ways.map((way) => [way.name, way])) as Record<Way['name'], Way>;

describe('ways to weigh a pipeline', () => {
  const problem = problemOf(video);
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
      for (const { weights, answer } of found) {
        expect(answer.status).toBe('optimal');
        for (const weight of Object.values(weights)) expect(Number.isFinite(weight) && weight >= 0).toBe(true);
        expect(weights.beta).toBeGreaterThan(0);
      }
    }
    expect(infeasible).toBeGreaterThan(10);
  });
});
