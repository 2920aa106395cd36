import { beforeAll, describe, expect, it } from 'vitest';
import type { SolvePipeline } from '../../../src/core/pipeline/answer';
import { brokenLimits, type Choice } from '../../../src/core/pipeline/evaluate';
import type { PipelineProblem } from '../../../src/core/pipeline/problem';
import { seededRandom } from '../../../src/core/statistics/random';
import { choiceProgram } from '../../../src/core/pipeline/solving/choiceProgram';
import { goalValue, keeps, limits, type Question } from '../../../src/core/pipeline/solving/question';
import { choiceOf, spaceOf, spreadOf, withoutDominated } from '../../../src/core/pipeline/solving/space';
import { loadProgramSolver, loadSolver } from '../../../src/solver/solver';
import { bestOfAll, fewest, upTo } from '../../support/everyChoice';
import { randomPipeline } from '../../support/randomPipelines';
import { repeats } from '../../support/repeats';

let solve: SolvePipeline;
beforeAll(async () => {
  solve = await loadSolver();
});

/** So that all replicas of all options can be gone through. */
const sizes = [
  { stages: 1, options: 12, mostReplicas: 8 },
  { stages: 2, options: 8, mostReplicas: 4 },
  { stages: 3, options: 4, mostReplicas: 3 },
  { stages: 4, options: 3, mostReplicas: 2 },
];

const indices = (problem: PipelineProblem, answer: ReturnType<SolvePipeline>): Choice =>
  answer.stages.map(({ variant, batch, replicas }, s) => ({
    option: problem.stages[s]!.options.findIndex((one) => one.variant === variant && one.batch === batch),
    replicas,
  }));

describe('loadSolver', () => {
  it('finds what exhaustive search finds, in 1,000 pipelines', () => {
    const random = seededRandom(16);
    const counts = { feasible: 0, infeasible: 0 };
    for (let i = 0; i < repeats(1000, 20_000); i++) {
      const problem = randomPipeline(random, sizes[i % sizes.length]!);
      const expected = bestOfAll(problem, upTo(problem.scalingCap));
      const answer = solve(problem);
      if (expected === null) {
        counts.infeasible++;
        expect(answer, `pipeline ${i}`).toMatchObject({ status: 'infeasible', objective: null, stages: [] });
        continue;
      }
      counts.feasible++;
      expect(answer.status, `pipeline ${i}`).toBe('optimal');
      const difference = Math.abs(answer.objective! - expected.value) / Math.max(1, Math.abs(expected.value));
      expect(difference, `pipeline ${i}: ${answer.objective} for ${expected.value}`).toBeLessThanOrEqual(1e-9);
      expect(brokenLimits(problem, indices(problem, answer))).toEqual([]);
    }
    expect(counts.feasible).toBeGreaterThan(500);
    expect(counts.infeasible).toBeGreaterThan(100);
    // Most of it is the exhaustive search; on a busy machine a minute.
  }, 300_000);

  it('multiplies accuracies of five to nine stages as going through them does', () => {
    const random = seededRandom(59);
    for (let i = 0; i < repeats(40, 400); i++) {
      const stages = 5 + (i % 5);
      const size = { stages, options: stages < 7 ? 4 : stages < 9 ? 3 : 2, mostReplicas: 20 };
      const problem: PipelineProblem = { ...randomPipeline(random, size), accuracyMethod: 'multiply' };
      const expected = bestOfAll(problem, fewest(problem.load));
      const answer = solve(problem);
      if (expected === null) expect(answer.objective).toBeNull();
      else expect(Math.abs(answer.objective! - expected.value)).toBeLessThanOrEqual(1e-9);
    }
  });
});

describe('loadProgramSolver', () => {
  it('solves the programs of products by combinations and by chains as going through all choices does', async () => {
    const run = await loadProgramSolver();
    const random = seededRandom(95);
    let compared = 0;
    for (let i = 0; i < repeats(60, 600); i++) {
      const stages = 1 + (i % 9);
      const size = { stages, options: stages < 5 ? 6 : stages < 7 ? 4 : stages < 9 ? 3 : 2, mostReplicas: 20 };
      const problem: PipelineProblem = { ...randomPipeline(random, size), accuracyMethod: 'multiply' };
      const question: Question = { problem, kept: new Set(limits), goal: 'objective' };
      const all = spaceOf(question);
      if (all === null) continue;
      const space = withoutDominated(all);
      const { program, columns } = choiceProgram(space, []);
      const values = run(program);
      const expected = bestOfAll(problem, fewest(problem.load));
      if (values === null) {
        expect(expected).toBeNull();
        continue;
      }
      const picked = columns.map((stage) => stage.findIndex((x) => values[x]! > 0.5));
      const choice = choiceOf(picked.map((c, s) => space.stages[s]![c]!));
      // Else it missed a limit by less than the solver sees.
      if (!keeps(question, choice)) continue;
      compared++;
      const tolerance = 1e-9 * (1 + spreadOf(space));
      expect(Math.abs(goalValue(question, choice) - expected!.value)).toBeLessThanOrEqual(tolerance);
    }
    expect(compared).toBeGreaterThan(25);
  });
});
