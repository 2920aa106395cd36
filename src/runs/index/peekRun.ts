import { basename } from 'node:path';
import { momentSchema, processIdentitySchema } from '../../core/run/events';
import { failureOfRun, isResumable } from '../../core/run/failureOfRun';
import type { Run } from '../../core/run/fold';
import { eventsFile } from '../store/folders';
import { newerFormat } from '../store/eventLog';
import { endsOf, lastLineWith } from '../store/logEnds';
import { openStatus, type RunStatus } from '../store/runFolder';

/** What a list shows of a run: made from the ends of its log, so that a thousand of them are listed at once. */
export type RunPeek = {
  folder: string;
  id: string;
  name: string;
  /** `newer`: a later program wrote it, and nothing is wrong with it. */
  status: RunStatus | 'damaged' | 'newer';
  /** Milliseconds since 1970; null where it is not known. */
  createdAt: number | null;
  specFile: string | null;
  /** Whether *Resume* can help. */
  resumable: boolean;
  /** Why it cannot be read. */
  problem: string | null;
};

/** Never throws: a damaged run is listed with its problem. */
export function peekRun(folder: string): RunPeek {
  const id = basename(folder);
  try {
    const { head, tail } = endsOf(eventsFile(folder));
    const created = JSON.parse(head) as {
      type?: unknown;
      version?: unknown;
      name?: unknown;
      at?: unknown;
      specFile?: unknown;
    };
    if (created.type !== 'run.created') throw new Error('its log does not begin with run.created');
    const at = momentSchema.parse(created.at);
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    const newer = newerFormat(created);
    const last = endOf(tail);
    const status = newer ? 'newer' : (last?.reason ?? statusOfOpen(folder, at));
    return {
      folder,
      id,
      name: text(created.name) ?? id,
      status,
      createdAt: at,
      specFile: text(created.specFile),
      resumable: status !== 'newer' && isResumable(status, last),
      problem: newer,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { folder, id, name: id, status: 'damaged', createdAt: null, specFile: null, resumable: false, problem };
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
    resumable: isResumable(status, failureOfRun(run)),
    problem: null,
  };
}

/** How a log's last line ends its session, and of a failure its code (`unexpected` in logs of before); null where it ends none. */
function endOf(tail: string): { reason: RunStatus; code: string } | null {
  try {
    const { type, reason, code } = JSON.parse(tail) as { type?: unknown; reason?: unknown; code?: unknown };
    if (type === 'session.ended' && (reason === 'complete' || reason === 'interrupted' || reason === 'failed')) {
      return { reason, code: typeof code === 'string' ? code : 'unexpected' };
    }
  } catch {
    // Only the end of a long line: not the short one that ends a session.
  }
  return null;
}

/** The process table must be asked about the engine. */
function statusOfOpen(folder: string, createdAtMs: number): RunStatus {
  const started = lastLineWith(eventsFile(folder), '"type":"session.started"');
  const engine =
    started === null ? null : processIdentitySchema.parse((JSON.parse(started) as { engine?: unknown }).engine);
  return openStatus(folder, createdAtMs, engine);
}
