import { beforeAll, describe, expect, it } from 'vitest';
import type { SolvePipeline } from '../../../src/core/pipeline/answer';
import { brokenLimits, type Choice } from '../../../src/core/pipeline/evaluate';
import { type PipelineProblem, problemSchema } from '../../../src/core/pipeline/problem';
import { seededRandom } from '../../../src/core/statistics/random';
import { solutionOf } from '../../../src/core/pipeline/solving/bestChoice';
import { limits, type Question } from '../../../src/core/pipeline/solving/question';
import { spaceOf, spreadOf, withoutDominated } from '../../../src/core/pipeline/solving/space';
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

  it('breaks ties by the batch sizes with gamma = 1e-6, whatever the other terms are', () => {
    const option = (batch: number, latencySeconds: number) => ({
      ...{ variant: 'n', batch, accuracy: 68.9, cores: 4, latencySeconds, throughput: 30, joulesPerRequest: 2 },
    });
    const problem = problemSchema.parse({
      load: 20,
      slaSeconds: 10,
      weights: { alpha: 40, beta: 0.5, gamma: 1e-6 },
      stages: [4, 1, 8, 2].map((first, s) => ({
        name: `${s}`,
        options: [first, 16].map((batch) => option(batch, batch / 100)),
      })),
    });
    expect(solve(problem).stages.map(({ batch }) => batch)).toEqual([4, 1, 8, 2]);
    const without = { ...problem, weights: { ...problem.weights, gamma: 0 } };
    expect(solve(problem).objective!).toBeCloseTo(solve(without).objective! - 15e-6, 9);
  });

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
  it('alone finds what exhaustive search finds, within its tolerance, by combinations and chains of products, too', async () => {
    const run = await loadProgramSolver();
    const random = seededRandom(95);
    const compared = { feasible: 0, infeasible: 0 };
    for (let i = 0; i < repeats(270, 2700); i++) {
      const stages = 1 + (i % 9);
      const size = { stages, options: stages < 5 ? 5 : stages < 7 ? 4 : stages < 9 ? 3 : 2, mostReplicas: 20 };
      const drawn = randomPipeline(random, size);
      const problem: PipelineProblem = stages < 5 ? drawn : { ...drawn, accuracyMethod: 'multiply' };
      const question: Question = { problem, kept: new Set(limits), goal: 'objective' };
      const space = spaceOf(question);
      if (space === null) continue;
      const expected = bestOfAll(problem, fewest(problem.load));
      const solved = solutionOf(question, withoutDominated(space), run);
      if (expected === null) {
        compared.infeasible++;
        expect(solved).toBeNull();
      } else if (solved !== 'too many cuts') {
        compared.feasible++;
        expect(Math.abs(solved!.value - expected.value)).toBeLessThanOrEqual(1e-9 * (1 + spreadOf(space)));
      }
    }
    expect(compared.feasible).toBeGreaterThan(100);
    expect(compared.infeasible).toBeGreaterThan(0);
  });
});

describe('a problem that cannot be solved in time', () => {
  it('is given up, which names what helps', async () => {
    const random = seededRandom(5);
    const options = (s: number) =>
      Array.from({ length: 200 }, (_, o) => {
        const quality = random();
        return {
          ...{ variant: `v${o}`, batch: 1 + ((o + s) % 64), accuracy: 0.3 + 0.7 * quality, cores: 1 + (o % 5) },
          ...{ latencySeconds: 0.02 + quality * (0.3 + 0.3 * random()), throughput: 5 + 40 * random() },
          ...{ joulesPerRequest: 0.1 + quality * (1 + 2 * random()), idleWattsPerCore: 1 },
        };
      });
    const problem = problemSchema.parse({
      ...{ load: 20, slaSeconds: 2.5, accuracyMethod: 'multiply', weights: { beta: 1e-4, delta: 1e-4 } },
      stages: Array.from({ length: 9 }, (_, s) => ({ name: `s${s}`, options: options(s) })),
      limits: { joulesPerRequest: 9.9 },
    });
    const hurried = await loadSolver(0.2);
    expect(() => hurried(problem)).toThrow(/not solved within 0\.2 s: leave it fewer options \(batchingCap, /);
  });
});
