import * as z from 'zod';
import { configurationSchema } from '../configuration/configuration';
import type { Plan } from './plan';

/**
 * The JSON of `greenbatch plan --json`, version 1: docs/plan.schema.json is generated from it, and a test holds every plan against it.
 * New keys may be added within a version; none is removed or changes its meaning.
 */

const nullable = z.number().nullable();
const words = z.string().nullable();
const range = z.strictObject({ low: z.number(), high: z.number() });

const parts = z
  .strictObject({
    loadSeconds: z.number().describe('starting processes and loading models'),
    warmupSeconds: z.number(),
    windowSeconds: z.number().describe('windows that are measured'),
    referenceSeconds: z.number().describe('trials that show drift, whole'),
    restSeconds: z.number(),
    idleSeconds: z.number().describe('baselines of the machine at rest'),
    heatSeconds: z.number().describe('loading the machine after a rest'),
    pacedSeconds: z.number().describe('trials of requests that are replayed, whole'),
    probeSeconds: z.number().describe('probing how memory grows, once'),
    accuracySeconds: z.number().describe('measuring what models get right, once'),
    totalSeconds: z.number().describe('the sum of all'),
  })
  .describe('seconds; they follow one another');

const time = z.strictObject({
  blocks: z.int(),
  low: parts.describe('with the fastest speeds that are possible; where some are not known, at least so much'),
  high: parts.nullable().describe('with the slowest; null where the speed of a configuration is not known'),
});

const ends = z.strictObject({ low: nullable, high: nullable });

const detection = z
  .strictObject({
    percent: z.number().describe('the difference between two configurations that is to be told'),
    noise: z.strictObject({
      percent: range.describe('standard deviation of one trial about its block and its configuration'),
      runs: z
        .array(z.string())
        .describe('runs on this machine that tell it; empty: none does, and the range is assumed'),
    }),
    plannedPercent: range.describe('share of runs, percent, that tell it within measure.repeats.max blocks'),
    needed: z.array(
      z.strictObject({
        powerPercent: z.number().describe('share of runs that tell it'),
        blocks: ends.describe('as measure.repeats.max; null: more than are tried'),
        seconds: ends.describe('of a run of so many blocks; many end sooner; null: not known'),
      }),
    ),
    change: words.describe('what to change in the experiment'),
  })
  .describe('by simulation of the stopping rule; only with --detect');

const tensor = z.strictObject({
  role: z.enum(['input', 'output', 'largest']).describe('largest: of what is made in between'),
  name: z.string(),
  elements: z.number().describe('of the whole batch'),
  bytes: z.number(),
});

const memory = z.strictObject({
  expectation: z
    .enum(['fits', 'does not fit', 'too near to tell', 'not known'])
    .describe('against what the machine has available; a run probes, and decides by that'),
  reason: words,
  totalBytes: nullable.describe('of all processes together at their peak'),
  parts: z
    .strictObject({
      programBytes: z.number(),
      weightBytes: z.number(),
      activationBytes: z.number(),
      imageBytes: z.number().describe('images in rotation; where outputs are read, a batch of images and outputs'),
    })
    .nullable()
    .describe('of one process'),
  tensors: z.array(tensor),
});

const speed = z.strictObject({
  source: z
    .enum(['run', 'machine', 'paper', 'gflops', 'unknown'])
    .describe(
      'run: a finished run on this machine; machine: its description; paper: as published; gflops: operations ÷ what cores reach',
    ),
  detail: z.string(),
  msPerImage: range.nullable().describe('milliseconds of the whole machine for a unit of work'),
});

const planned = z.strictObject({
  ...configurationSchema.shape,
  speed,
  trialSeconds: z
    .strictObject({ low: z.number(), high: nullable })
    .nullable()
    .describe('null: it is not expected to run'),
  memory,
  measuredIn: words.describe('the run on this machine that has measured it'),
  notProven: words.describe('why it is not proven to run; null: it is expected to, and nothing speaks against it'),
});

const ofImage = z.strictObject({ name: z.string(), elements: z.number(), bytes: z.number() });
const model = z.strictObject({
  model: z.string(),
  gflops: nullable.describe('10⁹ operations of convolutions for one image'),
  memory: z
    .strictObject({
      weightBytes: z.number(),
      input: ofImage,
      output: ofImage,
      largest: ofImage,
      heldBytes: z.number().describe('of one image, that buffers hold at one moment, at the most'),
      arenas: z
        .array(z.strictObject({ batchSize: z.int(), bytes: z.number() }))
        .describe('what the arena takes for a batch, with the gaps between buffers'),
    })
    .nullable(),
  unknown: words.describe('why its memory is not known'),
  fixedBatch: nullable.describe('the one batch size that it takes'),
  toBuildBytes: z.number().describe('of what is still to be built'),
  accuracyImages: z.int().describe('that its accuracy is measured on, outside the windows'),
});

const machine = z.strictObject({
  name: z.string(),
  described: z.boolean().describe('by a file: then nothing of it was looked at'),
  processor: words,
  sockets: nullable,
  cores: z.int(),
  threads: z.int().describe('logical CPUs'),
  memoryBytes: z.number(),
  availableBytes: z.number(),
  gflopsPerCore: range.nullable(),
  speeds: z
    .union([
      z.literal('paper'),
      z.array(
        z.strictObject({
          model: z.string(),
          batchSize: z.int().optional(),
          imageSize: z.int().optional(),
          msPerImage: z.number(),
        }),
      ),
    ])
    .nullable(),
  counters: z.strictObject({ state: z.enum(['readable', 'missing', 'unknown']), problem: words, fix: words }),
  heatSeconds: z.number(),
  freeDiskBytes: nullable,
  mostTensorBytes: nullable,
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  unit: z.string().describe('what the work is counted in'),
  scope: z.string(),
  machine,
  trials: z.strictObject({
    configurations: z.int().describe('that are expected to run'),
    blocks: z.strictObject({ min: z.int(), max: z.int() }),
    references: z.int(),
    reference: words.describe('configuration that shows drift'),
    least: z.int().describe('trials in all, with the fewest blocks'),
    most: z.int(),
    order: z.enum(['shuffled', 'listed']),
    seed: z.int(),
    paced: z
      .strictObject({
        of: z.enum(['winners', 'all', 'none']),
        configurations: z.int().describe('that requests are replayed to, at most'),
        blocks: z.int(),
        seconds: z.number().describe('of each trial; those of a trace may be fewer'),
      })
      .nullable()
      .describe('besides: trials of requests that are replayed; null: none'),
  }),
  time: z.strictObject({ least: time, most: time }),
  detection: detection.nullable().optional(),
  configurations: z.array(planned),
  models: z.array(model),
  images: z
    .strictObject({
      description: z.string(),
      count: nullable,
      bytesEach: z.number(),
      inRotation: z.int().describe('that stay in memory, at most; more only where a batch has more'),
    })
    .nullable(),
  missing: z.array(
    z.strictObject({
      kind: z.enum(['images', 'annotations', 'labels', 'model', 'weights', 'cores', 'counters', 'disk']),
      what: z.string(),
      where: words,
      how: words,
      blocks: z.boolean().describe('whether nothing, or not all, can be measured without it'),
    }),
  ),
  notes: z.array(z.string()),
  ready: z.boolean().describe('whether it can run as it stands'),
});

/** What `--json` prints. */
export const planJson = (plan: Plan): z.input<typeof planSchema> => ({ version: 1, ...plan });
