import { describe, expect, it } from 'vitest';
import type { PipelineProblem } from '../../../../../src/core/pipeline/problem';
import { bandsOf } from '../../../../../src/core/pipeline/solving/bands';
import { goalValue, keeps, limits, type Question } from '../../../../../src/core/pipeline/solving/question';
import { search } from '../../../../../src/core/pipeline/solving/search';
import { choiceOf, spaceOf, spreadOf } from '../../../../../src/core/pipeline/solving/space';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { everyChoice, fewest } from '../../../../support/everyChoice';
import { randomPipeline } from '../../../../support/randomPipelines';

describe('bandsOf', () => {
  it('has each choice that keeps the limits in a band whose bound it does not exceed, as does its tighter one', () => {
    const random = seededRandom(48);
    let compared = 0;
    for (let i = 0; i < 60; i++) {
      const size = { stages: 1 + (i % 4), options: 4, mostReplicas: 8 };
      const problem: PipelineProblem = { ...randomPipeline(random, size), accuracyMethod: 'multiply' };
      const question: Question = { problem, kept: new Set(limits), goal: 'objective' };
      const space = spaceOf(question);
      if (space === null || space.productWeight === 0) continue;
      const rounding = 1e-9 * (1 + spreadOf(space));
      const bands = bandsOf(space).map((band) => (i % 2 === 0 ? band : band.tightened()));
      for (const choice of everyChoice(problem, fewest(problem.load))) {
        const candidates = choice.map(({ option }, s) => space.stages[s]!.find((one) => one.option === option));
        if (candidates.includes(undefined) || !keeps(question, choice)) continue;
        const product = candidates.reduce((so, one) => so * one!.accuracy, 1);
        const value = goalValue(question, choice);
        const own = bands.filter(({ bound }) => product >= bound.leastProduct && product <= bound.mostProduct);
        expect(own.length).toBeGreaterThan(0);
        for (const { total, bound } of own) {
          compared++;
          expect(total - value).toBeGreaterThanOrEqual(-rounding);
          for (const [s, one] of candidates.entries())
            expect(bound.through(s, one!) - value).toBeGreaterThanOrEqual(-rounding);
        }
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('lets a search come to the best of all, band by band', () => {
    const random = seededRandom(84);
    let compared = 0;
    for (let i = 0; i < 60; i++) {
      const size = { stages: 2 + (i % 3), options: 4, mostReplicas: 8 };
      const problem: PipelineProblem = { ...randomPipeline(random, size), accuracyMethod: 'multiply' };
      const question: Question = { problem, kept: new Set(limits), goal: 'objective' };
      const space = spaceOf(question);
      if (space === null || space.productWeight === 0) continue;
      const values = [...everyChoice(problem, fewest(problem.load))]
        .filter((choice) => keeps({ ...question, kept: new Set([...limits, 'variant']) }, choice))
        .map((choice) => goalValue(question, choice));
      let best = -Infinity;
      for (const { bound } of bandsOf(space))
        search(
          space,
          bound,
          best,
          (candidates) => {
            const choice = choiceOf(candidates);
            if (keeps(question, choice)) best = Math.max(best, goalValue(question, choice));
            return best;
          },
          1e6,
        );
      compared++;
      expect(best).toBeCloseTo(values.length === 0 ? -Infinity : Math.max(...values), 9);
    }
    expect(compared).toBeGreaterThan(20);
  });
});
