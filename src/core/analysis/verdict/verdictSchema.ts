import * as z from 'zod';
import { bearingCodes } from '../../run/conditionTable';
import { toBestSchema } from '../../statistics/toBest';
import { pacedSchema } from './pacedSchema';

/** What is decided among configurations, and said of it; part of the JSON of `greenbatch show --json`. */

const nullable = z.number().nullable();

/** By how much one part of the service level would have to give way for one configuration. */
const relaxation = z.strictObject({
  id: z.string(),
  constraint: z.enum(['arrivalRate', 'requestLatencyMs', 'minAccuracy']),
  limit: z.number(),
  /** The value that this configuration reaches (arrivals must stay below it, the limit above it, accuracy at most it). */
  needed: z.number(),
});

const qualification = z.strictObject({
  code: z.enum([
    'estimated',
    'missing-domains',
    'no-idle',
    'idle-uncertain',
    'accuracy-unknown',
    'accuracy-exact',
    'skipped',
    'not-tried',
    'all-failed',
    'few-batches',
    'near-saturation',
    'outliers',
    'one-trial',
    'batch-timeout',
    'batching',
    'other-instances',
    'edges',
    'paced-contradicts',
    'paced-failed',
    ...bearingCodes,
  ]),
  /** Id of the one that it is about; null where it is about all. */
  configuration: z.string().nullable(),
  /** One plain English sentence. */
  message: z.string(),
});
/** One thing that qualifies a verdict. */
export type Qualification = z.infer<typeof qualification>;

/** What one change alone does to a configuration. */
const lever = z.strictObject({
  factor: z.enum(['spinning', 'split']).describe('what is changed: spinning, or processes and threads together'),
  from: z
    .string()
    .describe('id of the configuration that is changed: the winner, else the one in use, else the lowest'),
  to: z.string().describe('id of what it is then'),
  energy: z.enum(['joulesPerUnit', 'joulesPerRequest']),
  /** Energy of `to` above that of `from`, within blocks, as a ratio; simultaneous over all pairs that could be told. */
  percent: z.number(),
  low: z.number(),
  high: z.number(),
  joules: z
    .strictObject({ difference: z.number(), low: z.number(), high: z.number() })
    .describe('the same in joules, of the mean of `from`'),
  relation: z
    .enum(['more', 'less', 'equivalent', 'unresolved'])
    .describe('equivalent: within the margin; unresolved: not told apart'),
  latency: z
    .strictObject({
      of: z.enum(['request', 'batch']),
      percentile: z.union([z.number(), z.literal('mean')]),
      from: z.number(),
      to: z.number(),
      percent: z.number(),
      low: z.number(),
      high: z.number(),
    })
    .nullable()
    .describe('milliseconds of requests at the SLA’s percentile, else of the mean batch, and the change within blocks'),
  blocks: z.int().describe('blocks that both have'),
  sentence: z.string(),
});
export type Lever = z.infer<typeof lever>;

