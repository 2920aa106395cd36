import type { PipelineAnswer } from '../answer';
import { stagesOf } from '../choice';
import { type Choice, evaluate } from '../evaluate';
import type { PipelineProblem } from '../problem';
import { bestChoice } from './bestChoice';
import { bindingLimits, relaxationOf } from './infeasible';
import type { RunProgram } from './linearProgram';
import { limits } from './question';

/** Solves a problem, as `SolvePipeline`, with a way to solve programs. */
export function solvePipeline(problem: PipelineProblem, run: RunProgram): PipelineAnswer {
  const choice = bestChoice({ problem, kept: new Set(limits), goal: 'objective' }, run);
  if (choice !== null) return answerOf(problem, choice);
  return {
    status: 'infeasible',
    objective: null,
    stages: [],
    accuracy: null,
    cores: null,
    latencySeconds: null,
    joulesPerRequest: null,
    idleJoulesPerRequest: null,
    watts: null,
    binding: bindingLimits(problem, run),
    relaxation: relaxationOf(problem, run),
  };
}

/** What is told of a choice. */
function answerOf(problem: PipelineProblem, choice: Choice): PipelineAnswer {
  const { objective, accuracy, cores, latencySeconds, joulesPerRequest, idleJoulesPerRequest, watts } = evaluate(
    problem,
    choice,
  );
  return {
    status: 'optimal',
    objective,
    stages: stagesOf(problem, choice),
    ...{ accuracy, cores, latencySeconds, joulesPerRequest, idleJoulesPerRequest, watts },
  };
}
