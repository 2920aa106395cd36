import { describe, expect, it } from 'vitest';
import { boundOf } from '../../../../../src/core/pipeline/solving/bound';
import { goalValue, keeps, limits, type Question } from '../../../../../src/core/pipeline/solving/question';
import { spaceOf, spreadOf } from '../../../../../src/core/pipeline/solving/space';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { everyChoice, fewest } from '../../../../support/everyChoice';
import { randomPipeline } from '../../../../support/randomPipelines';

describe('boundOf', () => {
  it.each([true, false])(
    'is not below the best choice, of all and through each candidate, and is it where there are no limits (limits: %s)',
    (hasLimits) => {
      const random = seededRandom(5);
      let compared = 0;
      for (let i = 0; i < 150; i++) {
        const problem = randomPipeline(random, { stages: 1 + (i % 4), options: 4, mostReplicas: 8 });
        const kept = new Set(limits.filter((limit) => hasLimits || limit === 'throughput' || limit === 'scalingCap'));
        const question: Question = { problem, kept, goal: 'objective' };
        const space = spaceOf(question);
        if (space === null) continue;
        const values = [...everyChoice(problem, fewest(problem.load))]
          .filter((choice) => keeps({ ...question, kept: new Set([...kept, 'variant']) }, choice))
          .map((choice) => ({ choice, value: goalValue(question, choice) }));
        if (values.length === 0) continue;
        const bound = boundOf(space);
        const above = bound.rest(0, 1) + bound.limits - Math.max(...values.map(({ value }) => value));
        compared++;
        const rounding = 1e-9 * (1 + spreadOf(space));
        expect(above).toBeGreaterThanOrEqual(-rounding);
        space.stages.forEach((stage, s) => {
          for (const one of stage) {
            const withIt = values.filter(({ choice }) => choice[s]!.option === one.option).map(({ value }) => value);
            const here = bound.through(s, one) - Math.max(...withIt);
            if (withIt.length > 0) expect(here).toBeGreaterThanOrEqual(-rounding);
            if (withIt.length > 0 && !hasLimits) expect(here).toBeLessThanOrEqual(rounding);
          }
        });
        if (!hasLimits) expect(above).toBeLessThanOrEqual(rounding);
      }
      expect(compared).toBeGreaterThan(70);
    },
  );
});
