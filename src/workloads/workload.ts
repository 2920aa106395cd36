import type * as z from 'zod';
import type { Configuration } from '../core/configuration/configuration';
import type { FactorKey } from '../core/configuration/factors';
import type { Failure } from '../core/failure/failure';
import type { Foreseen } from '../core/plan/foreseen';
import type { EventOf, NewEvent } from '../core/run/events';
import type { Run } from '../core/run/fold';
import type { Size, Spec } from '../core/spec/spec';
import type { SpecIssue } from '../core/spec/specIssues';

/**
 * A kind of work whose energy a run measures. The engine has the one life of a trial (load, warm-up until steady, windows of
 * whole steps, end) and the order of a session; what is done in a step, and what must be there before, is the workload's.
 * To add one: a folder beside this file, and a line in `workloads.ts`.
 */
export type Workload = {
  /** As an experiment names it: a word. */
  name: string;
  /** What its amount is counted in, in the singular: joules are given for one of it. */
  unit: string;
  /** What of a configuration changes the work: an experiment may list several values of these, of others one. */
  factors: readonly FactorKey[];
  /**
   * The keys of its own that an experiment may have below `settings`, which count as empty where there are none; without
   * this it has no such keys. The log keeps them as they were written: `prepare` reads `spec.settings` by this once more.
   */
  settings?: z.ZodType;
  /** Phases that the windows of an experiment tell apart, in their order; none where a window holds one thing. */
  phases(spec: Spec): readonly string[];
  /** What only a look beyond the experiment's text can find, before a run is made of it. */
  check?(spec: Spec, baseFolder: string): { errors: SpecIssue[]; warnings: SpecIssue[] };
  /** Whether its work can be served (`Work.serve`) as this experiment asks for it; without this it cannot. */
  serves?(spec: Spec): boolean;
  /** What can be told of an experiment before anything runs: its models, images, and what of them is missing. */
  foresee?(spec: Spec, folders: { baseFolder: string; cacheFolder: string }): Promise<Foreseen>;
  /**
   * Makes once what all trials of a session need, tells the log, and leaves out the configurations that cannot run. It comes
   * before the idle baseline.
   *
   * @throws ExpectedError when nothing can be measured
   */
  prepare(session: EngineSession): Promise<Prepared>;
  /**
   * In a trial's process: loads what `trialJob` or `EngineSession.probe` told. What it is told came as JSON; it checks it by
   * a schema of its own.
   */
  open(told: unknown): Promise<Work>;
  /** In a process of its own: finds out what `EngineSession.measureAccuracy` asks. */
  evaluate?(told: unknown, alive: () => void): Promise<AccuracyTold>;
};

/**
 * Phases of a window that is a whole process: around those of its step, what only its engine can tell. `start`: until the program
 * runs; `model`: until its work is open; `exit`: until the process has ended.
 */
export const aroundStep = (ofStep: readonly string[]) => ['start', 'model', ...ofStep, 'exit'];

/** What a workload has made before the first trial. */
export type Prepared = {
  /** What the process of a trial of this configuration is told: it crosses as JSON. */
  trialJob(configuration: Configuration): object;
  /** A window is a process of its own that does one step, from its start to its end, as `perf stat PROGRAM` measures it. */
  wholeProcess?: true;
  /** What else is to be found out outside the windows; after the idle baseline, since it heats the machine. */
  evaluate?(): Promise<void>;
};

/** What of an engine's session a workload may use while it prepares. */
export type EngineSession = {
  /** The run as the log tells it: each event that is recorded is in it at once. */
  run: Run;
  /** Folder that the experiment's relative paths start from. */
  baseFolder: string;
  cacheFolder: string;
  stop: AbortSignal;
  record(event: NewEvent): void;
  /** Opens the work in a process of its own as a trial does, and measures the memory that it takes. */
  probe(told: object): Promise<ProbeEnd>;
  /** Evaluates a model in a process of its own; the log keeps what it gets right, or why that is not known. */
  measureAccuracy(model: string, told: object): Promise<void>;
};

export type ProbeEnd =
  ({ kind: 'done'; peakRssBytes: number } & TensorBytes) | { kind: 'stopped' } | ({ kind: 'failed' } & ProcessFailure);

/** How a process ended that did not do what it was told. */
export type ProcessFailure = Pick<EventOf<'trial.failed'>, 'reason' | 'message' | 'signal' | 'exitCode'> &
  Failure & {
    /** Batch sizes that the model runs, where it was seen to fail at this one. */
    works?: number[] | undefined;
  };

/** Bytes that one unit of work surely takes: of what goes into the model, and of its largest output. */
export type TensorBytes = { inputBytes: number; outputBytes: number };

/** What a model gets right, as its process tells it. */
export type AccuracyTold = Omit<EventOf<'accuracy.measured'>, 'type' | 'at' | 'model' | 'warnings'> & {
  warnings: string[];
};

/** Asked once, after all windows: it may take work of its own, with signs of life. */
export type TellAccuracy = (alive: () => void) => AccuracyTold;

/** What a trial's process has loaded. */
export type Work = {
  /**
   * Does one step, the smallest part that a window holds whole: a batch, or a pass over all inputs.
   *
   * @returns how much work it was, in the workload's unit
   */
  step(watch: StepWatch): Promise<number>;
  /**
   * Answers so many requests at once, a step's work at most, as a server does: each is one unit. Left out where a workload, or this work of
   * it, is none that a server does.
   *
   * @returns how many units were run: more where a batch that is not whole has to be filled up
   */
  serve?(units: number): Promise<number>;
  /** A step of the warm-up, where that is less than one of a window; it may end as soon as `isWarm`. */
  warmUp?(watch: WarmUpWatch): Promise<void>;
  /** Runs a few batches, for the memory that they take. */
  probe?(): Promise<TensorBytes>;
};

/** Who is told how a step goes on. Each call counts as a sign of life. */
export type StepWatch = {
  /**
   * A batch has run.
   *
   * @param isWhole a smaller one, as at the end of a pass, says nothing about whole ones: it counts in the warm-up alone
   */
  ran(milliseconds: number, isWhole: boolean): void;
  /** So many units went in together, as one input of this size (pixels); told where sizes vary from batch to batch. */
  tookInput?(units: number, size: Size): void;
  /** All since the last change of phase, or since the window began, was this one. A step that tells phases ends with one. */
  phaseEnded(phase: string): void;
  /**
   * What the model gets right, where a step finds it out; only the first in a trial counts.
   *
   * @param tell makes what is told of it
   */
  foundAccuracy(tell: TellAccuracy): void;
};

export type WarmUpWatch = Pick<StepWatch, 'ran'> & { isWarm(): boolean };
