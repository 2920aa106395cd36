import { type FSWatcher, watch } from 'node:fs';
import { type Bands, foldBands } from '../../core/panel/series/bands';
import type { PowerHistory } from '../../core/panel/series/powerHistory';
import type { RunEvent } from '../../core/run/events';
import type { Run } from '../../core/run/fold';
import type { Sightings } from '../../runs/ownership/lease';
import { followRunPower } from '../../runs/store/followRunPower';
import { followRun, isActive, type RunState, type RunStatus, stateOf } from '../../runs/store/runFolder';
import { createOwnWork, type OwnWork } from './ownWork';

/** A run that is being read: its log and its power series, followed by byte offset while an engine writes them. */
export type LiveRun = {
  readonly folder: string;
  readonly bands: Bands;
  readonly power: PowerHistory;
  run(): Run | null;
  status(): RunStatus;
  /** The machine whose engine works at it, where that is another one than this; else null. */
  host(): string | null;
  /** Why the log cannot be read on; null while it can. */
  problem(): string | null;
  /** What following it takes of this machine; whoever does something for the run does it in here. */
  readonly work: OwnWork;
  /** Resolves when all that lies on the disk now has been read. */
  ready: Promise<void>;
  /** Called after each poll that brought something, with the new events; and when the status has changed. */
  onChange(listener: (events: readonly RunEvent[]) => void): () => void;
  /** Looks again, after a resume for example; a run that has ended is not polled. */
  wake(): void;
  dispose(): void;
};

/** A change is looked at so soon; without any sign of one (network file systems send none) as rarely as `slowMs`. */
const quickMs = 100;
const slowMs = 1000;

export function openLiveRun(folder: string): LiveRun {
  const follower = followRun(folder);
  const power = followRunPower(folder);
  const bands = foldBands();
  const listeners = new Set<(events: readonly RunEvent[]) => void>();
  const sightings: Sightings = new Map();
  const work = createOwnWork();
  let state: RunState = { status: 'starting', host: null, undecided: false };
  let problem: string | null = null;
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;
  let dueAt = Number.POSITIVE_INFINITY;
  let disposed = false;
  let whenRead: () => void = () => undefined;
  const ready = new Promise<void>((done) => {
    whenRead = done;
  });

  const poll = () => {
    timer = null;
    dueAt = Number.POSITIVE_INFINITY;
    if (disposed) return;
    const before = state;
    let events: RunEvent[] = [];
    let more = false;
    let samples = 0;
    try {
      ({ events, more } = follower.pollSome());
      for (const event of events) bands.apply(event);
      const run = follower.run();
      if (run) state = stateOf(run, folder, sightings);
      if (!more) work.goesOn(isActive(state.status) && state.host === null);
      if (run?.source) {
        const taken = power.poll(run);
        samples = taken.samples;
        more ||= taken.more;
      }
      problem = null;
    } catch (error) {
      // A damaged line stays damaged: what was read before it is still shown, with the reason.
      problem = error instanceof Error ? error.message : String(error);
    }
    if (!more) whenRead();
    const isOther = state.status !== before.status || state.host !== before.host;
    if (events.length > 0 || samples > 0 || isOther || problem !== null) {
      for (const listener of [...listeners]) listener(events);
    }
    if (more) schedule(0);
    else if ((isActive(state.status) || state.undecided) && problem === null) schedule(slowMs);
    else stopWatching();
  };
  const schedule = (inMs: number) => {
    const at = Date.now() + inMs;
    if (disposed || at >= dueAt) return;
    if (timer) clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => work.do(poll), inMs);
  };
  const startWatching = () => {
    if (watcher || disposed) return;
    try {
      watcher = watch(folder, { persistent: false }, () => schedule(quickMs));
      watcher.on('error', stopWatching);
    } catch {
      // No watches left on this machine, or the folder is gone: the slow poll does.
    }
  };
  const stopWatching = () => {
    watcher?.close();
    watcher = null;
  };

  startWatching();
  schedule(0);
  return {
    folder,
    bands,
    power: power.history,
    work,
    ready,
    run: () => follower.run(),
    status: () => state.status,
    host: () => state.host,
    problem: () => problem,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake() {
      startWatching();
      schedule(0);
    },
    dispose() {
      disposed = true;
      if (timer) clearTimeout(timer);
      stopWatching();
      listeners.clear();
      whenRead();
    },
  };
}
