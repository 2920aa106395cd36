import { describe, expect, it } from 'vitest';
import { importProblem } from '../../../../src/core/ipa/importProblem';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';
import { readRunConfig } from '../../../../src/core/ipa/runConfig';
import type { SolvePipeline } from '../../../../src/core/pipeline/answer';
import { type PipelineProblem, problemSchema } from '../../../../src/core/pipeline/problem';
import { type Random, seededRandom } from '../../../../src/core/statistics/random';
import { loadSolver } from '../../../../src/solver/solver';
import { accuraciesOf, configOf, hasIpaData, ipaFile, rowsOf, tableText, valueOf } from '../../../support/ipaFiles';

/**
 * IPA's rules by exhaustive search, from what is known of its published code alone: product of variants × replicas × batch sizes, λ ≤ n·h, a pair
 * that was not profiled has l = 1000 s and h = 1e-5.
 *
 * `brute-force` path: Σ l < SLA, and no queue. Gurobi path: Σ (l + q) ≤ SLA with the queue function of the binary variable, a constant.
 */
function published(problem: PipelineProblem, path: 'brute-force' | 'gurobi', mostReplicas: number) {
  const { load, slaSeconds, weights, stages, accuracyMethod } = problem;
  const batches = [...new Set(stages.flatMap(({ options }) => options.map(({ batch }) => batch)))];
  const variantsOf = (s: number) => [...new Set(stages[s]!.options.map(({ variant }) => variant))];
  let queue = 0;
  if (path === 'gurobi')
    for (const s of stages.keys())
      for (const _ of variantsOf(s)) for (const [b] of batches.entries()) queue += ((b === 0 ? 1 : 0) - 1) / load;
  type Stage = { variant: string; batch: number; replicas: number; cores: number; accuracy: number; latency: number };
  const perStage = stages.map(({ options }, s) =>
    variantsOf(s).flatMap((variant) => {
      const [any] = options.filter((option) => option.variant === variant);
      return batches.flatMap((batch) => {
        const found = options.find((option) => option.variant === variant && option.batch === batch);
        const [latency, throughput] = found ? [found.latencySeconds, found.throughput] : [1000, 1e-5];
        return Array.from({ length: mostReplicas }, (_, i) => i + 1)
          .filter((replicas) => load <= replicas * throughput)
          .map((replicas): Stage => ({
            variant,
            batch,
            replicas,
            cores: any!.cores,
            accuracy: any!.accuracy,
            latency,
          }));
      });
    }),
  );
  let best: { objective: number; stages: Stage[] } | null = null;
  const walk = (chosen: Stage[]): void => {
    if (chosen.length < stages.length) {
      for (const one of perStage[chosen.length]!) walk([...chosen, one]);
      return;
    }
    const seconds = chosen.reduce((sum, { latency }) => sum + latency, 0);
    if (path === 'gurobi' ? seconds + queue > slaSeconds : seconds >= slaSeconds) return;
    const values = chosen.map(({ accuracy }) => accuracy);
    const sum = values.reduce((a, b) => a + b, 0);
    const accuracy = { sum, average: sum / values.length, multiply: values.reduce((a, b) => a * b, 1) }[accuracyMethod];
    const objective =
      weights.alpha * accuracy -
      weights.beta * chosen.reduce((total, one) => total + one.cores * one.replicas, 0) -
      weights.gamma * chosen.reduce((total, one) => total + one.batch, 0);
    if (best === null || objective > best.objective) best = { objective, stages: chosen };
  };
  walk([]);
  return best as { objective: number; stages: Stage[] } | null;
}

/** What the published code adds to the latency, never above 0: a problem whose SLA is shorter by it has no queue at all. */
function withoutQueue(problem: PipelineProblem): PipelineProblem {
  const batches = new Set(problem.stages.flatMap(({ options }) => options.map(({ batch }) => batch))).size;
  const variants = problem.stages.reduce(
    (sum, { options }) => sum + new Set(options.map(({ variant }) => variant)).size,
    0,
  );
  return { ...problem, slaSeconds: problem.slaSeconds - (variants * (batches - 1)) / problem.load };
}

function compare(solve: SolvePipeline, problem: PipelineProblem, path: 'brute-force' | 'gurobi') {
  const wanted = published(problem, path, problem.scalingCap);
  const found = solve(path === 'gurobi' ? problem : withoutQueue(problem));
  if (wanted === null) {
    expect(found.status).toBe('infeasible');
    return null;
  }
  expect(found.status).toBe('optimal');
  expect(Math.abs(found.objective! - wanted.objective)).toBeLessThan(1e-9);
  expect(found.stages.map(({ variant, batch, replicas }) => [variant, batch, replicas])).toEqual(
    wanted.stages.map(({ variant, batch, replicas }) => [variant, batch, replicas]),
  );
  return wanted;
}

