import * as z from 'zod';
import { accuracySchema } from '../accuracy/accuracy';
import { accuracySamplingSchema } from '../accuracy/accuracySamplingSchema';
import { configurationSchema, mostConfigurations } from '../configuration/configuration';
import { partSchema, readingSchema, sourceSchema } from '../energy/source';
import { specSchema } from '../spec/spec';
import { machineLookSchema } from './machineLook';
import { rankedEnergySchema } from './rankedEnergy';
import { edgeStatesSchema } from './machineState';

/**
 * The event log of a run, `events.jsonl`: one JSON object a line, appended only, never rewritten.
 * Everything that Greenbatch shows is a fold over these lines (`fold.ts` beside this). Format 2; documented in
 * docs/run-format.md. Each line carries `at`, milliseconds since 1970 (wall clock). Kinds of events and keys may be added
 * within a format; its version rises only when a meaning changes. Lines of format 1 are read through `format1.ts`.
 */
export const runFormatVersion = 2;

/** A process that may be signalled: only after all three match (a pid alone may have been reused). */
export const processIdentitySchema = z.object({
  pid: z.int(),
  /** Field 22 of /proc/<pid>/stat, clock ticks since boot; null where there is no /proc. */
  startTicks: z.number().nullable(),
  bootId: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Milliseconds since 1970, up to the last moment that a date can name (ECMA-262). */
export const momentSchema = z.number().min(0).max(8.64e15);

/**
 * A word that only says what a line is about, with those that this program writes: a later one may write others, and the
 * line still means what it means.
 */
const label = <const T extends string>(..._known: T[]) => z.string() as unknown as z.ZodType<T | (string & {})>;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), at: momentSchema, ...shape });

/** Beside the `message` of a failure, so that no reader has to take it apart: `failureCodes`. Logs of before have neither. */
const failureFields = {
  code: z.string().optional(),
  /** Commands for a terminal of the machine that measures; null where none helps. */
  fix: z.string().nullable().optional(),
};

/** More than two instruments have counters, and far more than they are read. */
const mostCompared = 1024;

const memoryPoint = z.object({ batchSize: z.int(), peakRssBytes: z.number() });

/** The kind of work that a run measures. */
const workloadSchema = z.object({
  name: z.string(),
  /** What its amount is counted in, in the singular: `image`. Joules are given for one of it. */
  unit: z.string(),
  /** Phases that the run's windows tell apart, in their order; none where a window holds one thing. */
  phases: z.array(z.string()),
  /** Whether requests can be replayed to it, as the experiment asks for it; logs of before do not say it, and none were. */
  serves: z.boolean().optional(),
});
export type WorkloadRecord = z.infer<typeof workloadSchema>;

/**
 * A trial of requests that come one by one, in place of windows under full load: what is replayed to it. Trials of one paced block have
 * the same arrivals, repeated end to end, so that the server is met as busy as it stays.
 */
const pacedTrialSchema = z.object({
  /** Paced blocks are numbered from 1, apart from those under full load. */
  block: z.int().min(1),
  /** Why this configuration: the verdict's choice, the one in use (which may be both), or since all are asked for. */
  roles: z.array(z.enum(['winner', 'current', 'other'])),
  batching: z.enum(['full', 'timeout', 'when-free']),
  batchTimeoutMs: z.number().nullable(),
  /** Processes that serve. */
  instances: z.int().min(1),
  /** Exactly so many, in so many seconds. */
  requests: z.int().min(1),
  seconds: z.number(),
  /** Where they come from: drawn by this seed, or a file, whose bytes have this hash. */
  arrivals: z.union([z.object({ seed: z.int() }), z.object({ file: z.string(), sha256: z.string() })]),
});
export type PacedTrial = z.infer<typeof pacedTrialSchema>;

/** What requests met in a window of a paced trial: those that arrived in it, whenever they were answered. */
const pacedWindowSchema = z.object({
  requests: z.int().min(1),
  /** From arrival to answer, milliseconds, in the order of arrival; one in `stride` is kept. */
  latencyMs: z.array(z.number()),
  stride: z.int().min(1),
  /** Batches that began in it, by how many requests they held: `[size, batches]`. */
  batchesOfSize: z.array(z.tuple([z.int(), z.int()])),
  /** Whether the model runs whole batches alone, so that smaller ones were filled up. */
  padded: z.boolean(),
  /** Share of the window in which processes ran a batch, of all of them; 0 to 1. */
  load: z.number(),
});
export type PacedWindow = z.infer<typeof pacedWindowSchema>;

/** What one phase took in a window, all its stretches together: raw increments, wraps added, in a reading's units. */
const phaseIncrements = z.object({
  ms: z.number(),
  counters: z.array(z.number().nullable()),
  busySeconds: z.number(),
  totalSeconds: z.number(),
});
export type PhaseIncrements = z.infer<typeof phaseIncrements>;

