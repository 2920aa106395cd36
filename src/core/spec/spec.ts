import * as z from 'zod';
import { mostBlocks } from './mostBlocks';
import { largestBatchSize, mostInstances, mostThreads } from '../configuration/configuration';
import { usualWorkload } from './usualWorkload';
import { modelWords } from './builtinModels';

/**
 * The experiment file `*.energy.yaml`, as the program validates it. `media/energy.schema.json` is
 * generated from this definition (`specJsonSchema`), so the editor and the program never disagree.
 * Units are in the names: seconds, milliseconds, percent; image sizes in pixels. What `meta` adds is for the
 * JSON schema alone: rules that stand here as refinements, said in its words.
 */

const count = (what: string) => z.int().min(1).max(1_000_000).describe(what);
const seconds = (what: string, max = 3600) => z.number().min(0).max(max).describe(what);
const text = (what: string) =>
  z
    .string()
    .min(1)
    .regex(/^\P{Cc}*$/u, { error: 'holds a control character' })
    .describe(what);
const relativePath = (what: string) => text(`${what}; relative to the experiment file`);
const weight = (what: string) => z.number().min(0).max(1000).describe(what);
/** Lets a rule speak beside other problems of the same place, so that a person sees all of them at once. */
const alsoBesideOthers = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null };
const uniqueList = <T extends z.ZodType<string | number | boolean>>(item: T, what: string, most?: number) =>
  (most === undefined ? z.array(item).min(1) : z.array(item).min(1).max(most))
    .superRefine((values, context) => {
      if (!Array.isArray(values)) return;
      values.forEach((value, index) => {
        if (values.indexOf(value) < index) {
          context.addIssue({ code: 'custom', path: [index], message: `${value} stands in the list twice` });
        }
      });
    }, alsoBesideOthers)
    .meta({ description: what, uniqueItems: true });

const imageSize = z
  .union([z.int().min(32).max(8192), z.tuple([z.int().min(32).max(8192), z.int().min(32).max(8192)])])
  .describe(
    'pixels of a square input, or [height, width]; multiples of the model’s largest stride (32 or 64); default: what the models (.onnx) are fixed to, else 640',
  )
  .meta({ examples: [640] });

const imageSource = z
  .strictObject({
    generated: z
      .strictObject({
        count: count('how many scenes to draw').max(100_000).default(64),
        seed: z.int().min(0).max(0xffff_ffff).describe('seed of the drawing').default(1),
      })
      .describe('scenes drawn by Greenbatch: nothing to download')
      .optional(),
    folder: relativePath('folder with images, searched with its subfolders, or a .zip').optional(),
    labels: relativePath(
      'beside folder: YOLO labels of the images (a .txt each: class, centre, width and height), in a folder of the same shape',
    ).optional(),
    coco: z
      .strictObject({
        images: relativePath('folder or .zip with the images'),
        annotations: relativePath('COCO instances JSON'),
      })
      .describe('a COCO data set')
      .optional(),
    count: count('use only the first images, by name').optional(),
    rect: z
      .boolean()
      .describe(
        'batches as YOLOv7’s test program makes them: images in the order of their aspect ratio, each batch padded to one shape; with measure.scope end-to-end or process, and models of free height and width',
      )
      .optional(),
  })
  .refine((s) => Array.isArray(s) || [s.generated, s.folder, s.coco].filter((v) => v !== undefined).length === 1, {
    error: 'give exactly one of generated, folder, coco',
    ...alsoBesideOthers,
  })
  .refine((s) => Array.isArray(s) || s.labels === undefined || s.folder !== undefined, {
    error: 'labels stand beside folder; a COCO data set has its annotations',
    path: ['labels'],
    ...alsoBesideOthers,
  })
  .meta({
    description: 'the images to run',
    dependencies: { labels: ['folder'] },
    oneOf: [{ required: ['generated'] }, { required: ['folder'] }, { required: ['coco'] }],
  });

