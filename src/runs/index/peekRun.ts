import { basename } from 'node:path';
import { momentSchema, processIdentitySchema } from '../../core/run/events';
import { failureOfRun, isResumable } from '../../core/run/failureOfRun';
import type { Run } from '../../core/run/fold';
import { eventsFile } from '../store/folders';
import { newerFormat } from '../store/eventLog';
import { endsOf, lastLineWith } from '../store/logEnds';
import type { Sightings } from '../ownership/lease';
import { openState, type RunState, type RunStatus } from '../store/runFolder';

/** What a list shows of a run: made from the ends of its log, so that a thousand of them are listed at once. */
export type RunPeek = {
  folder: string;
  id: string;
  name: string;
  /** `newer`: a later program wrote it, and nothing is wrong with it. */
  status: RunStatus | 'damaged' | 'newer';
  /** The machine whose engine works at it, where that is another one than this; else null. */
  host: string | null;
  /** Milliseconds since 1970; null where it is not known. */
  createdAt: number | null;
  specFile: string | null;
  /** Whether *Resume* can help. */
  resumable: boolean;
  /** Why it cannot be read. */
  problem: string | null;
  /** The name of the run that it was measured in turns with; null: none. */
  interleavedWith: string | null;
};

/** Never throws: a damaged run is listed with its problem. @param sightings of leases, kept by whoever looks more than once */
export function peekRun(folder: string, sightings?: Sightings): RunPeek {
  const id = basename(folder);
  try {
    const { head, tail } = endsOf(eventsFile(folder));
    const created = JSON.parse(head) as {
      type?: unknown;
      version?: unknown;
      name?: unknown;
      at?: unknown;
      specFile?: unknown;
      interleaved?: { other?: { name?: unknown } };
    };
    if (created.type !== 'run.created') throw new Error('its log does not begin with run.created');
    const at = momentSchema.parse(created.at);
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    const newer = newerFormat(created);
    const last = endOf(tail);
    const known = newer !== null ? ('newer' as const) : last?.reason;
    const { status, host } = known ? { status: known, host: null } : stateOfOpen(folder, at, sightings);
    return {
      folder,
      id,
      name: text(created.name) ?? id,
      status,
      host,
      createdAt: at,
      specFile: text(created.specFile),
      resumable: status !== 'newer' && isResumable(status, last),
      problem: newer,
      interleavedWith: text(created.interleaved?.other?.name),
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return {
      folder,
      id,
      name: id,
      status: 'damaged',
      host: null,
      createdAt: null,
      specFile: null,
      resumable: false,
      problem,
      interleavedWith: null,
    };
  }
}

/** The same of a run that is followed: its log is not read again. */
export function peekOf(folder: string, run: Run, { status, host }: Pick<RunState, 'status' | 'host'>): RunPeek {
  const { name, created } = run;
  return {
    folder,
    id: basename(folder),
    name,
    status,
    host,
    createdAt: created.at,
    specFile: created.specFile,
    resumable: isResumable(status, failureOfRun(run)),
    problem: null,
    interleavedWith: created.interleaved?.other.name ?? null,
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

/** The process table must be asked about the engine, and the lease about other machines. */
function stateOfOpen(folder: string, createdAtMs: number, sightings: Sightings | undefined): RunState {
  const started = lastLineWith(eventsFile(folder), '"type":"session.started"');
  const engine =
    started === null ? null : processIdentitySchema.parse((JSON.parse(started) as { engine?: unknown }).engine);
  return openState(folder, createdAtMs, engine, sightings);
}
