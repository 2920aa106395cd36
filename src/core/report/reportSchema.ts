import * as z from 'zod';
import { accuracySchema } from '../accuracy/accuracy';
import { accuracyIntervalSchema } from '../accuracy/accuracySamplingSchema';
import { filteringSchema, partSchema, powerCurveSchema, sourceSchema } from '../energy/source';
import { footprintSchema } from '../footprint/footprintSchema';
import { configurationSummarySchema } from '../metrics/summarySchema';
import { currentSchema } from '../spec/spec';
import { ownCostSchema } from '../values/ownCostSchema';
import { policySchema } from '../analysis/policy/policySchema';
import { verdictSchema } from '../analysis/verdict/verdictSchema';

/**
 * The JSON of `greenbatch show --json`, version 1, as a schema: docs/show.schema.json is generated from it, and a test
 * holds every report against it. New keys may be added within a version; none is removed or changes its meaning.
 */

const nullable = z.number().nullable();

/** A model’s accuracy at the run’s image size. `accuracy` is null where it is not known, and `message` says why. */
export const modelAccuracySchema = z.strictObject({
  model: z.string(),
  accuracy: accuracySchema.nullable(),
  accuracyInterval: accuracyIntervalSchema.optional(),
  message: z.string().nullable().describe('why it is not known'),
  truth: z.string().nullable().describe('where the annotations come from'),
  phases: z
    .strictObject({
      loadMs: z.number(),
      preprocessMs: z.number(),
      inferenceMs: z.number(),
      nmsMs: z.number(),
      evaluationMs: z.number(),
    })
    .nullable()
    .describe('wall time of all images together'),
  skipped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
  warnings: z.array(z.string()).describe('what a reader of the numbers must know'),
});

const failure = {
  code: z.string().describe('docs/cli.md lists them'),
  message: z.string(),
  fix: z.string().nullable().describe('commands for a terminal of the machine that measures'),
};

/** Where joules come from: `parts`, and what this version has said of a source from the beginning. */
const reportSourceSchema = z.strictObject({
  kind: z.string().describe('kinds of sources, joined by " + "'),
  measured: z.boolean().describe('whether joulesPerUnit is measured; false: every joule and watt is an estimate'),
  domains: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      socket: z.number().nullable(),
      path: z.string().nullable(),
      rangeMicrojoules: z.number().nullable(),
      limitWatts: z.number().nullable(),
      added: z.boolean().describe('whether joulesPerUnit holds its joules'),
    }),
  ),
  curve: powerCurveSchema.nullable().describe('of the part that is estimated from CPU time'),
  reason: sourceSchema.shape.reason,
  code: sourceSchema.shape.code,
  fix: sourceSchema.shape.fix,
  missing: z
    .array(z.string())
    .describe('domains that were asked for and that no joule holds, as measure.allowMissing permits'),
  parts: z
    .array(partSchema)
    .describe('each counter with its unit and scope; an estimated one beside measured ones is in no measured number'),
});
export type ReportSource = z.infer<typeof reportSourceSchema>;

const clocked = z.strictObject({ configuration: z.string(), megahertz: z.number() });

const runStateSchema = z
  .strictObject({
    idleCelsius: nullable.describe('hottest socket during the idle baseline'),
    throttledTrials: nullable.describe(
      'finished trials in whose windows a core or a socket reached its thermal limit, those of drift checks too',
    ),
    temperatureChangeCelsius: nullable.describe(
      'from the first block to the last, of the configurations that both have',
    ),
    stealPercent: nullable.describe('CPU time in the windows that a hypervisor gave to others'),
    guestPercent: nullable.describe('CPU time in the windows that virtual machines of this host used'),
    frequencySpread: z
      .strictObject({ percent: z.number(), slowest: clocked, fastest: clocked })
      .nullable()
      .describe('between configurations that keep the same number of CPUs busy, as seen at the edges of windows'),
    clockSetSeconds: z
      .number()
      .describe('by how much the time of day was set while the run measured; 0 where it only ran'),
  })
  .describe(
    'how the machine was at the edges of the windows (docs/measurement.md); null where it does not tell; left out where the log has none',
  );

