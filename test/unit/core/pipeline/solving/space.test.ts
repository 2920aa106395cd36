import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../../src/core/pipeline/evaluate';
import type { PipelineProblem } from '../../../../../src/core/pipeline/problem';
import { limits, type Question } from '../../../../../src/core/pipeline/solving/question';
import { joulesOf, spaceOf, spreadOf, withoutDominated } from '../../../../../src/core/pipeline/solving/space';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { bestOfAll, everyChoice, fewest } from '../../../../support/everyChoice';
import { randomPipeline } from '../../../../support/randomPipelines';

const asked = (problem: PipelineProblem): Question => ({ problem, kept: new Set(limits), goal: 'objective' });

function* pipelines(count: number): Generator<PipelineProblem> {
  const random = seededRandom(3);
  for (let i = 0; i < count; i++) yield randomPipeline(random, { stages: 1 + (i % 3), options: 4, mostReplicas: 3 });
}

describe('spaceOf', () => {
  it('adds up to what a choice is evaluated to', () => {
    for (const problem of pipelines(100)) {
      const space = spaceOf(asked(problem));
      if (space === null) continue;
      const picked = space.stages.map((stage) => stage.at(-1)!);
      const found = evaluate(problem, picked);
      const sum = (of: (one: (typeof picked)[number]) => number) => picked.reduce((total, one) => total + of(one), 0);
      const product = picked.reduce((so, { accuracy }) => so * accuracy, space.productWeight);
      expect(sum(({ value }) => value) + product).toBeCloseTo(found.objective, 9);
      expect(sum(joulesOf)).toBeCloseTo(found.joulesPerRequest, 9);
    }
  });

  it('leaves out what cannot keep a limit with the least of all other stages', () => {
    for (const problem of pipelines(100)) {
      const space = spaceOf(asked(problem));
      for (const one of space?.stages.flat() ?? [])
        expect(one.seconds).toBeLessThanOrEqual(space!.mostSeconds * (1 + 1e-8));
      if (space === null) expect(bestOfAll(problem, fewest(problem.load))).toBeNull();
    }
  });
});

describe('withoutDominated', () => {
  it('holds a best choice still', () => {
    let left = 0;
    for (const problem of pipelines(200)) {
      const space = spaceOf(asked(problem));
      if (space === null) continue;
      const { stages } = withoutDominated(space);
      left += space.stages.flat().length - stages.flat().length;
      const names = stages.map((stage, s) => ({
        ...problem.stages[s]!,
        options: stage.map(({ option }) => problem.stages[s]!.options[option]!),
      }));
      const best = bestOfAll(problem, fewest(problem.load));
      const accuraciesStay = { ...problem, stages: names };
      if (problem.normalizeAccuracy || problem.queueing === 'as-published') continue;
      const bestLeft = bestOfAll(accuraciesStay, fewest(problem.load));
      expect(bestLeft?.value ?? null).toEqual(best === null ? null : expect.closeTo(best.value, 9));
    }
    expect(left).toBeGreaterThan(100);
  });
});

describe('spreadOf', () => {
  it('is no smaller than what two choices differ by', () => {
    for (const problem of pipelines(50)) {
      const space = spaceOf({ ...asked(problem), kept: new Set() });
      const objectives = [...everyChoice(problem, () => [1])]
        .filter((choice) =>
          choice.every(({ option }, s) => space!.stages[s]!.some((one) => one.option === option && one.replicas === 1)),
        )
        .map((choice) => evaluate(problem, choice).objective);
      expect(Math.max(...objectives) - Math.min(...objectives)).toBeLessThanOrEqual(spreadOf(space!) * (1 + 1e-9));
    }
  });
});
