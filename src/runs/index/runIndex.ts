import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { EventOf } from '../../core/run/events';
import { eventsFile } from '../store/folders';
import { endsOf, lastLineWith } from '../store/logEnds';
import { measuredBy, type MeasuredExperiment } from './measuredExperiment';
import type { SourceFile } from './sourceFiles';

/** What a run that has been complete belongs to, made from the ends of its log: it keeps its result while blocks are added to it. */
export type IndexedRun = MeasuredExperiment & {
  folder: string;
  createdAt: number;
  sources: SourceFile[];
  /** Absolute path to model name, as its configurations have it. */
  models: { path: string; model: string }[];
};

export type RunIndex = {
  /** Those of these run folders that have been complete, in their order. Damaged logs are left out: lists show them. */
  complete(folders: readonly string[]): IndexedRun[];
};

/** Reads each log once, and again only when its size or time has changed. */
export function createRunIndex(): RunIndex {
  const known = new Map<string, { stamp: string; entry: IndexedRun | null }>();
  const entryOf = (folder: string): IndexedRun | null => {
    const stamp = stampOf(folder);
    const before = known.get(folder);
    if (before && before.stamp === stamp) return before.entry;
    const entry = stamp === null ? null : readEntry(folder, before?.entry);
    if (stamp === null) known.delete(folder);
    else known.set(folder, { stamp, entry });
    return entry;
  };
  return { complete: (folders) => folders.map(entryOf).filter((entry) => entry !== null) };
}

/** The end of a long line is none of a session's. */
function hasEndedComplete(tail: string): boolean {
  try {
    const { type, reason } = JSON.parse(tail) as { type?: unknown; reason?: unknown };
    return type === 'session.ended' && reason === 'complete';
  } catch {
    return false;
  }
}

function stampOf(folder: string): string | null {
  const stat = statSync(eventsFile(folder), { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : null;
}

/** @param before what it was when the log was shorter: what has been complete stays so */
function readEntry(folder: string, before: IndexedRun | null | undefined): IndexedRun | null {
  try {
    const { head, tail } = endsOf(eventsFile(folder));
    if (!hasEndedComplete(tail)) {
      if (before) return before;
      if (lastLineWith(eventsFile(folder), '"reason":"complete"') === null) return null;
    }
    // Not held against the schema, which takes ten times as long: what is missing throws, and the run is left out.
    const created = JSON.parse(head) as EventOf<'run.created'>;
    const { specFile, spec, sourceFiles } = created;
    const base = specFile === null ? null : dirname(specFile);
    const sources = (sourceFiles ?? []).map(({ path, sha256 }) => ({ path, sha256 }));
    const pathOf = (model: string) => (base === null ? model : resolve(base, model));
    return {
      folder,
      createdAt: created.at,
      ...measuredBy(created),
      sources,
      models: spec.models.map((model) => ({ path: pathOf(model), model })),
    };
  } catch {
    return null;
  }
}