const others = z
  .array(z.strictObject({ name: z.string(), of: z.string().nullable(), percent: z.number() }))
  .nullable()
  .describe(
    'busiest processes that were not the run’s, in percent of the machine’s CPU time; of: editor, ssh or kernel',
  );

const surroundingsSchema = z
  .strictObject({
    foreignPercent: nullable.describe('CPU time of others, of what was used in the windows'),
    others: others.describe('over the blocks'),
    swapMegabytesPerSecond: nullable.describe('in the block in which that was most'),
    settingsChanged: z
      .array(z.strictObject({ setting: z.string(), values: z.array(z.union([z.string(), z.number(), z.null()])) }))
      .describe('settings that were not the same all the time, with what they were'),
    governor: z.string().nullable(),
    frequencyDriver: z.string().nullable(),
    start: z
      .strictObject({
        othersPercent: nullable,
        others,
        stealPercent: nullable,
        swapMegabytesPerSecond: nullable,
        timers: z
          .array(z.strictObject({ name: z.string(), at: z.number() }))
          .nullable()
          .describe('what was to fire while the run was planned to go on, milliseconds since 1970'),
      })
      .nullable()
      .describe('right before the first trial'),
  })
  .describe(
    'what went on beside the run, as seen outside of windows (docs/measurement.md); left out where the log has it not',
  );

