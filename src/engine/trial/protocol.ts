import { writeSync } from 'node:fs';
import * as z from 'zod';
import { sourceSchema } from '../../core/energy/source';
import { accuracyMeasuredEvent, trialFinishedEvent, trialPhaseEvent, trialWindowEvent } from '../../core/run/events';

/**
 * What the engine and a trial's process say to each other: a job in its arguments, and messages on its standard output. One of
 * several processes that work together is told more on the way: `Word`s, over the channel that Node.js opens for a child.
 */

/** The workload, and what its own schema reads. */
const told = { workload: z.string(), told: z.unknown() };

/** What a trial's process is to do, as JSON in its arguments. */
export const trialJobSchema = z.discriminatedUnion('kind', [
  /** Windows of the work. */
  z.object({
    ...{ kind: z.literal('measure'), ...told },
    source: sourceSchema,
    warmupSeconds: z.number(),
    /** What packages may draw for long, by id: the warm-up goes on until they draw no more, so many seconds at most. */
    sustained: z.object({ watts: z.record(z.string(), z.number()), mostSeconds: z.number() }).optional(),
    windowSeconds: z.number(),
    windows: z.int(),
    /** Processes that do this at once. */
    instances: z.int(),
    /** A window is a process of its own that does one step, from its start to its end; then neither warm-up nor seconds count. */
    wholeProcess: z.boolean().optional(),
  }),
  /** One such process. Its windows' edges are read by the engine, the changes of phase within its step by itself. */
  z.object({ kind: z.literal('whole'), ...told, source: sourceSchema }),
  /** One of several processes that work together: when its windows begin and end is the engine's word. No energy is read. */
  z.object({
    ...{ kind: z.literal('member'), ...told },
    warmupSeconds: z.number(),
    /** Batch times that it keeps of one window. */
    mostBatchTimes: z.int(),
  }),
  /** One of the processes that answer requests, as many at once as the engine tells it. No energy is read. */
  z.object({
    ...{ kind: z.literal('server'), ...told },
    /** Batch times that it keeps of the window. */
    mostBatchTimes: z.int(),
  }),
  /** A few batches, for the memory that they take; no energy is measured. */
  z.object({ kind: z.literal('probe'), ...told }),
  /** What a model gets right; no energy is measured. */
  z.object({ kind: z.literal('accuracy'), ...told }),
]);
export type TrialJob = z.infer<typeof trialJobSchema>;
export type MeasureJob = Extract<TrialJob, { kind: 'measure' }>;
export type MemberJob = Extract<TrialJob, { kind: 'member' }>;
export type ServerJob = Extract<TrialJob, { kind: 'server' }>;
export type WholeJob = Extract<TrialJob, { kind: 'whole' }>;

/** What the engine says to a member or a server; times are CLOCK_MONOTONIC in milliseconds. */
const wordSchema = z.discriminatedUnion('type', [
  /** All have loaded: the warm-up of each begins. */
  z.object({ type: z.literal('warm-up') }),
  /** All are warm: a window began. */
  z.object({ type: z.literal('window'), fromMs: z.number() }),
  /** The window is over: say what was done in it. */
  z.object({ type: z.literal('count'), fromMs: z.number(), toMs: z.number() }),
  /** To a server that waits: answer so many requests at once. */
  z.object({ type: z.literal('serve'), units: z.int().min(1) }),
  z.object({ type: z.literal('finish') }),
]);
export type Word = z.infer<typeof wordSchema>;
export const parseWord = (said: unknown): Word => wordSchema.parse(said);

const type = <T extends string>(name: T) => ({ type: z.literal(name) });
/** What the engine adds when it writes a message to the log. */
const added = { at: true, trial: true } as const;

/** What a trial says to its engine, in this order; `alive` in between only resets the engine's patience. */
const trialMessageSchema = z.discriminatedUnion('type', [
  trialPhaseEvent.omit(added).extend(type('phase')),
  z.object(type('alive')),
  trialWindowEvent.omit(added).extend(type('window')),
  trialFinishedEvent.omit(added).extend(type('finished')),
  accuracyMeasuredEvent.omit({ at: true, model: true }).extend({ ...type('accuracy'), warnings: z.array(z.string()) }),
  z.object({ ...type('probed'), peakRssBytes: z.number(), outputBytes: z.number(), inputBytes: z.number() }),
  /** Of a whole process, first of all: the program runs. */
  z.object(type('began')),
  /** Of a member and a server, in this order: its work is open, its warm-up is over. A whole process says the first of them too. */
  z.object(type('loaded')),
  z.object(type('warm')),
  /** A step that began in the window has ended. */
  z.object(type('whole')),
  /** A server has answered what it was told; `units`: run, more than asked for where the batch was filled up. */
  z.object({ ...type('served'), units: z.int(), startMs: z.number(), endMs: z.number() }),
  /** What it did in the window; one of `stride` batch times is kept. */
  z.object({
    ...{ ...type('share'), work: z.number(), cpuSeconds: z.number(), batches: z.int(), stride: z.int() },
    batchMs: z.array(z.number()),
    stoodStillMs: z.number(),
    watchdogCpuSeconds: z.number().optional(),
  }),
  /** Of a whole process: its step is done, and now it ends. CPU time since its start, phases of the step alone. */
  trialWindowEvent
    .pick({ work: true, batchMs: true, batches: true, cpuSeconds: true, phases: true, stoodStillMs: true })
    .extend(trialWindowEvent.pick({ pixelsPerUnit: true, inputs: true }).shape)
    .extend(type('passed'))
    .extend({ watchdogCpuSeconds: z.number().optional(), peakRssBytes: z.number() }),
  z.object({
    ...type('error'),
    ...{ code: z.string(), message: z.string(), fix: z.string().nullable() },
    /** Batch sizes that the model runs, where it failed at this one. */
    works: z.array(z.int()).optional(),
  }),
]);
export type TrialMessage = z.infer<typeof trialMessageSchema>;

/** After this message a trial has nothing more to say. One that is measured may tell its accuracy on the way. */
export const lastWord = {
  measure: 'finished',
  member: 'finished',
  server: 'finished',
  whole: 'passed',
  probe: 'probed',
  accuracy: 'accuracy',
} as const;

/** Says one message on standard output. Synchronous, so that nothing is lost when the process ends or dies right after. */
export function say(message: TrialMessage): void {
  const data = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let done = 0; done < data.length;) {
    try {
      done += writeSync(1, data, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

const names = new Set<unknown>(trialMessageSchema.options.map((option) => option.shape.type.value));

/**
 * One line of a trial's standard output. null where it is no message: a native library printed it. A message of
 * another shape than it must have is an `error`: what it wanted to say is lost, so the trial does not count.
 */
export function parseTrialMessage(line: string): TrialMessage | null {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof said !== 'object' || said === null || !('type' in said) || !names.has(said.type)) return null;
  const { success, data, error } = trialMessageSchema.safeParse(said);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  const text = `the trial's "${String(said.type)}" cannot be read: ${path.join('.')}: ${message}`;
  return { type: 'error', code: 'unexpected', message: text, fix: null };
}
