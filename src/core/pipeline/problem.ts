import * as z from 'zod';

/**
 * A pipeline of models as one optimisation problem: for each stage one option (variant, batch size and cores of a replica) and its
 * replicas, under a latency limit and a load (IPA, Ghafouri et al., Journal of Systems Research 2024), with energy as a further term and as limits. The problem file
 * of `greenbatch pipeline solve problem.json` is this, word for word.
 */

/** Beyond all that is measured; sums and products of numbers within it stay finite. */
const most = 1e12;
const least = 1e-6;
const atLeastZero = (what: string) => z.number().min(0).max(most).describe(what);
const aboveZero = (what: string) => z.number().gt(0).max(most).describe(what);
/** What is divided by: nothing as small is asked for. */
const fromLeast = (what: string) => z.number().min(least).max(most).describe(what);
/** In whatever unit. */
export const accuracySchema = z.number().min(-most).max(most);
const name = (what: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, { error: 'holds a control character' })
    .describe(what);

export const mostStages = 9;
/** Of one stage, from wherever they come. */
export const mostOptions = 10_000;
export const accuracyMethods = ['sum', 'average', 'multiply'] as const;
export const queueings = ['intended', 'as-published'] as const;

export const optionSchema = z.strictObject({
  variant: name('the model variant'),
  batch: z.int().min(1).max(1_000_000).describe('requests of one inference call'),
  accuracy: accuracySchema.describe(
    'of the variant, in the unit of its stage; at least 0 where accuracies are multiplied',
  ),
  cores: aboveZero('CPU cores of one replica'),
  latencySeconds: atLeastZero('of one batch, without waiting (IPA takes the 99th percentile)'),
  throughput: aboveZero('requests per second of one replica at full load'),
  joulesPerRequest: atLeastZero('energy of one request: net of idle, unless energyIncludesIdle'),
  idleWattsPerCore: atLeastZero(
    'idle power of the machine ÷ its cores, charged for each core held (default 0)',
  ).optional(),
  energyIncludesIdle: z
    .boolean()
    .describe('joulesPerRequest is gross: then no idle power is charged for any option, so that none is counted twice')
    .optional(),
});

export const weightsSchema = z
  .strictObject({
    alpha: atLeastZero('weight of accuracy').default(1),
    beta: atLeastZero('weight of cost, in cores').default(0),
    gamma: atLeastZero('weight of the batch sizes: breaks ties').default(0),
    delta: atLeastZero('weight of energy, in joules per request').default(0),
  })
  .describe('objective: alpha·accuracy − beta·cores − gamma·Σ batch − delta·J/request, as large as can be');

export const stageSchema = z.strictObject({
  name: name('of the stage'),
  options: z.array(optionSchema).min(1).max(mostOptions),
  variant: name('only options of this variant (fixed variant, as FA2)').optional(),
  replicas: z.int().min(1).max(1_000_000).describe('exactly so many replicas (fixed replicas, as RIM)').optional(),
});

const limitsSchema = z.strictObject({
  joulesPerRequest: aboveZero('energy of one request through the whole pipeline, idle share included').optional(),
  watts: aboveZero('power at this load: joules per request × load').optional(),
});

export const problemSchema = z
  .strictObject({
    load: fromLeast('requests per second'),
    slaSeconds: fromLeast('limit of the latency of the whole pipeline'),
    weights: weightsSchema.prefault({}),
    scalingCap: z.int().min(1).max(1_000_000).describe('replicas of a stage at most').default(100),
    accuracyMethod: z
      .enum(accuracyMethods)
      .describe('how the accuracies of the stages become one: their sum, their average, or their product (PAS)')
      .default('sum'),
    normalizeAccuracy: z
      .boolean()
      .describe(
        'accuracies by rank among the variants of a stage: worst 0, best 1, equally spaced, equal ones alike; one alone 1',
      )
      .default(false),
    queueing: z
      .enum(queueings)
      .describe(
        'intended: filling a batch takes (batch − 1) ÷ load; as-published: what IPA’s published code charges instead',
      )
      .default('intended'),
    limits: limitsSchema.optional(),
    stages: z.array(stageSchema).min(1).max(mostStages),
  })
  .superRefine(({ stages, accuracyMethod, normalizeAccuracy }, context) => {
    const names = new Set<string>();
    stages.forEach((stage, s) => {
      if (names.has(stage.name))
        context.addIssue({ code: 'custom', path: ['stages', s, 'name'], message: `${stage.name} names two stages` });
      names.add(stage.name);
      if (stage.variant !== undefined && !stage.options.some((option) => option.variant === stage.variant))
        context.addIssue({ code: 'custom', path: ['stages', s, 'variant'], message: 'no option has this variant' });
      const accuracies = new Map<string, number>();
      const seen = new Set<string>();
      stage.options.forEach((option, o) => {
        const place = ['stages', s, 'options', o];
        const key = JSON.stringify([option.variant, option.batch, option.cores]);
        if (seen.has(key))
          context.addIssue({
            code: 'custom',
            path: place,
            message: `${option.variant} at batch ${option.batch} with cores: ${option.cores} stands twice`,
          });
        seen.add(key);
        const known = accuracies.get(option.variant);
        if (known !== undefined && known !== option.accuracy)
          context.addIssue({
            code: 'custom',
            path: [...place, 'accuracy'],
            message: `${option.variant} has two accuracies`,
          });
        accuracies.set(option.variant, option.accuracy);
        if (accuracyMethod === 'multiply' && !normalizeAccuracy && option.accuracy < 0)
          context.addIssue({
            code: 'custom',
            path: [...place, 'accuracy'],
            message: 'a product of accuracies needs each of them at or above 0 (of a word error rate: 100 − it)',
          });
      });
    });
  });

export type PipelineProblem = z.output<typeof problemSchema>;
export type PipelineProblemInput = z.input<typeof problemSchema>;
export type PipelineStage = PipelineProblem['stages'][number];
export type PipelineOption = z.output<typeof optionSchema>;
export type PipelineWeights = z.output<typeof weightsSchema>;
export type AccuracyMethod = (typeof accuracyMethods)[number];
