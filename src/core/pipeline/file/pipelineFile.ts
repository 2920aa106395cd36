import * as z from 'zod';
import { accuracySchema, mostOptions, mostStages, optionSchema, problemSchema, stageSchema } from '../problem';

/**
 * The pipeline file `*.pipeline.yaml`, as the program validates it: the problem of `pipeline solve` with profiles named where they lie in
 * place of their numbers. `media/pipeline.schema.json` is generated from this definition (`pipelineJsonSchema`). Units are in the names;
 * paths are relative to the file.
 */

const anyText = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}*$/u, { error: 'holds a control character' });
const text = (what: string) => anyText.describe(what);
/** To ask whether a file of another machine is there tells that machine who asks (on Windows with the hash of a password). */
const relativePath = (what: string) =>
  anyText
    .refine((path) => !/^[\\/]{2}/.test(path), { error: 'is a place in a network: copy the file beside the pipeline' })
    .describe(`${what}; relative to the pipeline file`);
/** Lets a rule speak beside other problems of the same place, so that a person sees all of them at once. */
const alsoBesideOthers = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };

const problem = problemSchema.shape;

/** Longer than any plan of changes that a person writes; what is longer is a trace. */
const mostSteps = 1000;
/** A rate at which no simulation ends, and no machine serves. */
export const mostRequestsPerSecond = 1_000_000;
/** The least load that a problem may have; none at all is fine while a pattern lasts. */
export const leastRequestsPerSecond = 1e-6;
export const isRate = (value: number) => value === 0 || value >= leastRequestsPerSecond;
/** A week. */
const longestStepSeconds = 604_800;

/** Shorter than any queue notices; of shorter ones no simulation comes to an end. */
const shortestStepSeconds = 0.001;

const step = z.strictObject({
  seconds: z.number().min(shortestStepSeconds).max(longestStepSeconds).describe('how long the load stays so'),
  requestsPerSecond: z
    .number()
    .min(0)
    .max(mostRequestsPerSecond)
    .refine(isRate, { error: `is so small that nothing arrives: 0, or ${leastRequestsPerSecond} at least` })
    .describe('requests per second that arrive meanwhile'),
});

const changingLoad = z
  .strictObject({
    steps: z
      .array(step)
      .min(1)
      .max(mostSteps)
      .refine((steps) => !Array.isArray(steps) || steps.some((one) => one?.requestsPerSecond !== 0), {
        error: 'no step has a load above 0',
      })
      .describe('loads one after the other')
      .optional(),
    trace: relativePath(
      'CSV of requests per second: one value a second; or rows of the second from which on, and the requests per second',
    ).optional(),
  })
  .refine((load) => (load.steps === undefined) !== (load.trace === undefined), {
    error: 'give exactly one of steps, trace; or a number of requests per second',
    ...alsoBesideOthers,
  })
  .meta({ oneOf: [{ required: ['steps'] }, { required: ['trace'] }] });

const profile = z
  .strictObject({
    run: relativePath('a measured run: its folder, its id or the beginning of it, or latest').optional(),
    table: relativePath(
      'CSV of options, a row each: variant, batch, accuracy, cores, latencySeconds, throughput, joulesPerRequest, idleWattsPerCore, energyIncludesIdle',
    ).optional(),
    options: z.array(optionSchema).min(1).max(mostOptions).describe('options as in a problem file').optional(),
  })
  .refine((one) => [one.run, one.table, one.options].filter((value) => value !== undefined).length === 1, {
    error: 'give exactly one of run, table, options',
    ...alsoBesideOthers,
  })
  .meta({
    description: 'where options of the stage come from',
    oneOf: [{ required: ['run'] }, { required: ['table'] }, { required: ['options'] }],
  });

const fileStage = z.strictObject({
  name: stageSchema.shape.name,
  profiles: z
    .array(profile)
    .max(100)
    .describe('what is known of the stage, all of it together; without one the stage is still to be profiled')
    .default([]),
  accuracies: z
    .record(text('the variant'), accuracySchema)
    .describe('accuracy of variants whose profile has none, in the unit of the stage: variant → number')
    .meta({ examples: [{ 'yolov7-tiny': 0.374 }] })
    .optional(),
  variant: stageSchema.shape.variant,
  replicas: stageSchema.shape.replicas,
  experiment: relativePath('the experiment (*.energy.yaml) by which the stage is profiled').optional(),
});

/** The schema of a pipeline file; unknown keys are errors. */
export const pipelineFileSchema = z.strictObject({
  name: text('shown in lists and reports; default: the name of the file').max(200).optional(),
  load: z
    .union([problem.load.max(mostRequestsPerSecond), changingLoad])
    .meta({ description: 'requests per second that arrive: a number, steps, or a trace', examples: [20] }),
  slaSeconds: problem.slaSeconds,
  weights: problem.weights,
  scalingCap: problem.scalingCap,
  batchingCap: z.int().min(1).max(1_000_000).describe('largest batch that is considered; default: all').optional(),
  accuracyMethod: problem.accuracyMethod,
  normalizeAccuracy: problem.normalizeAccuracy,
  queueing: problem.queueing,
  limits: problem.limits.describe('limits of energy'),
  notes: z
    .array(text('a sentence'))
    .max(100)
    .describe('what a reader of its numbers must know, told with each answer: what an import assumed, say')
    .optional(),
  stages: z
    .array(fileStage)
    .min(1)
    .max(mostStages)
    .superRefine((stages, context) => {
      if (!Array.isArray(stages)) return;
      const names = new Set<unknown>();
      stages.forEach((stage: { name?: unknown } | null, s) => {
        if (typeof stage?.name === 'string' && names.has(stage.name))
          context.addIssue({ code: 'custom', path: [s, 'name'], message: `${stage.name} names two stages` });
        names.add(stage?.name);
      });
    }, alsoBesideOthers)
    .describe('in the order in which a request goes through them'),
});

/** A validated pipeline file with all defaults filled in. */
export type PipelineFile = z.output<typeof pipelineFileSchema>;
export type FileStage = PipelineFile['stages'][number];
export type FileLoad = PipelineFile['load'];