export const reportSchema = z.strictObject({
  version: z.literal(1),
  run: z.strictObject({
    id: z.string(),
    name: z.string(),
    workload: z
      .strictObject({ name: z.string(), unit: z.string(), phases: z.array(z.string()) })
      .describe('the kind of work, what it is counted in, and the phases that a window of the whole work has'),
    folder: z.string(),
    status: z.string().describe('starting, running, complete, interrupted, failed or stopped (killed)'),
    host: z.string().nullable().describe('machine whose engine works at it, where that is not the reader’s own'),
    specFile: z.string().nullable(),
    interleaved: z
      .strictObject({ side: z.enum(['A', 'B']), other: z.strictObject({ id: z.string(), name: z.string() }) })
      .optional()
      .describe('the run that this one was measured in turns with, block by block; left out: none'),
    reproduces: z
      .enum(['paper-exp1', 'paper-exp2'])
      .optional()
      .describe('the published experiment that the run repeats (the experiment’s key `reproduces`); left out: none'),
    imported: z
      .strictObject({
        format: z.string().describe('what `greenbatch import` read'),
        file: z.string(),
        evaluations: z
          .array(
            z.strictObject({
              configuration: z.string(),
              images: z.int(),
              stats: z.array(z.number()).length(12).describe('as pycocotools; −1: no object'),
              paperF1: nullable.describe('2·AP·AR/(AP+AR) of COCO’s AP and AR100, as the paper; no F1 score'),
              yolov7: z.strictObject({
                P: z.number(),
                R: z.number(),
                mAP50: z.number(),
                mAP: z.number(),
                labels: z.int(),
              }),
            }),
          )
          .describe('what each configuration got right, as the file says'),
      })
      .optional()
      .describe('nothing of the run was measured by this program: it was made of a file; left out: it was measured'),
    createdAt: z.string(),
    program: z.string(),
    sessions: z.int(),
    blocks: z.int(),
    addedBlocks: z
      .strictObject({ afterBlock: z.int(), upToBlock: z.int() })
      .optional()
      .describe(
        'of `blocks`, those after `afterBlock` were added when the run had ended, the last of them `upToBlock` at most; left out: none were',
      ),
    ended: z.string().nullable(),
    failure: z.strictObject(failure).nullable().describe('why it failed, as data'),
    currentBatchSize: z.int().nullable(),
    current: currentSchema.nullable().describe('what runs today, as far as the experiment says'),
    pin: z.enum(['none', 'cores', 'sockets']).describe('which CPUs the processes of trials were kept to (measure.pin)'),
    order: z
      .literal('listed')
      .optional()
      .describe('trials of a block came as the experiment lists them; left out: shuffled (measure.order)'),
    scope: z
      .enum(['inference', 'end-to-end', 'process'])
      .nullable()
      .describe('what the energy windows of the workload detection hold; null: another workload'),
    imageSize: z.strictObject({ height: z.int(), width: z.int() }).nullable(),
    rect: z
      .boolean()
      .optional()
      .describe(
        'true: batches are padded to a shape each, and imageSize is what the longer side of an image is scaled to (images.rect); left out: all inputs are of imageSize',
      ),
    images: z
      .strictObject({
        description: z.string(),
        count: z.int(),
        inRotation: z.int(),
        skipped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
      })
      .nullable(),
    models: z.array(z.strictObject({ model: z.string(), sha256: z.string(), parameters: nullable, gflops: nullable })),
    idleWatts: nullable,
    idle: z
      .strictObject({
        watts: z.number().describe('mean of the windows'),
        standardWatts: z.number().describe('standard uncertainty of it: their scatter, with the bound as a rectangle'),
        boundWatts: z
          .number()
          .describe('half-width of what their scatter cannot show: stated, and the edges of windows'),
        edgeWatts: z
          .number()
          .describe(
            'half-width in which a block’s idle watts are known at worst: the bound, and where blocks share windows their scatter',
          ),
        windows: z.array(z.strictObject({ beforeBlock: z.int(), watts: z.number() })),
      })
      .optional()
      .describe('the machine at rest; left out without a baseline, and of logs that have one a session'),
    agreement: z
      .strictObject({
        seconds: z.number(),
        withinPercent: z.number().describe('farther apart than this they are said not to agree'),
        domains: z.array(
          z.strictObject({
            id: z.string(),
            kind: z.string(),
            powercapJoules: nullable,
            perfJoules: nullable,
            differencePercent: nullable.describe('what powercap shows above perf, in percent of the larger'),
            problem: z.string().nullable().describe('why the two are not compared'),
          }),
        ),
        sentence: z.string(),
      })
      .nullable()
      .describe('powercap and perf read over the same seconds at the start; null: not both could be read'),
    filtering: filteringSchema
      .nullable()
      .describe(
        'whether the processor adds noise to its energy counters (Intel-SA-00389), what told it and why; null: the log has none, or the joules are not of its counters',
      ),
    driftPercent: nullable.describe('change of the reference configuration from the first to the last check'),
    drift: z
      .strictObject({ percent: z.number(), low: z.number(), high: z.number(), trials: z.int() })
      .nullable()
      .optional()
      .describe(
        'change of all finished trials from the first to the last, each against its own configuration, with its 95 % interval; null: too few; left out of logs of format 1',
      ),
    unsteadyTrials: z.int().describe('finished repeats whose batch times had not settled when their window began'),
    powerChangedTrials: z
      .int()
      .optional()
      .describe('trials that count although the machine’s power changed in their windows; left out: none'),
    otherLoadPercent: nullable.describe('CPU time that other processes took in the windows'),
    state: runStateSchema.optional(),
    surroundings: surroundingsSchema.optional(),
    ownCost: ownCostSchema.optional(),
    failedTrials: z.array(
      z.strictObject({
        trial: z.int(),
        configuration: z.string(),
        block: z.int(),
        reason: z.string(),
        ...failure,
      }),
    ),
    warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
    environment: z.record(z.string(), z.unknown()),
  }),
  source: reportSourceSchema.nullable(),
  configurations: z.array(configurationSummarySchema),
  accuracies: z
    .array(modelAccuracySchema)
    .describe('what each model gets right, measured once, outside the energy windows (docs/accuracy.md)'),
  paretoFront: z.array(z.string()),
  verdict: verdictSchema,
  verdictByModel: z.record(z.string(), verdictSchema).describe('one for each model, where the sweep has several'),
  policy: policySchema
    .omit({ version: true })
    .optional()
    .describe(
      'of a run that has ended, with a service level: the batching policy of least modelled energy per request',
    ),
  footprint: footprintSchema.optional(),
});
