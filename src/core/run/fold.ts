import type { Part, Reading, SourceRecord } from '../energy/source';
import type { Spec } from '../spec/spec';
import type { Configuration } from '../configuration/configuration';
import type { EventOf, PacedTrial, RunEvent, WorkloadRecord } from './events';
import type { EdgeStates } from './machineState';

/**
 * A run as its events tell it. `foldRun` starts one from `run.created`; `applyEvent` carries each
 * further line into it, in order, so that a live reader goes on where it stopped.
 */

export type Window = Omit<EventOf<'trial.window'>, 'type' | 'at'>;

export type Trial = {
  trial: number;
  block: number;
  configuration: string;
  reference: boolean;
  session: number;
  startedAt: number;
  /** `interrupted`: its engine ended before it; the repeat is still missing. */
  state: 'running' | 'finished' | 'failed' | 'interrupted';
  phase: EventOf<'trial.phase'>['phase'] | null;
  windows: Window[];
  finished: EventOf<'trial.finished'> | null;
  failure: EventOf<'trial.failed'> | null;
  /** The first one where there are several. */
  processes: EventOf<'trial.started'>['process'][];
};

/** A trial of requests that come one by one. */
export type TrialOfRequests = Trial & { paced: PacedTrial };

/** `beforeBlock`: the block that it came before; undefined in logs of before, which have one a session. */
export type IdleWindow = {
  start: Reading;
  end: Reading;
  beforeBlock?: number | undefined;
  state?: EdgeStates | undefined;
};

export type Session = {
  session: number;
  start: EventOf<'session.started'>;
  /** Its own source: counters are recorded by position, and a zone may come or go between sessions. */
  source: SourceRecord | null;
  /** The machine at rest, in their order. */
  idles: IdleWindow[];
  /** Two instruments side by side, where both could be read. */
  instruments: { parts: Part[]; readings: Reading[] } | null;
  end: EventOf<'session.ended'> | null;
};

export type Run = {
  created: EventOf<'run.created'>;
  runId: string;
  name: string;
  workload: WorkloadRecord;
  spec: Spec;
  configurations: Configuration[];
  sessions: Session[];
  source: SourceRecord | null;
  models: EventOf<'model.ready'>[];
  images: EventOf<'images.ready'> | null;
  /** By model. */
  accuracies: Map<string, EventOf<'accuracy.measured' | 'accuracy.unknown'>>;
  /** Of configurations that were evaluated themselves, by id. */
  importedAccuracies: Map<string, EventOf<'accuracy.imported'>>;
  skipped: Map<string, EventOf<'configuration.skipped'>>;
  settled: Map<string, EventOf<'configuration.settled'>>;
  /** Of a search: what each block measures, by block. */
  searched: Map<number, EventOf<'search.decided'>>;
  /** What the first verdict ranked by; null before, and where there is no choice. */
  ranking: EventOf<'ranking.decided'> | null;
  /** Under full load. */
  trials: Trial[];
  /** Numbered with those under full load, and counted nowhere with them. */
  pacedTrials: TrialOfRequests[];
  blocksFinished: number;
  /** Blocks that were wanted after the run had ended, in their order: the last one says where it ends now. */
  addedBlocks: EventOf<'blocks.added'>[];
  warnings: EventOf<'warning'>[];
  /** At what the machine does besides. */
  looks: EventOf<'machine.looked'>[];
  /** What the engine does outside trials; null during and after them. */
  step: EventOf<'step'> | null;
};

function startRun(created: EventOf<'run.created'>): Run {
  return {
    created,
    runId: created.runId,
    name: created.name,
    workload: created.workload,
    spec: created.spec,
    configurations: created.configurations,
    sessions: [],
    source: null,
    models: [],
    images: null,
    accuracies: new Map(),
    importedAccuracies: new Map(),
    skipped: new Map(),
    settled: new Map(),
    searched: new Map(),
    ranking: null,
    trials: [],
    pacedTrials: [],
    blocksFinished: 0,
    addedBlocks: [],
    warnings: [],
    looks: [],
    step: null,
  };
}

/** The energy source of one session: what its readings and its power series are read with. null: it opened none. */
export function sourceOfSession(run: Pick<Run, 'sessions'>, session: number): SourceRecord | null {
  return run.sessions.find((s) => s.session === session)?.source ?? null;
}

