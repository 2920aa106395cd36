import { basename } from 'node:path';
import { processIdentitySchema } from '../core/run/events';
import type { Run } from '../core/run/fold';
import { eventsFile } from './folders';
import { endsOf, lastLineWith } from './logEnds';
import { openStatus, type RunStatus } from './runFolder';

/** What a list shows of a run: made from the ends of its log, so that a thousand of them are listed at once. */
export type RunPeek = {
  folder: string;
  id: string;
  name: string;
  status: RunStatus | 'damaged';
  /** Milliseconds since 1970; null where it is not known. */
  createdAt: number | null;
  specFile: string | null;
  /** Why it is damaged. */
  problem: string | null;
};

/** Never throws: a damaged run is listed with its problem. */
export function peekRun(folder: string): RunPeek {
  const id = basename(folder);
  try {
    const { head, tail } = endsOf(eventsFile(folder));
    const created = JSON.parse(head) as { type?: unknown; name?: unknown; at?: unknown; specFile?: unknown };
    if (created.type !== 'run.created') throw new Error('its log does not begin with run.created');
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    return {
      folder,
      id,
      name: text(created.name) ?? id,
      status: statusFrom(folder, typeof created.at === 'number' ? created.at : 0, tail),
      createdAt: typeof created.at === 'number' ? created.at : null,
      specFile: text(created.specFile),
      problem: null,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { folder, id, name: id, status: 'damaged', createdAt: null, specFile: null, problem };
  }
}

/** The same of a run that is followed: its log is not read again. */
export function peekOf(folder: string, run: Run, status: RunStatus): RunPeek {
  const { name, created } = run;
  return {
    folder,
    id: basename(folder),
    name,
    status,
    createdAt: created.at,
    specFile: created.specFile,
    problem: null,
  };
}

/** A log whose last line ends its session says all; else the process table must be asked about the engine. */
function statusFrom(folder: string, createdAtMs: number, tail: string): RunStatus {
  try {
    const last = JSON.parse(tail) as { type?: unknown; reason?: unknown };
    const { reason } = last;
    if (last.type === 'session.ended' && (reason === 'complete' || reason === 'interrupted' || reason === 'failed')) {
      return reason;
    }
  } catch {
    // Only the end of a long line: not the short one that ends a session.
  }
  const started = lastLineWith(eventsFile(folder), '"type":"session.started"');
  const engine =
    started === null ? null : processIdentitySchema.parse((JSON.parse(started) as { engine?: unknown }).engine);
  return openStatus(folder, createdAtMs, engine);
}