export const verdictSchema = z.strictObject({
  /**
   * `greenest`: better than every other candidate. `tied`: every other one is worse, or equivalent within the margin.
   * `unresolved`: neither can be said. `infeasible`: none keeps the service level.
   */
  kind: z.enum(['greenest', 'tied', 'unresolved', 'infeasible']),
  marginPercent: z.number().describe('configurations within ± this margin are called tied'),
  /** null while unresolved or infeasible. Of tied ones the current one, else the lowest. */
  winner: z.string().nullable().describe('id of the configuration to take'),
  /** All tied ones, the lowest first. */
  tied: z.array(z.string()),
  metric: z.enum(['joulesPerUnit', 'joulesPerRequest', 'weighted']).describe('what is compared'),
  energy: z.enum(['joulesPerUnit', 'joulesPerRequest']).describe('how energy is counted'),
  saving: z
    .strictObject({
      against: z.string(),
      percent: z.number(),
      /** Simultaneous over all that could have come out as the winner, so the choice of the lowest is accounted for. */
      low: nullable,
      high: nullable,
      /** Whether the interval leaves out 0. */
      significant: z.boolean(),
      energy: z.enum(['joulesPerUnit', 'joulesPerRequest']),
      /** What it does to latency, milliseconds: of requests at the SLA's percentile, else of batches at p95 (or the longest); null where not known. */
      latency: z
        .strictObject({
          of: z.enum(['request', 'batch']),
          percentile: z.union([z.number(), z.literal('max')]),
          from: z.number(),
          to: z.number(),
        })
        .nullable(),
    })
    .nullable()
    .describe('energy that the winner saves against `current`, percent; the choice of the lowest is accounted for'),
  againstInUse: z
    .strictObject({
      energy: z.enum(['joulesPerUnit', 'joulesPerRequest']).describe('as `energy`, where what runs today has it'),
      percent: z.record(z.string(), nullable).describe('by id, as the saving: within blocks, as a ratio'),
      intervals: z
        .record(z.string(), z.strictObject({ low: z.number(), high: z.number() }).nullable())
        .describe('of `percent`, at the level of the saving: simultaneous over all'),
    })
    .nullable()
    .describe('energy of each configuration above that of `inUse`; null where that is not known or not measured'),
  reference: z.string().nullable().describe('the lowest so far, which the others are compared with'),
  comparisons: z.array(toBestSchema),
  feasibility: z.array(
    z.strictObject({
      id: z.string(),
      feasible: z.enum(['yes', 'no', 'unresolved']),
      reason: z.string(),
      /** For `no`: every part that it breaks. */
      breaks: z.array(relaxation),
      /** Whether more blocks could change an `unresolved`. */
      blocksMayDecide: z.boolean(),
    }),
  ),
  /** Blocks that the comparisons rest on: most trials of any configuration. */
  blocks: z.int(),
  confidencePercent: z.number(),
  estimated: z.boolean(),
  missing: z.array(z.string()).describe('domains that no joule holds (measure.allowMissing)'),
  /** For `unresolved`: why. `not-tried`: a search left out what may be the choice; `conditions`: it is withheld for what the machine did while it measured. */
  openBecause: z
    .enum(['too-few-blocks', 'comparison', 'feasibility', 'nothing-to-compare', 'not-tried', 'conditions'])
    .nullable(),
  moreBlocks: nullable.describe(
    'how many more blocks would decide in most cases; null where no number that anybody would measure does',
  ),
  moreBlocksRange: z
    .strictObject({ low: z.int(), high: z.int() })
    .nullable()
    .describe('more blocks that decide in half of all cases, and in three quarters; of an open comparison'),
  noisePercent: nullable.describe('of an open comparison: differences below this are not told apart here, percent'),
  decisiveTrial: z
    .strictObject({ configuration: z.string(), block: z.int() })
    .nullable()
    .describe('the trial that the verdict rests on: without its block it would be another one, or none'),
  outliers: z
    .array(z.strictObject({ configuration: z.string(), block: z.int(), trial: z.int(), percent: z.number() }))
    .describe(
      'trials whose energy is `percent` above what block and configuration make it, beyond 3.5 median absolute deviations; they count with a bounded weight in comparisons, in full in means',
    ),
  relaxations: z.array(relaxation).describe('for infeasible: the nearest changes that let one configuration in'),
  /** null where nothing is said of it, or what is said fits none or several. */
  inUse: z.string().nullable().describe('the configuration that runs today; null where that is not known'),
  search: z
    .strictObject({
      notTried: z.array(z.string()).describe('ids of configurations without a trial'),
      notFollowedUp: z.array(z.string()).describe('ids of configurations with too few trials for a comparison'),
      mayBeLower: z
        .array(z.string())
        .describe(
          'ids of those among them that could still cost less than the lowest by the margin or more, the likeliest first: without them there is no verdict; of the others that is so with a probability of 1 % at most, all of them together',
        ),
    })
    .optional()
    .describe('what a search left out; left out itself where all were measured'),
  mayBeInUse: z.array(z.string()).describe('all that `current` fits, where it fits several: no saving is stated then'),
  levers: z
    .array(lever)
    .describe(
      'what one change alone does: the other setting of spinning, another split of the cores; as far as measured',
    ),
  paced: pacedSchema
    .nullable()
    .describe(
      'what replayed requests measured, beside what is modelled; null where none were replayed at this arrival rate with this batching: then all that is said of requests is modelled',
    ),
  /** One plain English sentence. */
  sentence: z.string(),
  /** What a reader must know to trust it as far as it goes. */
  qualification: z.array(qualification),
});

/** The decision with what it saves, and its words. */
export type Verdict = z.infer<typeof verdictSchema>;
/** What the statistics decide; `sentence.ts` puts it into words. */
export type Decision = Omit<
  Verdict,
  'saving' | 'againstInUse' | 'levers' | 'paced' | 'search' | 'sentence' | 'qualification'
>;
/** Energy that the winner saves against what runs today, in percent of today's; negative when it takes more. */
export type Saving = NonNullable<Verdict['saving']>;
export type Feasibility = Verdict['feasibility'][number];
export type Relaxation = z.infer<typeof relaxation>;
/** What configurations are ranked by; lower is better. */
export type RankedBy = Verdict['metric'];
