import type { ChosenStage, PipelineAnswer } from '../../src/core/pipeline/answer';
import {
  brokenLimits,
  type Choice,
  evaluate,
  type Evaluation,
  replicasFor,
  stageShares,
} from '../../src/core/pipeline/evaluate';
import { type PipelineProblem, type PipelineProblemInput, problemSchema } from '../../src/core/pipeline/problem';
import type { FrontAxis, NamedAnswer, PipelineAsk, PipelineStep, PipelineView } from '../../src/core/pipeline/view';

/** Views of pipelines for the tests of the page, solved by trying all choices: every number in them comes from `evaluate`. */

type OfFile = { name: string; problem: PipelineProblem; notes?: string[] };

const variant = (name: string, accuracy: number, msPerRequest: number, joules: number, cores = 2) =>
  [1, 4, 16].map((batch) => {
    const latencySeconds = (10 + msPerRequest * batch ** 0.9) / 1000;
    return {
      ...{ variant: name, batch, accuracy, cores, latencySeconds, throughput: batch / latencySeconds },
      ...{ joulesPerRequest: joules * batch ** -0.15, idleWattsPerCore: 1.5 },
    };
  });

export function problemOf(more: Partial<PipelineProblemInput> = {}): PipelineProblem {
  return problemSchema.parse({
    ...{ load: 20, slaSeconds: 0.9, accuracyMethod: 'multiply', weights: { alpha: 30, beta: 0.3, delta: 0.2 } },
    stages: [
      {
        name: 'detect',
        options: [
          ...variant('yolov5n', 0.28, 40, 3.1),
          ...variant('yolov7-tiny', 0.376, 55, 4.2),
          ...variant('yolov7', 0.512, 160, 13.5, 4),
        ],
      },
      {
        name: 'classify',
        options: [...variant('resnet18', 0.698, 20, 1.4), ...variant('resnet50', 0.761, 45, 3.3)],
      },
    ],
    ...more,
  });
}

/** So many stages of two variants each; with long names where a page is to be held against them. */
export const chainOf = (stages: number, nameOf = (word: string, i: number) => `${word}-${i + 1}`): PipelineProblem =>
  problemOf({
    ...{ accuracyMethod: 'average', slaSeconds: 0.4 * stages, weights: { alpha: 100, beta: 0.3, delta: 0.5 } },
    stages: Array.from({ length: stages }, (_, i) => ({
      name: nameOf('stage', i),
      options: [
        ...variant(nameOf('small', i), 0.6, 20 + 3 * i, 1 + i / 4).slice(0, 1),
        ...variant(nameOf('large', i), 0.75, 60 + 5 * i, 4 + i / 2, 4).slice(1, 2),
      ],
    })),
  });

/** A view as `greenbatch pipeline serve` makes it, of the file's own terms where nothing else is asked. */
export function viewOf(
  { name, problem, notes = [] }: OfFile,
  asked: Partial<Omit<PipelineAsk, 'id'>> = {},
): PipelineView {
  const { weights, slaSeconds, load } = problem;
  const ofFile = { weights, slaSeconds, load, axes: ['joulesPerRequest', 'accuracy'] as const };
  const now = { ...ofFile, ...asked };
  const posed: PipelineProblem = { ...problem, weights: now.weights, slaSeconds: now.slaSeconds, load: now.load };
  const all = choicesOf(posed);
  const best = bestOf(posed, all);
  const ways = (
    [
      ['accuracy-first', { alpha: 1000, beta: 0.001, gamma: 0, delta: 0.001 }],
      ['balanced', { alpha: 20, beta: 0.2, gamma: 0, delta: 0.3 }],
      ['energy-first', { alpha: 0.001, beta: 0.001, gamma: 0, delta: 100 }],
      ['cost-first', { alpha: 0.001, beta: 100, gamma: 0, delta: 0.001 }],
    ] as const
  ).map(([way, weights]): NamedAnswer => {
    const other = { ...posed, weights };
    return { name: way, answer: answerOf(other, bestOf(other, all), all) };
  });
  return {
    ...{ id: 0, name, accuracyMethod: problem.accuracyMethod, normalizeAccuracy: problem.normalizeAccuracy },
    ...{ asked: now, ofFile, notes, solveSeconds: 0.0123 },
    stages: problem.stages.map((stage) => ({
      name: stage.name,
      variants: [...new Set(stage.options.map((option) => option.variant))].map((of) => {
        const options = stage.options.filter((option) => option.variant === of);
        const [{ accuracy, cores }] = options as [(typeof options)[number]];
        return { variant: of, accuracy, cores, batches: options.map(({ batch }) => batch) };
      }),
      sources: [`measured: run ${stage.name}, powercap, 5 blocks`],
      missing: null,
    })),
    answers: [{ name: 'asked', answer: answerOf(posed, best, all) }, ...(best ? ways : [])],
    shares: best ? stageShares(posed, best.choice) : [],
    front: best ? frontOf(posed, all, now.axes) : [],
    steps: best ? stepsOf(posed, best.choice) : [],
    alternatives: best
      ? feasible(posed, all)
          .filter(({ choice, found }) => isOther(choice, best.choice) && found.objective > best.found.objective - 1e-9)
          .map(({ choice }) => stagesOf(posed, choice))
      : [],
  };
}