/** The table with other numbers, and without a fifth of its rows. */
function randomProblem(random: Random): PipelineProblem {
  const text = tableText
    .split('\n')
    .filter((line, i) => i === 0 || line === '' || /,1,20,/.test(line) || random() > 0.2)
    .map((line, i) => {
      const cells = line.split(',');
      if (i === 0 || cells.length < 10) return line;
      return [...cells.slice(0, 7), Number(cells[7]) * (0.6 + random()), 1, Number(cells[9]) * (0.6 + random())].join();
    })
    .join('\n');
  const method = (['sum', 'average', 'multiply'] as const)[Math.floor(random() * 3)]!;
  const config = configOf({
    ...{
      alpha: 20 * random(),
      beta: random(),
      accuracy_method: method,
      scaling_cap: 1 + Math.floor(8 * random()),
      threshold: 1,
    },
    sla_factor: 0.6 + 2 * random(),
  });
  const load = 5 + 25 * random();
  const terms = { load, slaSeconds: null, queueing: 'as-published' as const, addHundred: false };
  return problemSchema.parse(importProblem(config, accuraciesOf(), null, rowsOf(text), terms).problem);
}

describe('IPA’s published rules', () => {
  it('choose what the solver chooses as published, of random profiles with pairs that were not profiled', async () => {
    const solve = await loadSolver();
    const random = seededRandom(16);
    let [feasible, infeasible] = [0, 0];
    for (let i = 0; i < 30; i++) {
      const problem = randomProblem(random);
      if (compare(solve, problem, 'gurobi') === null) infeasible++;
      else feasible++;
      if (withoutQueue(problem).slaSeconds <= 0) continue;
      if (compare(solve, problem, 'brute-force') === null) infeasible++;
      else feasible++;
    }
    expect(feasible).toBeGreaterThan(15);
    expect(infeasible).toBeGreaterThan(1);
  });

  describe.skipIf(!hasIpaData)('on the video configuration (shared data, GREENBATCH_FIXTURES)', () => {
    const accuracies = () => accuraciesOf(ipaFile('accuracies.yaml'));
    const rows = () => valueOf(readProfileTable(ipaFile('profile-video-partial.csv'), 'video.csv'));
    const terms = { load: null, slaSeconds: null, queueing: 'as-published' as const, addHundred: false };

    it('cannot be applied as it is: of its series 71 one slow variant alone is known', () => {
      const config = valueOf(readRunConfig(ipaFile('video-mul-1.config.yaml')));
      expect(() => importProblem(config, accuracies(), null, rows(), terms)).toThrow(
        /crop: no profile of yolov5m reaches threshold 4/,
      );
    });

    it.each([5, 10, 20, 40, 80])(
      'choose the same at %d requests/s, of what is known of series 73: yolov5n and resnet18',
      async (load) => {
        const text = ipaFile('video-mul-1.config.yaml')
          .replace('- 71\n- 72', '- 73\n- 73')
          .replace('profiling_load: 20', 'profiling_load: 40');
        const solve = await loadSolver();
        const { problem } = importProblem(valueOf(readRunConfig(text)), accuracies(), null, rows(), { ...terms, load });
        // A hundred replicas of three batch sizes, twice, are 90,000 states.
        const whole = problemSchema.parse(problem);
        const chosen = compare(solve, whole, 'gurobi');
        expect(chosen!.stages.map(({ variant }) => variant)).toEqual(['yolov5n', 'resnet18']);
        expect(compare(solve, whole, 'brute-force')).toEqual(chosen);
        // A tighter SLA, at which batches of 8 are too slow.
        const tight = { ...whole, slaSeconds: 0.2 };
        expect(published(tight, 'brute-force', 100)?.stages.every(({ batch }) => batch < 8)).toBe(true);
      },
    );
  });

  it.skipIf(!hasIpaData).each(['sum', 'multiply'])(
    'choose the same for the real nlp pipeline of three stages, accuracies as %s (shared data, GREENBATCH_FIXTURES)',
    async (method) => {
      const config = configOf({
        ...{ pipeline_name: 'nlp', pipeline_folder_name: 'nlp', number_tasks: 3, accuracy_method: method },
        task_name: ['nlp-li', 'nlp-trans', 'nlp-sum'],
        model_name: ['nlp-li', 'nlp-trans', 'nlp-sum'],
        ...{ profiling_series: [98, 99, 97], profiling_load: [20, 10, 10], reference_latency: 'avg' },
        ...{ initial_active_model: undefined, initial_replica: undefined },
        ...{ alpha: 40, beta: 0.5, batching_cap: 1, threshold: 1, scaling_cap: 20 },
      });
      const rows = valueOf(readProfileTable(ipaFile('profile-series97-98-99-nlp-pipeline.csv'), 'nlp.csv'));
      const terms = { load: 10, slaSeconds: null, queueing: 'as-published' as const, addHundred: false };
      const { problem } = importProblem(config, accuraciesOf(ipaFile('accuracies.yaml')), null, rows, terms);
      const whole = problemSchema.parse(problem);
      const solve = await loadSolver();
      const chosen = compare(solve, whole, 'gurobi');
      expect(chosen!.stages).toHaveLength(3);
      // With batches of one there is no queue to differ in.
      expect(compare(solve, whole, 'brute-force')).toEqual(chosen);
    },
  );
});
