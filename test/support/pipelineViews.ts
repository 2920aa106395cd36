import { usualAxes } from '../../src/core/pipeline/ask';
import type { LoadedPipeline } from '../../src/core/pipeline/loaded';
import { pipelineViews } from '../../src/core/pipeline/pipelineView';
import { type PipelineProblem, type PipelineProblemInput, problemSchema } from '../../src/core/pipeline/problem';
import type { MissingKind, PipelineAsk, PipelineView } from '../../src/core/pipeline/view';
import { loadSolver } from '../../src/solver/solver';

/** Views of pipelines for the tests of the page, by the solver and the way in which `greenbatch pipeline serve` makes them. */

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

const solve = await loadSolver();
let clockSeconds = 0;
const viewPipeline = pipelineViews({ solve, now: () => (clockSeconds += 0.0123) });

/** A view as `greenbatch pipeline serve` makes it, of the file's own terms where nothing else is asked. */
export function viewOf(
  { name, problem, notes = [] }: OfFile,
  asked: Partial<Omit<PipelineAsk, 'id'>> = {},
): PipelineView {
  const { weights, slaSeconds, load } = problem;
  const loaded: LoadedPipeline = {
    ...{ name, problem, terms: problem, notes },
    load: { kind: 'constant', requestsPerSecond: load },
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
  };
  const ask = Object.keys(asked).length === 0 ? null : { id: 1, weights, slaSeconds, load, axes: usualAxes, ...asked };
  return viewPipeline(loaded, ask);
}

/** The same file while one of its stages has no profile. */
export function withMissing(
  view: PipelineView,
  stage: number,
  message: string,
  kind: MissingKind = 'unprofiled',
): PipelineView {
  return {
    ...view,
    stages: view.stages.map((one, i) =>
      i === stage ? { ...one, variants: [], sources: [], missing: { kind, message, line: 7 } } : one,
    ),
    ...{ answers: [], shares: [], front: [], steps: [], alternatives: [], solveSeconds: 0 },
  };
}
