import { existsSync, lstatSync, mkdirSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { readingsWithin } from '../../core/energy/readings';
import type { Reading } from '../../core/energy/source';
import type { ProcessIdentity, RunEvent } from '../../core/run/events';
import { applyEvent, foldRun, type Run } from '../../core/run/fold';
import type { SampleLookup } from '../../core/values/samples';
import { eventBlocks, readEvents } from './eventLog';
import { eventsFile, powerFile, runsFolder } from './folders';
import { type PowerSession, readPower } from './powerLog';
import { isProgramOf } from '../../machine/processIdentity';
import { lookAtLease, type Sightings } from '../ownership/lease';

/** A run read from its folder, and what it was made of. */
export type LoadedRun = {
  folder: string;
  run: Run;
  samples: SampleLookup;
  status: RunStatus;
  /** The machine whose engine works at it; null: this one, or none does. */
  host: string | null;
  events: RunEvent[];
  power: PowerSession[];
};

/** `stopped`: its engine was killed, the machine went down, or no engine ever took it in hand; it can be resumed. */
export type RunStatus = 'starting' | 'running' | 'complete' | 'interrupted' | 'failed' | 'stopped';

/** No such run, or several that fit. */
export class RunNotFound extends ExpectedError {
  override readonly name = 'RunNotFound';

  constructor(message: string) {
    super('run-not-found', message);
  }
}

/** Whether an engine works at it, or is about to. */
export const isActive = (status: string) => status === 'running' || status === 'starting';

/** An engine takes its run in hand within seconds; one that nobody took for so long never will be by itself. */
const startingMs = 60_000;

/** What a run is doing, and where. */
export type RunState = {
  status: RunStatus;
  /** Of a running one, the machine whose engine works at it, where that is another one than this; else null. */
  host: string | null;
  /** Whether looking again may tell something else although nothing happens: clocks differ (`ownership/lease.ts`). */
  undecided: boolean;
};

/**
 * The state of a run, as its log, the processes of this machine, and the leases of others tell it: the one rule, whoever
 * shows it.
 *
 * @param sightings of leases, kept by whoever looks more than once
 */
export function stateOf(run: Run, folder: string, sightings?: Sightings, nowMs = Date.now()): RunState {
  const last = run.sessions.at(-1);
  if (last?.end) return { status: last.end.reason, host: null, undecided: false };
  return openState(folder, run.created.at, last?.start.engine ?? null, sightings, nowMs);
}

/** The state of a run whose log does not end. @param engine null where none has taken it in hand */
export function openState(
  folder: string,
  createdAtMs: number,
  engine: ProcessIdentity | null,
  sightings?: Sightings,
  nowMs = Date.now(),
): RunState {
  if (engine !== null && isProgramOf(engine, 'engine', folder))
    return { status: 'running', host: null, undecided: false };
  const look = lookAtLease(folder, sightings);
  if (look?.state === 'live') return { status: 'running', host: look.lease.host, undecided: false };
  const status = engine === null && nowMs - createdAtMs <= startingMs ? 'starting' : 'stopped';
  return { status, host: null, undecided: look?.state === 'undecided' };
}

/**
 * @throws RunNotFound when the folder holds no run; LogError when its log is damaged
 */
export function loadRun(folder: string): LoadedRun {
  if (!existsSync(eventsFile(folder))) throw new RunNotFound(`${folder} holds no run (there is no events.jsonl)`);
  const { events } = readEvents(eventsFile(folder));
  if (events.length === 0) throw new RunNotFound(`${folder} holds a run that was never begun (its log is empty)`);
  const run = foldRun(events);
  const power = readPower(powerFile(folder));
  const { status, host } = stateOf(run, folder);
  return { folder, run, samples: lookup(power), status, host, events, power };
}

/** Samples by time; each session's are in order. */
export function lookup(sessions: PowerSession[]): SampleLookup {
  const bySession = new Map<number, Reading[]>();
  for (const s of sessions) bySession.set(s.header.session, [...(bySession.get(s.header.session) ?? []), ...s.samples]);
  return (session, fromMs, toMs) => readingsWithin(bySession.get(session) ?? [], fromMs, toMs);
}

/** A log that is followed by byte offset. */
export type FollowedRun = {
  run(): Run | null;
  /** Folds in the whole lines that are new, and returns them. */
  poll(): RunEvent[];
  /** The same, a few megabytes at a time; `more` says that it should be called again. */
  pollSome(): { events: RunEvent[]; more: boolean };
};

export function followRun(folder: string): FollowedRun {
  let run: Run | null = null;
  let offset = 0;
  let lines = 0;
  const pollSome = () => {
    if (!existsSync(eventsFile(folder))) return { events: [], more: false };
    const blocks = eventBlocks(eventsFile(folder), offset, lines + 1);
    const read = blocks.next().value;
    blocks.return();
    if (!read) return { events: [], more: false };
    offset = read.bytes;
    lines = read.lines;
    for (const event of read.events) {
      if (run) applyEvent(run, event);
      else run = foldRun([event]);
    }
    return { events: read.events, more: true };
  };
  return {
    run: () => run,
    pollSome,
    poll() {
      const all: RunEvent[] = [];
      for (let part = pollSome(); part.more; part = pollSome()) for (const event of part.events) all.push(event);
      return all;
    },
  };
}

/**
 * The folder of a workspace's runs, to make a run in. @throws ExpectedError where a link in a workspace, which may have
 * come with it, would have runs written to another place
 */
export function ownRunsFolder(workspace: string): string {
  const folder = runsFolder(workspace);
  const place = lstatSync(dirname(folder), { throwIfNoEntry: false });
  const runs = lstatSync(folder, { throwIfNoEntry: false });
  const link = place?.isSymbolicLink() ? dirname(folder) : runs?.isSymbolicLink() ? folder : null;
  if (link === null) return folder;
  throw new ExpectedError(
    'run-folder',
    `${link} is a link, and nothing is written through one: name where the run is to lie with --out FOLDER`,
  );
}

/**
 * Makes the folder of a new run; an empty one that is there is taken.
 *
 * @throws ExpectedError when it holds a run already (naming how to go on) or anything else, is a link, or cannot be made
 */
export function createRunFolder(folder: string): void {
  const there = whatIsAt(folder);
  if (there && existsSync(eventsFile(folder))) {
    throw new ExpectedError(
      'run-exists',
      `${folder} holds a run already: resume it with "greenbatch run --resume ${folder}", or choose another folder`,
    );
  }
  if (there?.isDirectory() && readdirSync(folder).length === 0) return;
  if (there) {
    throw new ExpectedError('run-folder', `${folder} is there already and is no empty folder: choose another one`);
  }
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder);
  } catch (error) {
    const { message } = error as Error;
    throw new ExpectedError(
      'run-folder',
      `the run's folder cannot be made (${message}): name another place with --out FOLDER`,
    );
  }
}

