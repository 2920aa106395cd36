import type { PipelineAnswer, SolvePipeline } from '../../src/core/pipeline/answer';
import { brokenLimits, type Choice, evaluate, replicasFor } from '../../src/core/pipeline/evaluate';
import {
  type PipelineOption,
  type PipelineProblem,
  type PipelineProblemInput,
  problemSchema,
} from '../../src/core/pipeline/problem';
import { type Random, seededRandom } from '../../src/core/statistics/random';

/** Problems of pipelines, and the plainest ways to go about them. */

export const problemOf = (input: PipelineProblemInput): PipelineProblem => problemSchema.parse(input);

const option = (
  variant: string,
  batch: number,
  [accuracy, cores, latencySeconds, throughput, joulesPerRequest]: [number, number, number, number, number],
): PipelineOption => ({
  ...{ variant, batch, accuracy, cores, latencySeconds, throughput, joulesPerRequest },
  idleWattsPerCore: 1.5,
});

/** Two stages as the video pipeline of IPA has them, with figures made up: larger batches take less energy and more time. */
export const video: PipelineProblemInput = {
  load: 20,
  slaSeconds: 1,
  weights: { alpha: 10, beta: 0.05, gamma: 1e-6, delta: 0.1 },
  accuracyMethod: 'multiply',
  stages: [
    {
      name: 'detect',
      options: [
        option('yolov5n', 1, [0.457, 1, 0.08, 12.5, 1.4]),
        option('yolov5n', 4, [0.457, 1, 0.26, 15.4, 1.1]),
        option('yolov5s', 1, [0.568, 2, 0.11, 9.1, 3.2]),
        option('yolov5s', 4, [0.568, 2, 0.36, 11.1, 2.6]),
        option('yolov5l', 1, [0.673, 4, 0.29, 3.4, 11.8]),
      ],
    },
    {
      name: 'classify',
      options: [
        option('resnet18', 1, [0.6975, 1, 0.04, 25, 0.6]),
        option('resnet18', 8, [0.6975, 1, 0.24, 33, 0.4]),
        option('resnet50', 1, [0.7613, 1, 0.09, 11, 1.5]),
        option('resnet50', 8, [0.7613, 1, 0.55, 14.5, 1.1]),
      ],
    },
  ],
};

/** Every choice that its stages' own limits leave, with as few replicas as keep up. */
export function allChoices({ stages, load }: PipelineProblem): Choice[] {
  return stages.reduce<Choice[]>(
    (begun, stage) =>
      begun.flatMap((choice) =>
        stage.options.map(({ throughput }, o) => [
          ...choice,
          { option: o, replicas: stage.replicas ?? replicasFor(throughput, load) },
        ]),
      ),
    [[]],
  );
}

export const feasibleChoices = (problem: PipelineProblem): Choice[] =>
  allChoices(problem).filter((choice) => brokenLimits(problem, choice).length === 0);

/** By trying everything; of what is infeasible it tells nothing more. */
export const solveByTrying: SolvePipeline = (problem): PipelineAnswer => {
  const found = feasibleChoices(problem).map((choice) => ({ choice, ...evaluate(problem, choice) }));
  const best = found.reduce<(typeof found)[number] | null>(
    (most, one) => (most === null || one.objective > most.objective ? one : most),
    null,
  );
  if (best === null) {
    const none = { objective: null, accuracy: null, cores: null, latencySeconds: null, joulesPerRequest: null };
    const unknown = { idleJoulesPerRequest: null, watts: null, binding: ['latency'], relaxation: { slaSeconds: 2 } };
    return { status: 'infeasible', stages: [], ...none, ...unknown };
  }
  const { choice, chargedSeconds: _, ...figures } = best;
  const stages = problem.stages.map(({ name, options }, s) => {
    const { variant, batch, cores } = options[choice[s]!.option]!;
    return { name, variant, batch, cores, replicas: choice[s]!.replicas };
  });
  return { status: 'optimal', stages, ...figures };
};

/** One of one to three stages, some of whose limits bind; `coarse`: figures so round that solutions are equal. */
export function randomProblem(seed: number, { coarse = false } = {}): PipelineProblem {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const value = (low: number, high: number) => {
    const exact = low + (high - low) * random();
    return coarse ? Math.max(low, Math.round(exact * 2) / 2) : exact;
  };
  const stages = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, s) => ({
    name: `stage ${s}`,
    options: randomOptions(random, value, pick),
  }));
  return problemOf({
    ...{ stages, load: value(1, 30), slaSeconds: value(0.5, 8), scalingCap: pick([3, 20, 100]) },
    weights: {
      alpha: value(0, 10),
      beta: pick([0, value(0, 1)]),
      gamma: pick([0, 1e-6]),
      delta: pick([0, value(0, 1)]),
    },
    accuracyMethod: pick(['sum', 'average', 'multiply'] as const),
    normalizeAccuracy: pick([true, false]),
    queueing: pick(['intended', 'as-published'] as const),
    ...pick([{}, { limits: { joulesPerRequest: value(2, 20) } }, { limits: { watts: value(20, 300) } }]),
  });
}

function randomOptions(
  random: Random,
  value: (low: number, high: number) => number,
  pick: <T>(values: readonly T[]) => T,
): PipelineOption[] {
  return ['a', 'b', 'c'].slice(0, 1 + Math.floor(random() * 3)).flatMap((variant) => {
    const [accuracy, cores] = [value(0, 1), pick([1, 2, 4])];
    const idle = pick([{}, { idleWattsPerCore: value(0.5, 3) }, { energyIncludesIdle: true, idleWattsPerCore: 2 }]);
    return [1, 2, 8].slice(0, 1 + Math.floor(random() * 3)).map((batch) => ({
      ...{ variant, batch, accuracy, cores, ...idle },
      latencySeconds: value(0.05, 1.5),
      throughput: value(1, 20),
      joulesPerRequest: value(0.1, 6),
    }));
  });
}