const repeats = z
  .strictObject({
    min: z.int().min(1).max(mostBlocks).describe('blocks that always run; below 5 no verdict is given').default(5),
    max: z.int().min(1).max(mostBlocks).describe('blocks at most').default(12),
    intervalPercent: z
      .number()
      .min(0.01)
      .max(100)
      .describe('stop once the 95 % interval of J/image is within ± this many percent')
      .default(2),
  })
  .superRefine(({ min, max }, context) => {
    if (!(max < min)) return;
    const message = `max (${max}) is below min (${min}); without a value of their own max is 12 and min is 5`;
    context.addIssue({ code: 'custom', path: ['max'], message });
  }, alsoBesideOthers)
  .describe('how often each configuration is measured (n counts these repeats)');

/** Which kinds there are is known where sources are opened, not here. */
const sourceKindPattern = /^[a-z][a-z0-9-]*$/;
const sourceKind = z
  .string()
  .refine((kind) => sourceKindPattern.test(kind), {
    error: ({ input }) => `${JSON.stringify(input)} is no kind of source: one word in small letters`,
  })
  .describe('kind of source (powercap, perf, estimate)');

/** More than any machine has domains. */
const mostMissing = 256;

const measure = z
  .strictObject({
    source: z
      .union([
        sourceKind.meta({
          description: 'auto, kind of source (powercap, perf, estimate)',
          anyOf: [{ enum: ['auto', 'powercap', 'perf', 'estimate'] }, { pattern: sourceKindPattern.source }],
        }),
        uniqueList(
          sourceKind
            .refine((kind) => kind !== 'auto', { error: 'auto chooses for itself: it stands alone, not in a list' })
            .meta({
              anyOf: [{ enum: ['powercap', 'perf', 'estimate'] }, { pattern: sourceKindPattern.source }],
              not: { const: 'auto' },
            }),
          'several kinds of sources, read together',
        ),
      ])
      .describe(
        'where joules come from: auto takes RAPL through powercap, else through perf, and falls back to the estimate, saying so; or a kind of source; or a list of kinds that are read together',
      )
      .default('auto'),
    perf: z
      .enum(['event', 'program'])
      .describe(
        'how the source perf reads: event asks the kernel, in microseconds; program runs perf stat, which pauses its count at each edge of a window',
      )
      .default('event'),
    domains: uniqueList(z.enum(['package', 'dram']), 'RAPL domains that are added up, over all sockets').default([
      'package',
      'dram',
    ]),
    allowMissing: uniqueList(
      z.string().regex(/^(package|dram)-\d{1,3}(-die-\d{1,3})?$/, { error: 'is no domain such as dram-1' }),
      'domains that may be missing from a demanded source, such as dram-1: every result then says that it is without them',
      mostMissing,
    )
      .meta({ examples: [['dram-1']] })
      .optional(),
    powercapRoot: text('powercap tree; default /sys/class/powercap, or GREENBATCH_POWERCAP_ROOT').optional(),
    powerCurve: z
      .strictObject({
        idleWatts: z.number().min(0).max(10_000).describe('watts of all packages at no load'),
        maxWatts: z.number().min(1).max(10_000).describe('watts of all packages at full load (TDP × sockets)'),
      })
      .refine((curve) => curve.maxWatts > curve.idleWatts, {
        error: 'maxWatts must be above idleWatts',
        path: ['maxWatts'],
      })
      .describe('for the estimate source: the machine’s own power limits')
      .optional(),
    scope: z
      .enum(['inference', 'end-to-end', 'process'])
      .describe(
        'what the energy windows hold: inference alone; or whole passes over all images with loading, preprocessing, inference, NMS and evaluation; or whole processes, from their start to their end, that make one such pass each',
      )
      .default('inference'),
    pin: z
      .enum(['none', 'cores', 'sockets'])
      .describe(
        'which CPUs our own processes may use: none leaves one process to the kernel, and keeps several on shares of the cores; cores: as many as it has threads, no two on one core; sockets: none reaches over two sockets',
      )
      .default('none'),
    windowSeconds: seconds('shortest energy window; whole batches, so large batches last longer').min(0.2).default(5),
    windows: z.int().min(1).max(100).describe('windows in one trial, averaged to one value').default(1),
    warmupSeconds: seconds('warm-up before the first window of each trial; at least one batch').default(2),
    idleSeconds: seconds('how long each idle baseline lasts; 0 = none').default(10),
    restSeconds: seconds('rest before each idle baseline').default(10),
    idleAt: z
      .enum(['blocks', 'thrice'])
      .describe(
        'when the machine at rest is measured: blocks, before each block; thrice, at the start, in the middle of the blocks that always run, and at the end',
      )
      .default('blocks'),
    heatSeconds: seconds(
      'how long the machine is loaded after each rest, before the first trial; default: three times the longest time window of the RAPL limits, at least 10',
    ).optional(),
    repeats: repeats.prefault({}),
    seed: z.int().min(0).max(0xffff_ffff).describe('seed of the order of trials').default(1),
    order: z.enum(['shuffled', 'listed']).describe('order of the trials within a block').default('shuffled'),
    equivalencePercent: z
      .number()
      .min(0.01)
      .max(50)
      .describe('two configurations within ± this margin are called tied')
      .default(1),
    memoryLimitMegabytes: z
      .number()
      .min(1)
      .describe('peak memory a trial may use; default: what the machine has available')
      .optional(),
    trialTimeoutSeconds: seconds('a trial that gives no sign for so long is ended', 86_400).min(1).default(1800),
    paced: z
      .strictObject({
        of: z
          .enum(['winners', 'all', 'none'])
          .describe(
            'which configurations requests are replayed to: winners, the one that the verdict names and the one in use; default: winners where sla is given, none in a quick look (idleAt: thrice)',
          )
          .optional(),
        seconds: seconds('how long the arrivals of one trial last').min(5).default(60),
        blocks: z
          .int()
          .min(1)
          .max(mostBlocks)
          .describe('how often each is measured so; below 5 without an interval')
          .default(5),
        trace: relativePath(
          'arrivals of your own, a CSV file with the second of each, in place of random ones at sla.arrivalRate',
        ).optional(),
      })
      .describe(
        'after the blocks, requests are replayed at sla.arrivalRate through the server’s own batching, and their joules and latencies measured',
      )
      .prefault({}),
  })
  .describe('how to measure');

