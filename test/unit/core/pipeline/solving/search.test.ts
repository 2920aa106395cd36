import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../../src/core/pipeline/evaluate';
import { boundOf } from '../../../../../src/core/pipeline/solving/bound';
import { limits, type Question } from '../../../../../src/core/pipeline/solving/question';
import { search } from '../../../../../src/core/pipeline/solving/search';
import { type Candidate, choiceOf, spaceOf } from '../../../../../src/core/pipeline/solving/space';
import { brokenLimits } from '../../../../../src/core/pipeline/evaluate';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { everyChoice, fewest } from '../../../../support/everyChoice';
import { randomPipeline } from '../../../../support/randomPipelines';

describe('search', () => {
  it('comes to every choice that reaches the threshold within the limits, whatever the prices', () => {
    const random = seededRandom(21);
    let reached = 0;
    let all = 0;
    for (let i = 0; i < 200; i++) {
      const problem = randomPipeline(random, { stages: 1 + (i % 4), options: 4, mostReplicas: 6 });
      const question: Question = { problem, kept: new Set(limits), goal: 'objective' };
      const space = spaceOf(question);
      if (space === null) continue;
      const feasible = [...everyChoice(problem, fewest(problem.load))].filter(
        (choice) => brokenLimits(problem, choice).length === 0,
      );
      if (feasible.length === 0) continue;
      const objectives = feasible.map((choice) => evaluate(problem, choice).objective).sort((a, b) => b - a);
      const threshold = objectives[Math.floor(objectives.length / 3)]! - 1e-9;
      const found: string[] = [];
      const visit = (candidates: readonly Candidate[]) => {
        all++;
        found.push(JSON.stringify(choiceOf(candidates)));
        return threshold;
      };
      expect(search(space, boundOf(space), threshold, visit, 1e6)).toBe(true);
      for (const choice of feasible)
        if (evaluate(problem, choice).objective >= threshold) {
          reached++;
          expect(found).toContain(JSON.stringify(choice));
        }
    }
    expect(reached).toBeGreaterThan(500);
    // What it leaves out makes it worth its while.
    expect(all).toBeLessThan(4 * reached);
  });

  it('says that it did not come to its end', () => {
    const problem = randomPipeline(seededRandom(1), { stages: 4, options: 6, mostReplicas: 100 });
    const space = spaceOf({ problem, kept: new Set(), goal: 'objective' })!;
    expect(search(space, boundOf(space), -Infinity, () => -Infinity, 20)).toBe(false);
  });
});