/** How the machine was right before the first reading of a window and right after its last; logs of before have none. */
const state = { state: edgeStatesSchema.optional() };

// What a trial says of itself crosses to its engine in the same shape (`engine/trial/protocol.ts`).
export const accuracyMeasuredEvent = event('accuracy.measured', {
  model: z.string(),
  accuracy: accuracySchema,
  /** How far its COCO AP would be another one with other images of the same kind; logs of before have none. */
  sampling: accuracySamplingSchema.optional(),
  /** Where the ground truth comes from. */
  truth: z.string(),
  batchSize: z.int(),
  /** Wall time of each phase, all images together. No phase overlaps another. */
  phases: z.object({
    loadMs: z.number(),
    preprocessMs: z.number(),
    inferenceMs: z.number(),
    nmsMs: z.number(),
    evaluationMs: z.number(),
  }),
  /** Annotated images that could not be run: they are not evaluated. */
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** What a reader of the numbers must know: entries left out, images of another size than annotated, …; absent: nothing. */
  warnings: z.array(z.string()).optional(),
});

/**
 * What one of several processes did in a window that the engine began and ended for all of them: steps that reach over an edge
 * count by their part inside.
 */
const instanceShareSchema = z.object({
  work: z.number().min(0),
  cpuSeconds: z.number(),
  /** Batches that ended in the window. */
  batches: z.int(),
  /** How many of the window's `batchMs` are its own: they stand process by process. */
  kept: z.int(),
});

export const trialPhaseEvent = event('trial.phase', {
  trial: z.int(),
  phase: z.enum(['load', 'warmup', 'window']),
  monotonicMs: z.number(),
  /** The process that the window is, where each is a process of its own: of all but the first, which the trial started with. */
  process: processIdentitySchema.optional(),
});

export const trialWindowEvent = event('trial.window', {
  trial: z.int(),
  window: z.int(),
  start: readingSchema,
  end: readingSchema,
  /** How much of it was done, in the run's unit of work (`run.created`). */
  work: z.number().min(0),
  /** Wall time of each `run` call, milliseconds, in order; of a part of them, evenly taken, where `batches` stands. */
  batchMs: z.array(z.number()),
  /** Batches in all, where their times are too many to be kept (`mostBatchTimes`). */
  batches: z.int().optional(),
  /** CPU time of the trial's processes in the window, user + system. */
  cpuSeconds: z.number(),
  /** What each process did in the window, of a trial of several; all above is of all together. */
  instances: z.array(instanceShareSchema).optional(),
  /** What each phase took, by its name; only of windows that hold more than one. */
  phases: z.record(z.string(), phaseIncrements).optional(),
  /** Pixels of the inputs that a unit took part in, mean of all; only where they vary from batch to batch (`images.rect`). */
  pixelsPerUnit: z.number().min(0).optional(),
  /** Shapes of the inputs of its first step in their order, so many batches of each one after the other. */
  inputs: z.array(z.object({ height: z.int(), width: z.int(), batches: z.int() })).optional(),
  /** The longest time in it that a process of the trial stood still; left out where none did. Such a window has no joules. */
  stoodStillMs: z.number().min(0).optional(),
  /** Of a paced trial; its `work` is the requests, its `batchMs` the batches that began in the window. */
  paced: pacedWindowSchema.optional(),
  /** CPU time of the engine and its sampler, user + system, from the word that the window begins to the word that it has ended. */
  engineCpuSeconds: z.number().min(0).optional(),
  /** Of that the sampler's thread; left out where the system does not count by threads. */
  samplerCpuSeconds: z.number().min(0).optional(),
  /** Of `cpuSeconds` the threads that watch whether the trial's processes stand still. */
  watchdogCpuSeconds: z.number().min(0).optional(),
  /** CPU time of the editor's extension host that started the engine, with all extensions in it, over the time of `engineCpuSeconds`. */
  editorCpuSeconds: z.number().min(0).optional(),
  ...state,
});

export const trialFinishedEvent = event('trial.finished', {
  trial: z.int(),
  loadMs: z.number(),
  warmupMs: z.number(),
  warmupBatches: z.int(),
  /** Whether batch times had settled when the first window began; true where a warm-up had too few to tell. */
  steady: z.boolean(),
  /** By how much the machine's power changed over a window, where that was sure and too much (`unsettledPercent`): added by the engine. */
  powerChangePercent: z.number().optional(),
  /**
   * Windows whose joules could not be trusted, and why, as the engine found when all samples of them were there: a reader to whom samples
   * are lost must not believe them. Left out: none. Added by the engine.
   */
  refused: z.array(z.object({ window: z.int(), reason: z.string(), message: z.string() })).optional(),
  peakRssBytes: z.number(),
});