/** null where there is nothing, or no way to it. */
function whatIsAt(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

/** Run folders of a workspace, newest first (their names begin with the time). */
export function listRunFolders(workspace: string): string[] {
  const parent = runsFolder(workspace);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(eventsFile(folder)))
    .sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
}

/**
 * Finds a run by what a person types: a folder, an id, the beginning of an id, or `latest`.
 *
 * @throws RunNotFound
 */
export function findRun(text: string, workspace: string): string {
  return existsSync(text) && statSync(text).isDirectory() ? resolve(text) : findRunById(text, workspace);
}

/** The same of what is no folder. @param folders for whoever looks for several: `listRunFolders`. @throws RunNotFound */
export function findRunById(text: string, workspace: string, folders = listRunFolders(workspace)): string {
  const place = runsFolder(workspace);
  if (text === 'latest') {
    if (folders[0]) return folders[0];
    throw new RunNotFound(`there is no run yet in ${place}`);
  }
  const matching = folders.filter((folder) => basename(folder).startsWith(text));
  const exact = matching.find((folder) => basename(folder) === text);
  if (exact) return exact;
  if (matching.length === 1) return matching[0] as string;
  if (matching.length > 1) {
    throw new RunNotFound(`"${text}" fits several runs: ${matching.map((f) => basename(f)).join(', ')}`);
  }
  throw new RunNotFound(`no run "${text}" in ${place}; "greenbatch runs" lists them`);
}