const sla = z
  .strictObject({
    requestLatencyMs: z.number().min(0.1).max(86_400_000).describe('a request must be answered within this time'),
    percentile: z.number().min(1).max(99.9).describe('… for this percentage of requests').default(95),
    arrivalRate: z.number().min(0.000_001).max(1_000_000).describe('requests (images) per second that arrive'),
    batching: z
      .enum(['full', 'timeout', 'when-free'])
      .describe(
        'how the server forms batches: full waits until one is full; timeout closes it, full or not, after its first request has waited batchTimeoutMs; when-free takes what waits as soon as an instance is free, and lets it wait for more at most batchTimeoutMs (default 0), as Triton does; default: timeout where batchTimeoutMs is given, else full',
      )
      .optional(),
    batchTimeoutMs: z
      .number()
      .min(0)
      .max(86_400_000)
      .describe('how long the first request of a batch may wait for others')
      .optional(),
    instances: z
      .int()
      .min(1)
      .max(mostInstances)
      .describe('how many batches the server runs at once; default: as many as the configuration has processes')
      .optional(),
    minAccuracy: z.number().min(0).max(1).describe('lowest acceptable COCO AP@[.5:.95], 0 to 1').optional(),
  })
  .meta({
    description: 'the service level that a configuration must keep',
    examples: [{ requestLatencyMs: 2000, percentile: 95, arrivalRate: 4 }],
  });

const search = z
  .strictObject({
    maxTrialsPercent: z
      .number()
      .min(5)
      .max(100)
      .describe('trials at most, in percent of configurations × measure.repeats.max')
      .default(40),
  })
  .meta({
    description:
      'measure the configurations that tell most first, then only those that could still be the greenest; the verdict names what was not tried',
    examples: [{}],
  });

const accuracy = z
  .strictObject({
    measure: z
      .boolean()
      .describe('evaluate each model once on the annotated images, outside the energy windows')
      .default(true),
    images: count(
      'use only the first annotated images, by id; default: images.count, else all; end to end: all of a pass',
    ).optional(),
  })
  .describe(
    'what the models get right; needs trained weights, and images with annotations (coco, or folder and labels)',
  );