export const eventSchema = z.discriminatedUnion('type', [
  /** First line of every log. `spec` has all defaults filled in; `text` is the file as it was. */
  event('run.created', {
    version: z.literal(runFormatVersion),
    workload: workloadSchema,
    runId: z.string(),
    name: z.string(),
    specFile: z.string().nullable(),
    specText: z.string(),
    spec: specSchema,
    configurations: z.array(configurationSchema).max(mostConfigurations),
    program: z.string(),
    /**
     * Files besides the experiment that decide what was measured (models, weights), and the serving config that the run
     * was made for: a later reader tells by them whether a result still belongs to a file. Absolute paths. The hash is
     * of the bytes; of a serving config, of what it says besides batch sizes and comments.
     */
    sourceFiles: z.array(z.object({ path: z.string(), sha256: z.string() })).optional(),
    /** The serving config that says how batches are formed, by its name alone, and which keys of `spec.sla` come from it. */
    servedBy: z
      .object({ file: z.string(), taken: z.array(label('batching', 'batchTimeoutMs', 'instances')) })
      .optional(),
    /**
     * Nothing of the run was measured by `program`: it was made of this file, whose format `greenbatch import` knows. `file`: its name
     * alone; the hash is of its bytes. `line`: where in it the run begins.
     */
    imported: z.object({ format: z.string(), file: z.string(), sha256: z.string(), line: z.int().min(1) }).optional(),
    /** It is measured block by block with another run, in the same sessions. `folder`: the other's, beside this one's; its name alone. */
    interleaved: z
      .object({
        side: z.enum(['A', 'B']),
        other: z.object({ runId: z.string(), name: z.string(), folder: z.string().regex(/^(?!\.\.?$)[^/\\]+$/) }),
      })
      .optional(),
  }),
  /** An engine took the run; a resumed run has several. */
  event('session.started', {
    /** Of the lines from here on: a later program may go on with a run. Format 1 did not say it. */
    version: z.literal(runFormatVersion).optional(),
    session: z.int(),
    engine: processIdentitySchema,
    monotonicMs: z.number(),
    environment: z.record(z.string(), z.unknown()),
  }),
  /** What of the session's environment was asked for, and known only after it had started: keys beside those. */
  event('environment.known', { environment: z.record(z.string(), z.unknown()) }),
  event('source.opened', { source: sourceSchema }),
  /** Something a reader must know: never an error that ends the run. */
  event('warning', { code: z.string(), message: z.string() }),
  /** What the engine is doing outside trials, for progress. */
  event('step', {
    step: label('model', 'images', 'memory', 'rest', 'idle', 'instruments', 'heat', 'accuracy'),
    detail: z.string(),
  }),
  event('model.ready', {
    model: z.string(),
    sha256: z.string(),
    parameters: z.number().nullable(),
    gflops: z.number().nullable(),
    /** null: known only when the file is opened (an .onnx as it is). */
    input: label('float32', 'uint8').nullable(),
  }),
  event('images.ready', {
    description: z.string(),
    count: z.int(),
    height: z.int(),
    width: z.int(),
    /** Images kept in memory and used in rotation; fewer than `count` when the cache is bounded. */
    inRotation: z.int(),
    skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
    /** Used although decoders warn of them, or under a name in other letter case; absent: none. */
    warned: z.array(z.object({ name: z.string(), warning: z.string() })).optional(),
  }),
  event('memory.predicted', {
    model: z.string(),
    threads: z.int(),
    points: z.array(memoryPoint),
    bytesPerImage: z.number(),
    baseBytes: z.number(),
    marginPercent: z.number(),
  }),
  event('configuration.skipped', {
    configuration: z.string(),
    reason: label('memory', 'tensor-size', 'model', 'cores'),
    message: z.string(),
    ...failureFields,
    neededBytes: z.number().nullable(),
    availableBytes: z.number().nullable(),
  }),
  /** What the machine does besides, outside of windows: at the start of a session, and after each block. Logs of before have none. */
  event('machine.looked', machineLookSchema.shape),
  /** The machine at rest. `beforeBlock`: the block that it came before, of the last one + 1; logs of before have one a session, and no block. */
  event('idle.measured', {
    start: readingSchema,
    end: readingSchema,
    beforeBlock: z.int().min(1).optional(),
    ...state,
  }),
  /** After a rest the machine was loaded for so long with this configuration, so that all trials find it as warm. */
  event('machine.heated', { beforeBlock: z.int().min(1), configuration: z.string(), seconds: z.number().min(0) }),
  /**
   * By which energy the configurations of a run with a service level are ranked, from its first verdict on: what is not known
   * of the idle watts may leave joules per request too uncertain for that. `message`: why it is not by the request.
   */
  event('ranking.decided', { afterBlock: z.int(), energy: rankedEnergySchema, message: z.string().nullable() }),
  /** powercap and perf's events read by one reader over the same seconds: edges first and last, the others count wraps. */
  event('instruments.compared', {
    parts: z.array(partSchema).max(mostCompared),
    readings: z.array(readingSchema).min(2).max(mostCompared),
  }),
  /** What a model gets right, once for a run: batch sizes do not change it. Outside the energy windows. */
  accuracyMeasuredEvent,
  /** What an imported log says that one configuration got right: batches of padded shapes make a model see other pixels. */
  event('accuracy.imported', {
    configuration: z.string(),
    model: z.string(),
    /** Evaluated. */
    images: z.int().min(1),
    /** pycocotools' twelve, as `accuracy.measured` has them: three decimals of a print-out. */
    stats: z.array(z.number().min(-1).max(1)).length(12),
    /** As YOLOv7's test program counts. */
    yolov7: z.object({ P: z.number(), R: z.number(), mAP50: z.number(), mAP: z.number(), labels: z.int() }),
  }),
  /** Why it is not known; each session tries again. */
  event('accuracy.unknown', {
    model: z.string(),
    reason: label('untrained', 'failed'),
    message: z.string(),
    ...failureFields,
  }),
  event('trial.started', {
    trial: z.int(),
    block: z.int(),
    configuration: z.string(),
    /** A drift check: run at start, middle and end; not counted in n. */
    reference: z.boolean(),
    /** Of a paced trial, which is in no block under full load (`block` is the last of these) and not counted in n. */
    paced: pacedTrialSchema.optional(),
    process: processIdentitySchema,
    /** The other processes of a trial of several. */
    others: z.array(processIdentitySchema).optional(),
    /** CPUs that each process was kept to, as the kernel writes a list (`0-3,8`); absent: all. */
    cpus: z.array(z.string()).optional(),
  }),
  trialPhaseEvent,
  trialWindowEvent,
  trialFinishedEvent,
  event('trial.failed', {
    trial: z.int(),
    reason: label('signal', 'out-of-memory', 'exit', 'timeout', 'error', 'invalid'),
    message: z.string(),
    ...failureFields,
    signal: z.string().nullable(),
    exitCode: z.number().nullable(),
  }),
  /**
   * Of an experiment that searches: which configurations the block measures, before its first trial. The others are given up
   * (`configuration.settled`), or left out of it by what is known so far: a later block may measure them.
   */
  event('search.decided', { block: z.int().min(1), configurations: z.array(z.string()) }),
  /** The configuration needs no more repeats: others dominate or (in a search) surely beat it, it surely breaks the service level, or it failed too often. */
  event('configuration.settled', {
    configuration: z.string(),
    afterBlock: z.int(),
    reason: label('dominated', 'beaten', 'infeasible', 'failing'),
    message: z.string(),
  }),
  event('block.finished', { block: z.int() }),
  /**
   * More blocks are wanted of a run that had ended: `blocks` of them, counted from the last finished one, `afterBlock`.
   * It moves the run's end to `upToBlock`; the plan (`measure.repeats`) stays what it was. Where the stopping rule was
   * satisfied already (not `untilVerdict`), all of them are measured; else they end where it is.
   */
  event('blocks.added', {
    blocks: z.int().min(1),
    afterBlock: z.int().min(0),
    upToBlock: z.int().min(1),
    untilVerdict: z.boolean(),
  }),
  event('session.ended', {
    session: z.int(),
    reason: z.enum(['complete', 'interrupted', 'failed']),
    /** Exit code of the engine: 0, 130 (interrupted), or what docs/cli.md says of a failure. */
    exitCode: z.int(),
    /** For `complete`: why no more blocks ran. For the others: what happened. */
    message: z.string(),
    ...failureFields,
  }),
]);
export type RunEvent = z.infer<typeof eventSchema>;
export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** A line of the log as it is made, before the clock is added. */
export type NewEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'at'> : never) : never;

/**
 * `power.jsonl`: first line of each session names the domains, then one compact line a sample:
 * `[monotonicMs, busySeconds, totalSeconds, counter0, counter1, …]`, raw as in `Reading`.
 */
export const powerHeaderSchema = z.object({
  /** Its lines are the same in both formats. */
  version: z.union([z.literal(1), z.literal(runFormatVersion)]),
  session: z.int(),
  /** Wall clock minus monotonic clock in milliseconds, to place samples in time of day. */
  wallOffsetMs: z.number(),
  domains: z.array(z.string()),
});
export type PowerHeader = z.infer<typeof powerHeaderSchema>;
