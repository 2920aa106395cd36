import type { Part, Reading } from '../energy/source';
import type { EventOf, RunEvent } from '../run/events';

/**
 * A run's log as an audit reads it: each line by its number, and the trials and sessions that the lines tell of. A second
 * reading beside `run/fold.ts`, on purpose: what one of the two gets wrong the other shows.
 */

export type NumberedEvent = { line: number; event: RunEvent };
export type NumberedSample = { line: number; reading: Reading };

export type AuditLog = {
  events: readonly NumberedEvent[];
  /** Of power.jsonl, by session, in the order of the file. */
  samples: ReadonlyMap<number, readonly NumberedSample[]>;
  /** Lines of power.jsonl that are neither a header nor a sample of the session above them. */
  unreadable: readonly number[];
};

export type AuditWindow = { line: number; window: EventOf<'trial.window'> };

export type AuditTrial = {
  /** Of `trial.started`. */
  line: number;
  started: EventOf<'trial.started'>;
  session: number;
  windows: AuditWindow[];
  finished: { line: number; event: EventOf<'trial.finished'> } | null;
  failed: { line: number; event: EventOf<'trial.failed'> } | null;
};

type AuditSession = {
  line: number;
  session: number;
  started: EventOf<'session.started'>;
  parts: { line: number; parts: Part[] } | null;
  idles: { line: number; idle: EventOf<'idle.measured'> }[];
  ended: boolean;
};

export type AuditRun = {
  created: EventOf<'run.created'>;
  sessions: AuditSession[];
  /** In the order in which they began, those of replayed requests among them. */
  trials: AuditTrial[];
};

/** @throws Error where the log does not begin with `run.created` */
export function auditRun({ events }: AuditLog): AuditRun {
  const first = events[0]?.event;
  if (first?.type !== 'run.created') throw new Error('the first line of a run is run.created');
  const run: AuditRun = { created: first, sessions: [], trials: [] };
  for (const { line, event } of events) {
    const session = run.sessions.at(-1);
    switch (event.type) {
      case 'session.started':
        run.sessions.push({ line, session: event.session, started: event, parts: null, idles: [], ended: false });
        break;
      case 'session.ended':
        if (session) session.ended = true;
        break;
      case 'source.opened':
        if (session) session.parts = { line, parts: event.source.parts };
        break;
      case 'idle.measured':
        session?.idles.push({ line, idle: event });
        break;
      case 'trial.started':
        run.trials.push({
          ...{ line, started: event, session: session?.session ?? 0 },
          ...{ windows: [], finished: null, failed: null },
        });
        break;
      case 'trial.window':
        lastOf(run, event.trial)?.windows.push({ line, window: event });
        break;
      case 'trial.finished': {
        const trial = lastOf(run, event.trial);
        if (trial) trial.finished = { line, event };
        break;
      }
      case 'trial.failed': {
        const trial = lastOf(run, event.trial);
        if (trial) trial.failed = { line, event };
        break;
      }
    }
  }
  return run;
}

/** Without those of replayed requests. */
export const underFullLoad = ({ trials }: AuditRun): AuditTrial[] =>
  trials.filter(({ started }) => started.paced === undefined);

export const ofReplayedRequests = ({ trials }: AuditRun): AuditTrial[] =>
  trials.filter(({ started }) => started.paced !== undefined);

const lastOf = (run: AuditRun, number: number) => run.trials.findLast(({ started }) => started.trial === number);

/** Parts whose joules make the number that configurations are ranked by: of the added ones the measured, or all where none is. */
export function rankedParts(parts: readonly Part[]): Part[] {
  const added = parts.filter((part) => part.added);
  const measured = added.filter((part) => part.measured);
  return measured.length > 0 ? measured : added;
}
