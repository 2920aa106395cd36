import { describe, expect, it } from 'vitest';
import { type PipelineProblem, problemSchema } from '../../../../../src/core/pipeline/problem';
import { bestChoice, solutionOf } from '../../../../../src/core/pipeline/solving/bestChoice';
import { goalValue, keeps, limits, type Question } from '../../../../../src/core/pipeline/solving/question';
import { spaceOf, withoutDominated } from '../../../../../src/core/pipeline/solving/space';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { loadProgramSolver } from '../../../../../src/solver/solver';
import { bestOfAll, fewest } from '../../../../support/everyChoice';

const asked = (problem: PipelineProblem): Question => ({ problem, kept: new Set(limits), goal: 'objective' });

/** Slower options are more accurate by as much, so that all choices that use the whole limit tie. */
function pipeline(stages: readonly (readonly number[])[], slaSeconds: number): PipelineProblem {
  return problemSchema.parse({
    load: 1,
    slaSeconds,
    stages: stages.map((latencies, s) => ({
      name: `${s}`,
      options: latencies.map((latencySeconds, o) => ({
        ...{ variant: `${o}`, batch: 1, accuracy: latencySeconds * 10, cores: 1, latencySeconds },
        ...{ throughput: 2, joulesPerRequest: 0 },
      })),
    })),
  });
}

describe('solutionOf', () => {
  it('takes no solution of the solver that misses a limit by the last bit of a sum', async () => {
    const run = await loadProgramSolver();
    // 0.1 + 0.2 is more than 0.3 in doubles, by less than any solver sees.
    const question = asked(pipeline([[0.1, 0.05], [0.2]], 0.3));
    expect(solutionOf(question, spaceOf(question)!, run)).toMatchObject({ choice: [{ option: 1 }, { option: 0 }] });
    const impossible = asked(pipeline([[0.1], [0.2]], 0.3));
    expect(solutionOf(impossible, spaceOf(impossible)!, run)).toBeNull();
  });

  it('gives up where the solver comes with none that stands', () => {
    const question = asked(pipeline([[0.1, 0.05], [0.2]], 0.3));
    let programs = 0;
    const solved = solutionOf(question, spaceOf(question)!, ({ columns }) => {
      programs++;
      // Always the slowest, whatever was cut off.
      return columns.map((_, c) => (c === 0 || c === columns.length - 1 ? 1 : 0));
    });
    expect(programs).toBeGreaterThan(1);
    expect(solved).toBe('too many cuts');
  });
});

describe('bestChoice', () => {
  it('and the solver alone find what exhaustive search finds where most sums meet the limit to the last bit or miss it by it', async () => {
    const run = await loadProgramSolver();
    const random = seededRandom(3);
    let again = 0;
    for (let i = 0; i < 150; i++) {
      const stages = Array.from({ length: 2 + (i % 5) }, () =>
        [0.1, 0.2, 0.3, 0.4, 0.7].filter(() => random() < 0.6).concat(random() < 0.5 ? 0.1 : 0.2),
      ).map((latencies) => [...new Set(latencies)]);
      const problem = pipeline(stages, (4 + Math.floor(random() * 14)) / 10);
      const question = asked(problem);
      const expected = bestOfAll(problem, fewest(problem.load));
      const found = bestChoice(question, run);
      if (expected === null) expect(found).toBeNull();
      else {
        expect(goalValue(question, found!)).toBeCloseTo(expected.value, 9);
        expect(keeps(question, found!)).toBe(true);
      }
      const space = spaceOf(question);
      if (space === null) continue;
      const solved = solutionOf(question, withoutDominated(space), (program) => {
        again++;
        return run(program);
      });
      again--;
      if (solved !== 'too many cuts')
        expect(solved?.value ?? null).toEqual(expected && expect.closeTo(expected.value, 9));
    }
    // Programs were solved anew.
    expect(again).toBeGreaterThan(10);
  });

  it('of a product finds the best also where a later band beats all bands that were left open', async () => {
    const random = seededRandom(13);
    const problem = problemSchema.parse({
      ...{ load: 1, accuracyMethod: 'multiply', slaSeconds: (0.2 + 0.4 * random()) * 4 },
      weights: { alpha: 10, beta: 0.02 + random() },
      limits: { joulesPerRequest: (0.2 + 0.4 * random()) * 4 },
      stages: [0, 1, 2, 3].map((s) => ({
        name: `${s}`,
        options: [0, 1, 2, 3].map((o) => ({
          ...{ variant: `${o}`, batch: 1, accuracy: random(), cores: 1 + Math.floor(random() * 8) },
          ...{ latencySeconds: random(), throughput: 2, joulesPerRequest: random() },
        })),
      })),
    });
    const found = bestChoice(asked(problem), await loadProgramSolver(), { whole: 10, product: 1, part: 3 });
    expect(found).toEqual(bestOfAll(problem, fewest(1))!.choice);
  });
});
