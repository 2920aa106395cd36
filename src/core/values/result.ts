import * as z from 'zod';
import { accuracySamplingSchema } from '../accuracy/accuracySamplingSchema';
import { configurationSchema } from '../configuration/configuration';

/**
 * What the statistics take in: one value per trial (windows inside a trial are averaged before). The schemas are for JSON and
 * tests; the page imports the types alone.
 */

const nullable = z.number().nullable();
export const skippedSchema = z
  .strictObject({ reason: z.string(), code: z.string(), message: z.string(), fix: z.string().nullable() })
  .nullable();

/** The phases' joules add up to the trial's. */
const trialPhase = z.strictObject({ phase: z.string(), joulesPerUnit: z.number(), msPerUnit: z.number() });
export type TrialPhase = z.infer<typeof trialPhase>;

/** How the machine was at the edges of a trial's windows: null where it does not tell. */
const trialStateSchema = z.strictObject({
  /** Hottest socket, mean of the edges. */
  celsius: nullable,
  /** Mean of the CPUs that were looked at, and of the edges. */
  megahertz: nullable,
  /** How often cores, and sockets, reached their thermal limit within the windows. */
  coreThrottles: nullable,
  packageThrottles: nullable,
  /** Of the machine's CPU time in the windows: what a hypervisor gave to others, what virtual machines of this host used. */
  stealPercent: nullable,
  guestPercent: nullable,
  /** Threads that ran or waited for a CPU, the most at any edge. */
  runnable: nullable,
});
export type TrialState = z.infer<typeof trialStateSchema>;

const trialValueSchema = z.strictObject({
  trial: z.int(),
  /** Blocks are numbered from 1; a block holds one trial of every configuration. */
  block: z.int(),
  joulesPerUnit: z.number(),
  /** Of measured and estimated parts together, where the source has both; nothing is ranked by it. */
  partlyEstimatedJoulesPerUnit: z.number().optional(),
  watts: z.number(),
  /** Share of the machine's CPU time in use, 0 to 1; null where nobody looked: of an imported run. */
  utilisation: nullable,
  unitsPerSecond: z.number(),
  /** null as `utilisation` is. */
  cpuSecondsPerUnit: nullable,
  /** Power of the machine at rest; null without an idle baseline. */
  idleWatts: nullable,
  /** Wall time of every batch in the trial's windows, milliseconds. */
  batchMs: z.array(z.number()),
  /** Mean wall time of a batch in each process, milliseconds; of trials with several. */
  instanceBatchMs: z.array(z.number()).optional(),
  windowJoulesPerUnit: z.array(z.number()),
  /** Half-width in which `joulesPerUnit` is known at worst, because the edges of its windows are: the mean of the windows'. Left out: 0. */
  edgeJoulesPerUnit: z.number().optional(),
  /** Half-width in which `idleWatts` are known at worst: all trials of a run share it. Left out: 0. */
  edgeIdleWatts: z.number().optional(),
  /** Standard uncertainty of the run's idle watts, their scatter with what is stated of them. Left out: 0. */
  standardIdleWatts: z.number().optional(),
  /** Pixels of the inputs that a unit took part in; of trials whose batches vary in size. */
  pixelsPerUnit: z.number().optional(),
  /** What each phase took, of trials of the whole work only. */
  phases: z.array(trialPhase).optional(),
  /** Of logs that recorded it. */
  state: trialStateSchema.optional(),
});
/** One finished trial of one configuration. */
export type TrialValue = z.infer<typeof trialValueSchema>;

const pacedValueSchema = z.strictObject({
  trial: z.int(),
  /** Paced blocks are numbered from 1, apart from those under full load. */
  block: z.int(),
  /** Requests per second that the service level of the run names; those of a file come at their own rate. */
  arrivalRate: z.number(),
  arrivals: z.enum(['drawn', 'file']),
  batching: z.enum(['full', 'timeout', 'when-free']),
  batchTimeoutMs: nullable,
  /** Processes that served. */
  instances: z.int(),
  /** That arrived in so many seconds, over which the joules are. */
  requests: z.int(),
  seconds: z.number(),
  joulesPerRequest: z.number(),
  /** As `edgeJoulesPerUnit`. */
  edgeJoulesPerRequest: z.number().optional(),
  /** From arrival to answer, milliseconds; of a part of the requests, evenly taken, where they are very many. */
  requestMs: z.array(z.number()),
  /** Share of the window in which processes ran a batch, of all of them. */
  load: z.number(),
  meanBatchSize: z.number(),
  /** Whether smaller batches were filled up, as the model runs whole ones alone. */
  padded: z.boolean(),
});
/** One finished paced trial of one configuration. */
export type PacedValue = z.infer<typeof pacedValueSchema>;

export const configurationResultSchema = z.strictObject({
  ...configurationSchema.shape,
  /** Why it was not measured at all; null when it was. */
  skipped: skippedSchema,
  /** Why its last failed repeat failed; null where none did, left out where nobody knows. */
  failure: z.string().nullable().optional(),
  /** Of a search: whether it measures this one no further, with fewer trials than a comparison needs. */
  isLeftOut: z.literal(true).optional(),
  trials: z.array(trialValueSchema),
  /** Of replayed requests, by block; left out: none was. */
  paced: z.array(pacedValueSchema).optional(),
  /** Why the last of them failed, where no later one of its block finished. */
  pacedFailure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  /** COCO's AP@[.5:.95], 0 to 1; null where it is not known. */
  accuracy: nullable,
  /** Of an accuracy that is known; left out of logs of before, whose accuracies count as exact. */
  accuracySampling: accuracySamplingSchema.optional(),
  /** As the paper has it (`paperF1`), where the configuration itself was evaluated, not its model alone: of an imported run. */
  paperF1: nullable.optional(),
});
/** A configuration with the values of its trials. */
export type ConfigurationResult = z.infer<typeof configurationResultSchema>;
