import * as z from 'zod';
import type { PipelineProblem } from './problem';

/** What `greenbatch pipeline solve problem.json --json` answers. */

const relaxationSchema = z
  .strictObject({
    slaSeconds: z.number().optional(),
    load: z.number().optional(),
    scalingCap: z.number().optional(),
    joulesPerRequest: z.number().optional(),
    watts: z.number().optional(),
  })
  .describe(
    'one limit each, the others as they are: the nearest value at which there is a solution; absent: none helps',
  );

const chosenStage = z.strictObject({
  name: z.string(),
  variant: z.string(),
  batch: z.number(),
  cores: z.number().describe('CPU cores of one replica, which tells options of one variant and batch apart'),
  replicas: z.number(),
});

export const answerSchema = z.strictObject({
  status: z.enum(['optimal', 'infeasible']),
  objective: z.number().nullable(),
  stages: z.array(chosenStage).describe('empty where nothing is feasible'),
  accuracy: z.number().nullable().describe('of the pipeline, by accuracyMethod'),
  cores: z.number().nullable(),
  latencySeconds: z.number().nullable().describe('batch latencies and the time to fill, whatever queueing charges'),
  joulesPerRequest: z.number().nullable().describe('idle power of the cores held included'),
  idleJoulesPerRequest: z.number().nullable(),
  watts: z.number().nullable(),
  binding: z
    .array(z.string())
    .optional()
    .describe(
      'infeasible: the limits that no choice keeps together (latency, throughput, scalingCap, joulesPerRequest, watts)',
    ),
  relaxation: relaxationSchema.optional(),
});

export type PipelineAnswer = z.output<typeof answerSchema>;
export type Relaxation = z.output<typeof relaxationSchema>;
export type ChosenStage = z.output<typeof chosenStage>;

/** Made by `src/solver/solver.ts`; a parameter of everything that asks it more than once (fronts, sensitivity, replay). */
export type SolvePipeline = (problem: PipelineProblem) => PipelineAnswer;
