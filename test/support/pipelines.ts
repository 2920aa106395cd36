import type { PipelineAnswer } from '../../src/core/pipeline/answer';
import { brokenLimits, type Choice, evaluate, replicasFor } from '../../src/core/pipeline/evaluate';
import {
  type PipelineOption,
  type PipelineProblem,
  type PipelineProblemInput,
  problemSchema,
} from '../../src/core/pipeline/problem';
import { loadCurve } from '../../src/core/pipeline/simulation/loadCurve';
import type { SimulationInput } from '../../src/core/pipeline/simulation/simulatePipeline';

/** An option whose replica does one batch after the other, as its latency says. */
export function optionOf(more: Partial<PipelineOption> = {}): PipelineOption {
  const { batch = 1, latencySeconds = 0.1 } = more;
  return {
    ...{ variant: 'small', accuracy: 0.5, cores: 1, joulesPerRequest: 1 },
    ...{ throughput: batch / latencySeconds, ...more, batch, latencySeconds },
  };
}

export const problemOf = (
  stages: readonly (readonly PipelineOption[])[],
  more: Partial<PipelineProblemInput> = {},
): PipelineProblem =>
  problemSchema.parse({
    load: 10,
    slaSeconds: 1,
    stages: stages.map((options, s) => ({ name: `stage ${s + 1}`, options: [...options] })),
    ...more,
  });

/** A simulation of a problem in which nothing is decided: the first option of each stage, one replica, no timeout. */
export const simulationOf = (problem: PipelineProblem, more: Partial<SimulationInput> = {}): SimulationInput => ({
  problem,
  load: loadCurve({ kind: 'constant', requestsPerSecond: problem.load }),
  arrivals: 'poisson',
  service: 'profile',
  seconds: 100,
  seed: 1,
  intervalSeconds: 10,
  dropSeconds: Infinity,
  startSeconds: 0,
  first: {
    choice: problem.stages.map(() => ({ option: 0, replicas: 1 })),
    timeoutSeconds: problem.stages.map(() => Infinity),
  },
  decide: () => null,
  ...more,
});

/** The best of all choices, each looked at, with as few replicas as keep up with the load. */
export function solveByTrying(problem: PipelineProblem): PipelineAnswer {
  let best: { choice: Choice; objective: number } | null = null;
  const extend = (begin: Choice): void => {
    const stage = problem.stages[begin.length];
    if (!stage) {
      const { objective } = evaluate(problem, begin);
      if (brokenLimits(problem, begin).length === 0 && (!best || objective > best.objective))
        best = { choice: begin, objective };
      return;
    }
    stage.options.forEach((option, index) =>
      extend([...begin, { option: index, replicas: stage.replicas ?? replicasFor(option.throughput, problem.load) }]),
    );
  };
  extend([]);
  const found = best as { choice: Choice; objective: number } | null;
  if (!found)
    return {
      ...{ status: 'infeasible', objective: null, stages: [], accuracy: null, cores: null, latencySeconds: null },
      ...{ joulesPerRequest: null, idleJoulesPerRequest: null, watts: null, binding: ['latency'] },
    };
  const { accuracy, cores, latencySeconds, joulesPerRequest, idleJoulesPerRequest, watts } = evaluate(
    problem,
    found.choice,
  );
  return {
    ...{ status: 'optimal', objective: found.objective, accuracy, cores, latencySeconds },
    ...{ joulesPerRequest, idleJoulesPerRequest, watts },
    stages: problem.stages.map(({ name, options }, s) => {
      const { option, replicas } = found.choice[s]!;
      const { variant, batch, cores: ofOne } = options[option]!;
      return { name, variant, batch, cores: ofOne, replicas };
    }),
  };
}
