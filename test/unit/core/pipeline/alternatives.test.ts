import { describe, expect, it } from 'vitest';
import { alternativesOf } from '../../../../src/core/pipeline/alternatives';
import { choiceOf, stagesOf } from '../../../../src/core/pipeline/choice';
import { evaluate } from '../../../../src/core/pipeline/evaluate';
import { feasibleChoices, problemOf, randomProblem, solveByTrying, video } from '../../../support/pipelineProblems';

describe('alternatives', () => {
  it('are all other choices as good as the best, to 1e-9', () => {
    let several = 0;
    for (let seed = 1; seed <= 600; seed++) {
      const problem = randomProblem(seed, { coarse: true });
      const answer = solveByTrying(problem);
      if (answer.status === 'infeasible') continue;
      const best = choiceOf(problem, answer.stages)!;
      const { alternatives, isComplete } = alternativesOf(problem, best);
      const expected = feasibleChoices(problem)
        .filter((choice) => evaluate(problem, choice).objective >= answer.objective! - 1e-9)
        .map((choice) => stagesOf(problem, choice))
        .filter((stages) => JSON.stringify(stages) !== JSON.stringify(answer.stages));
      if (expected.length > 0) several++;
      expect(isComplete, `seed ${seed}`).toBe(expected.length <= 10);
      expect(alternatives, `seed ${seed}`).toHaveLength(Math.min(10, expected.length));
      for (const one of alternatives) expect(expected, `seed ${seed}`).toContainEqual(one);
    }
    expect(several).toBeGreaterThan(30);
  });

  it('are the same whatever all weights are multiplied by', () => {
    for (const scale of [1e-9, 1, 1e9]) {
      const scaled = problemOf({ ...video, weights: { alpha: 10 * scale, beta: 0.05 * scale, delta: 0.1 * scale } });
      const best = choiceOf(scaled, solveByTrying(scaled).stages)!;
      expect(alternativesOf(scaled, best), `${scale}`).toEqual({ alternatives: [], isComplete: true });
      const twice = scaled.stages.map((stage) => ({
        ...stage,
        options: stage.options.flatMap((one) => [one, { ...one, variant: `${one.variant} again` }]),
      }));
      const doubled = { ...scaled, stages: twice };
      const found = alternativesOf(doubled, choiceOf(doubled, solveByTrying(doubled).stages)!);
      expect(found.alternatives, `${scale}`).toHaveLength(3);
    }
  });

  it('are ten at most, and then it is said that there may be more', () => {
    const options = Array.from({ length: 4 }, (_, o) => ({
      ...{
        variant: `v${o}`,
        batch: 1,
        accuracy: 1,
        cores: 1,
        latencySeconds: 0.1,
        throughput: 50,
        joulesPerRequest: 1,
      },
    }));
    const problem = problemOf({ ...video, stages: [1, 2, 3].map((s) => ({ name: `${s}`, options })) });
    const best = [1, 2, 3].map(() => ({ option: 0, replicas: 1 }));
    const { alternatives, isComplete } = alternativesOf(problem, best);
    expect([alternatives.length, isComplete]).toEqual([10, false]);
  });
});