/** The same file while one of its stages has no profile. */
export function withMissing(view: PipelineView, stage: number, message: string): PipelineView {
  return {
    ...view,
    stages: view.stages.map((one, i) =>
      i === stage ? { ...one, variants: [], sources: [], missing: { message, line: 7 } } : one,
    ),
    ...{ answers: [], shares: [], front: [], steps: [], alternatives: [], solveSeconds: 0 },
  };
}

const isOther = (one: Choice, other: Choice) => JSON.stringify(one) !== JSON.stringify(other);

type Tried = { choice: Choice; found: Evaluation };

function choicesOf(problem: PipelineProblem): Tried[] {
  const choices = problem.stages.reduce<Choice[]>(
    (beginnings, { options }) =>
      beginnings.flatMap((beginning) =>
        options.map(({ throughput }, option) => [
          ...beginning,
          { option, replicas: replicasFor(throughput, problem.load) },
        ]),
      ),
    [[]],
  );
  return choices.map((choice) => ({ choice, found: evaluate(problem, choice) }));
}

const feasible = (problem: PipelineProblem, all: readonly Tried[]) =>
  all.flatMap(({ choice }) =>
    brokenLimits(problem, choice).length === 0 ? [{ choice, found: evaluate(problem, choice) }] : [],
  );

const bestOf = (problem: PipelineProblem, all: readonly Tried[]): Tried | null =>
  feasible(problem, all).reduce<Tried | null>(
    (best, one) => (best && best.found.objective >= one.found.objective ? best : one),
    null,
  );

const stagesOf = ({ stages }: PipelineProblem, choice: Choice): ChosenStage[] =>
  stages.map(({ name, options }, s) => {
    const { option, replicas } = choice[s]!;
    return { name, variant: options[option]!.variant, batch: options[option]!.batch, replicas };
  });

function answerOf(problem: PipelineProblem, best: Tried | null, all: readonly Tried[]): PipelineAnswer {
  if (!best)
    return {
      ...{ status: 'infeasible', objective: null, stages: [], accuracy: null, cores: null, latencySeconds: null },
      ...{ joulesPerRequest: null, idleJoulesPerRequest: null, watts: null, binding: ['latency', 'throughput'] },
      relaxation: { slaSeconds: Math.min(...all.map(({ found }) => found.chargedSeconds)) },
    };
  const { choice, found } = best;
  const { chargedSeconds: _, ...told } = found;
  return { status: 'optimal', ...told, stages: stagesOf(problem, choice) };
}

function frontOf(problem: PipelineProblem, all: readonly Tried[], [x, y]: readonly [FrontAxis, FrontAxis]) {
  const cost = (found: Evaluation, axis: FrontAxis) => (axis === 'accuracy' ? -1 : 1) * found[axis];
  const kept = feasible(problem, all).sort(
    (a, b) => cost(a.found, x) - cost(b.found, x) || cost(a.found, y) - cost(b.found, y),
  );
  let least = Number.POSITIVE_INFINITY;
  return kept.flatMap(({ choice, found }) => {
    if (cost(found, y) >= least) return [];
    least = cost(found, y);
    const { accuracy, cores, latencySeconds, joulesPerRequest } = found;
    return [{ accuracy, cores, latencySeconds, joulesPerRequest, stages: stagesOf(problem, choice) }];
  });
}

function stepsOf(problem: PipelineProblem, choice: Choice): PipelineStep[] {
  const now = evaluate(problem, choice);
  const named = stagesOf(problem, choice);
  return problem.stages.flatMap(({ name, options }, s) => {
    const chosen = options[choice[s]!.option]!;
    const next = [
      options.findIndex((option) => option.variant === chosen.variant && option.batch > chosen.batch),
      options.findIndex((option) => option.accuracy > chosen.accuracy),
    ];
    return next.flatMap((option): PipelineStep[] => {
      if (option < 0) return [];
      const replicas = replicasFor(options[option]!.throughput, problem.load);
      const changed = choice.map((one, i) => (i === s ? { option, replicas } : one));
      const then = evaluate(problem, changed);
      const { name: _, ...from } = named[s]!;
      const { name: __, ...to } = stagesOf(problem, changed)[s]!;
      return [
        {
          ...{ stage: name, from, to, isFeasible: brokenLimits(problem, changed).length === 0 },
          accuracy: then.accuracy - now.accuracy,
          cores: then.cores - now.cores,
          latencySeconds: then.latencySeconds - now.latencySeconds,
          joulesPerRequest: then.joulesPerRequest - now.joulesPerRequest,
          objective: then.objective - now.objective,
        },
      ];
    });
  });
}