/** @throws Error when the first event is not `run.created` */
export function foldRun(events: RunEvent[]): Run {
  const [first, ...rest] = events;
  if (first?.type !== 'run.created') throw new Error('the first event of a run is run.created');
  const run = startRun(first);
  for (const event of rest) applyEvent(run, event);
  return run;
}

/** Carries one event into the run, in place. Events about unknown trials are ignored. */
export function applyEvent(run: Run, event: RunEvent): void {
  const session = run.sessions.at(-1);
  switch (event.type) {
    case 'run.created':
      return;
    case 'session.started':
      // A session that was killed left its trial open: that repeat is missing.
      interruptTrials(run);
      // What could not run then may run now (a mended file, more memory): each session decides anew.
      run.skipped.clear();
      run.sessions.push({
        session: event.session,
        start: event,
        source: null,
        idles: [],
        instruments: null,
        end: null,
      });
      return;
    case 'environment.known':
      if (session)
        session.start = { ...session.start, environment: { ...session.start.environment, ...event.environment } };
      return;
    case 'session.ended':
      interruptTrials(run);
      run.step = null;
      if (session) session.end = event;
      return;
    case 'source.opened':
      run.source = event.source;
      if (session) session.source = event.source;
      return;
    case 'warning':
      run.warnings.push(event);
      return;
    case 'machine.looked':
      run.looks.push(event);
      return;
    case 'step':
      run.step = event;
      return;
    case 'model.ready':
      run.models = [...run.models.filter((m) => m.model !== event.model), event];
      return;
    case 'images.ready':
      run.images = event;
      return;
    case 'memory.predicted':
      // For whoever reads the log: what follows from it is `configuration.skipped`.
      return;
    case 'accuracy.measured':
    case 'accuracy.unknown':
      run.accuracies.set(event.model, event);
      return;
    case 'accuracy.imported':
      run.importedAccuracies.set(event.configuration, event);
      return;
    case 'configuration.skipped':
      run.skipped.set(event.configuration, event);
      return;
    case 'configuration.settled':
      run.settled.set(event.configuration, event);
      return;
    case 'search.decided':
      run.searched.set(event.block, event);
      return;
    case 'idle.measured':
      session?.idles.push(event);
      return;
    case 'machine.heated':
      // For whoever reads the log: trials tell in which state they found the machine.
      return;
    case 'ranking.decided':
      run.ranking ??= event;
      return;
    case 'instruments.compared':
      if (session) session.instruments = { parts: event.parts, readings: event.readings };
      return;
    case 'block.finished':
      run.blocksFinished = Math.max(run.blocksFinished, event.block);
      return;
    case 'blocks.added':
      run.addedBlocks.push(event);
      return;
    case 'trial.started': {
      run.step = null;
      const trial: Trial = {
        trial: event.trial,
        block: event.block,
        configuration: event.configuration,
        reference: event.reference,
        session: session?.session ?? 0,
        startedAt: event.at,
        state: 'running',
        phase: null,
        windows: [],
        finished: null,
        failure: null,
        processes: [event.process, ...(event.others ?? [])],
      };
      if (event.paced) run.pacedTrials.push({ ...trial, paced: event.paced });
      else run.trials.push(trial);
      return;
    }
    default:
      applyTrialEvent(run, event);
  }
}

function applyTrialEvent(
  run: Run,
  event: EventOf<'trial.phase' | 'trial.window' | 'trial.finished' | 'trial.failed'>,
): void {
  // Backwards: the trial meant is nearly always the last one.
  const isMeant = (t: Trial) => t.trial === event.trial;
  const trial = run.trials.findLast(isMeant) ?? run.pacedTrials.findLast(isMeant);
  if (!trial) return;
  switch (event.type) {
    case 'trial.phase':
      trial.phase = event.phase;
      if (event.process) trial.processes.push(event.process);
      return;
    case 'trial.window':
      trial.windows.push(event);
      return;
    case 'trial.finished':
      trial.state = 'finished';
      trial.finished = event;
      return;
    case 'trial.failed':
      trial.state = 'failed';
      trial.failure = event;
      return;
  }
}

/** Of both kinds. */
export const everyTrial = ({ trials, pacedTrials }: Pick<Run, 'trials' | 'pacedTrials'>): Trial[] => [
  ...trials,
  ...pacedTrials,
];

function interruptTrials(run: Run): void {
  for (const trial of everyTrial(run)) if (trial.state === 'running') trial.state = 'interrupted';
}