const preferences = z
  .strictObject({
    energy: weight('weight of energy per request').default(1),
    latency: weight('weight of request latency').default(0),
    accuracy: weight('weight of accuracy').default(0),
  })
  .refine((p) => p.energy + p.latency + p.accuracy > 0, { error: 'at least one weight must be above 0' })
  .meta({
    description: 'what counts, among the configurations that keep the service level',
    not: {
      required: ['energy'],
      properties: { energy: { const: 0 }, latency: { const: 0 }, accuracy: { const: 0 } },
    },
  });

/** What runs today. Which configuration that is: `isInUse`. */
export const currentSchema = z
  .strictObject({
    batchSize: z.int().min(1).max(largestBatchSize).describe('the batch size in use today'),
    model: text('the model in use today, as it stands in models; needed where several are measured').optional(),
    instances: z
      .int()
      .min(1)
      .max(mostInstances)
      .describe('processes at once in use today; needed where several numbers are measured')
      .optional(),
    threads: z
      .int()
      .min(1)
      .max(mostThreads)
      .describe('threads of each process in use today; needed where several are measured')
      .optional(),
    spinning: z.boolean().describe('whether workers spin today; needed where both are measured').optional(),
  })
  .meta({ description: 'what runs today: savings are stated against it', examples: [{ batchSize: 16 }] });

/** The schema of an experiment file; unknown keys are errors. */
export const specSchema = z.strictObject({
  name: text('shown in lists and reports')
    .max(200)
    .meta({ examples: ['first sweep'] })
    .optional(),
  reproduces: z
    .enum(['paper-exp1', 'paper-exp2'])
    .describe(
      'the published experiment that this one repeats: its figures are shown beside the published points (greenbatch paper)',
    )
    .optional(),
  workload: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, { error: 'is no word of small letters, digits and hyphens' })
    .describe('the kind of work; detection: objects in images')
    .default(usualWorkload),
  settings: z
    .record(
      z.string(),
      z.unknown().refine((value) => z.json().safeParse(value).success, {
        error: 'holds what JSON has not, such as .inf and .nan',
      }),
    )
    .describe('what the workload alone knows, by its own keys; detection has none')
    .optional(),
  models: uniqueList(
    text(modelWords),
    'built-in names, or paths to a YOLOv7 cfg .yaml, an .onnx or a .pt, relative to the experiment file',
  ),
  weightsFile: relativePath('checkpoint with trained weights for a built-in or cfg model')
    .meta({ examples: ['./weights/yolov7-tiny.pt'] })
    .optional(),
  batchSizes: uniqueList(z.int().min(1).max(largestBatchSize), 'images per inference call'),
  imageSize: imageSize.optional(),
  images: imageSource.prefault({ generated: {} }),
  instances: uniqueList(
    z.int().min(1).max(mostInstances),
    'processes that run the model at once, each on cores of its own (Triton: instance_group.count)',
  ).default([1]),
  threads: uniqueList(
    z.int().min(1).max(mostThreads),
    'threads of one inference call (intra-op) in each process; default: the physical cores of this machine, shared out among the processes',
  )
    .meta({ examples: [[4]] })
    .optional(),
  split: z
    .enum(['auto'])
    .describe(
      'auto: all ways to split the physical cores evenly, from one process with every core to one process a core; in place of instances and threads',
    )
    .optional(),
  spinning: uniqueList(
    z.boolean(),
    'whether idle worker threads spin (burning CPU) between operators, as ONNX Runtime lets them unless it is told otherwise',
  ).default([true]),
  current: currentSchema.optional(),
  measure: measure.prefault({}),
  accuracy: accuracy.prefault({}),
  sla: sla.optional(),
  search: search.optional(),
  preferences: preferences.prefault({}),
});

/** A validated experiment with all defaults filled in. */
export type Spec = z.output<typeof specSchema>;
/** An experiment as a person may write it. */
export type SpecInput = z.input<typeof specSchema>;
export type Sla = NonNullable<Spec['sla']>;
export type ImageSource = Spec['images'];

/** Height and width in pixels. */
export type Size = { height: number; width: number };
