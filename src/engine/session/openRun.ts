import { dirname } from 'node:path';
import { failureOf } from '../../core/failure/expectedError';
import type { Failure } from '../../core/failure/failure';
import type { Condition } from '../../core/run/conditions';
import { type EventOf, type NewEvent, type RunEvent, runFormatVersion } from '../../core/run/events';
import { applyEvent, everyTrial, foldRun, type Run } from '../../core/run/fold';
import type { SampleLookup } from '../../core/values/samples';
import { monotonicMs } from '../../machine/clock';
import { identityOf, signalProgram } from '../../machine/processIdentity';
import type { HeldLease } from '../../runs/ownership/takeLease';
import { openEventLog, readEvents } from '../../runs/store/eventLog';
import { eventsFile, powerFile, workspaceOf } from '../../runs/store/folders';
import { readPower } from '../../runs/store/powerLog';
import { lookup } from '../../runs/store/runFolder';
import { snapshotEnvironment } from './environment';
import { folderFault } from './folderFault';

/** A run as the session holds it that measures it: its log, open, and what stood there before. */
export type OpenRun = {
  folder: string;
  run: Run;
  /** Number of the session. */
  session: number;
  /** Paths of the experiment are relative to it. */
  baseFolder: string;
  /** Samples of the sessions before. */
  earlier: SampleLookup;
  /** Writes an event to the log and folds it into `run`. `durable` waits until the disk has it. */
  record(event: NewEvent, durable?: boolean): RunEvent;
  /** Of what comes at any time: the end of a session is its last line. */
  note(event: NewEvent): void;
  warn(condition: Condition): void;
  /** @param known of the machine, beside what is read of it now */
  begin(known: Record<string, unknown>): void;
  /** Its last line. */
  end(told: Pick<EventOf<'session.ended'>, 'reason' | 'exitCode' | 'message'> & Partial<Failure>): void;
  /** An error as far as it concerns this run's folder. */
  failureOf(error: unknown): ReturnType<typeof failureOf>;
  close(): void;
};

export const nextSession = (sessions: Run['sessions']) => (sessions.at(-1)?.session ?? 0) + 1;

/** @param breakOff called where the log cannot be written at a time when nobody waits for it */
export function openRun(folder: string, lease: HeldLease, breakOff: (error: unknown) => void): OpenRun {
  const run = foldRun(readEvents(eventsFile(folder)).events);
  const earlier = lookup(readPower(powerFile(folder)));
  const log = openEventLog(eventsFile(folder));
  const { specFile } = run.created;
  const baseFolder = specFile ? dirname(specFile) : folder;
  const session = nextSession(run.sessions);
  const endOf = (error: unknown) => failureOf(folderFault(error, folder) ?? error);
  let hasEnded = false;
  const record = (event: NewEvent, durable = false) => {
    lease.confirm();
    const written = log.append(event, durable);
    applyEvent(run, written);
    return written;
  };
  const note = (event: NewEvent) => {
    if (hasEnded) return;
    try {
      record(event);
    } catch (error) {
      breakOff(error);
    }
  };
  return {
    ...{ folder, run, session, baseFolder, earlier, record, note },
    warn: (condition) => note({ type: 'warning', ...condition }),
    begin(known) {
      endOrphans(run, folder);
      record({
        type: 'session.started',
        version: runFormatVersion,
        session,
        engine: identityOf(process.pid),
        monotonicMs: monotonicMs(),
        environment: snapshotEnvironment(workspaceOf(baseFolder), known),
      });
    },
    end(told) {
      hasEnded = true;
      try {
        record({ type: 'session.ended', session, ...told }, true);
      } catch (error) {
        // Nothing can be written any more: engine.log may still take the reason.
        process.stderr.write(`${told.message}\nthe log could not be finished: ${endOf(error).message}\n`);
      }
    },
    failureOf: endOf,
    close: () => log.close(),
  };
}

/** Trials of an engine that was killed end by themselves at once; whoever still runs is ended before anything is measured. */
function endOrphans(run: Run, folder: string): void {
  for (const trial of everyTrial(run))
    if (trial.state === 'running') for (const one of trial.processes) signalProgram(one, 'trial', folder, 'SIGKILL');
}
