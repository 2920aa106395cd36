import * as z from 'zod';
import { counted } from '../statistics/wording';
import { alternativesOf } from './alternatives';
import { answerSchema, type SolvePipeline } from './answer';
import { frontAxes } from './ask';
import { choiceOf } from './choice';
import { frontOf } from './front';
import { type PipelineProblem, weightsSchema } from './problem';
import { neighbourSteps } from './sensitivity';
import type { FrontAxis, FrontPoint, PipelineStep } from './view';
import { solveWays, wayNames } from './weightings';

/** What `greenbatch pipeline solve FILE.pipeline.yaml --json` answers: the answer, and what it is to be compared with. */

const stage = answerSchema.shape.stages.element;
const end = stage.omit({ name: true });
const difference = (what: string) => z.number().describe(`${what}: the changed choice minus the answer`);

const stepSchema = z
  .strictObject({
    stage: z.string(),
    from: end,
    to: end,
    accuracy: difference('accuracy of the pipeline'),
    cores: difference('cores'),
    latencySeconds: difference('latency of the pipeline'),
    joulesPerRequest: difference('energy of the pipeline'),
    objective: difference('objective'),
    isFeasible: z.boolean().describe('whether the changed choice keeps all limits'),
  })
  .describe('the next batch or variant of one stage, all others as chosen') satisfies z.ZodType<PipelineStep>;

const pointSchema = z.strictObject({
  accuracy: z.number(),
  cores: z.number(),
  latencySeconds: z.number(),
  joulesPerRequest: z.number(),
  stages: z.array(stage),
}) satisfies z.ZodType<FrontPoint>;

const waySchema = z.strictObject({ name: z.enum(wayNames), weights: weightsSchema, answer: answerSchema });

const comparedShape = {
  ways: z.array(waySchema).describe('the same problem by other weights; empty where nothing is feasible'),
  steps: z.array(stepSchema),
  alternatives: z
    .array(z.array(stage))
    .describe('other solutions as good, to 1e-9 of the spread of objectives; at most ten'),
  notes: z.array(z.string()).describe('what a reader has to know of the numbers'),
};

const frontSchema = z.strictObject({
  axes: z.tuple([z.enum(frontAxes), z.enum(frontAxes)]),
  isExact: z.boolean().describe('false: there were too many partial pipelines to keep all; points may be missing'),
  found: z.int().describe('points of the front; at most 200 of them are in points'),
  points: z.array(pointSchema).describe('by the first objective, from its least on'),
});

/** Of a problem file the answer alone; of a pipeline file the rest, too; `front` where it is asked for. */
export const solvedSchema = answerSchema.extend({
  name: z.string().describe('of the pipeline file; with it come load, ways, steps, alternatives and notes').optional(),
  load: z.number().describe('requests per second that it is solved for: the largest of the file').optional(),
  ...z.strictObject(comparedShape).partial().shape,
  front: frontSchema.optional(),
});

export type SolvedFront = z.output<typeof frontSchema>;
export type ComparedPipeline = { answer: z.output<typeof answerSchema> } & z.output<z.ZodObject<typeof comparedShape>>;

/**
 * Solves a problem, and what the answer is to be compared with.
 *
 * @param ways where they may be known already
 */
export function comparedPipeline(
  problem: PipelineProblem,
  solve: SolvePipeline,
  ways = () => solveWays(problem, solve),
): ComparedPipeline {
  const answer = solve(problem);
  const choice = choiceOf(problem, answer.stages);
  // What is infeasible is so by any weights.
  if (answer.status === 'infeasible' || choice === null)
    return { answer, ways: [], steps: [], alternatives: [], notes: [] };
  const { alternatives, isComplete } = alternativesOf(problem, choice);
  const notes = isComplete ? [] : ['There may be more solutions as good as this one than are listed.'];
  return { answer, ways: ways(), steps: neighbourSteps(problem, choice), alternatives, notes };
}

export function solvedFront(problem: PipelineProblem, axes: readonly [FrontAxis, FrontAxis]): SolvedFront {
  const { points, isThinned, found } = frontOf(problem, axes);
  return { axes: [...axes], isExact: !isThinned, found, points };
}

/** What qualifies a front; empty where it is whole. */
export function frontNotes({ isExact, found, points }: SolvedFront): string[] {
  return [
    ...(isExact ? [] : ['The front is not exact: there are too many partial pipelines to keep all of them.']),
    ...(found > points.length ? [`Of the front’s ${counted(found, 'point')} ${points.length} are shown.`] : []),
  ];
}
