import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** Where things lie. A run's folder is the run: it may be moved, copied or archived as it is. */
export const eventsFile = (run: string) => join(run, 'events.jsonl');
export const powerFile = (run: string) => join(run, 'power.jsonl');
/** What the engine printed: normally empty; the place to look when it could not even start. */
export const engineLogFile = (run: string) => join(run, 'engine.log');

/** The nearest folder upwards that has `.greenbatch` or `.git`; `start` itself when there is none. */
export function workspaceOf(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (['.greenbatch', '.git'].some((name) => marks(folder, name))) return folder;
    if (dirname(folder) === folder) return resolve(start);
  }
}

/** In a folder where everybody may write, such as /tmp, what another user has put there makes it no workspace of ours. */
function marks(folder: string, name: string): boolean {
  const mark = statSync(join(folder, name), { throwIfNoEntry: false });
  if (!mark) return false;
  const own = process.getuid?.();
  return own === undefined || mark.uid === own || (statSync(folder).mode & 0o002) === 0;
}

export const runsFolder = (workspace: string) => join(workspace, '.greenbatch', 'runs');

/** Built models, prepared images and staged programs; may be deleted at any time between runs. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.GREENBATCH_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'greenbatch');
}

/** `20261123-063012-small-sweep-4f2a`: sorts by time, says what it is, unique within a second. */
export function newRunId(name: string, now: Date, salt: number): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return [stamp, slug, (salt & 0xffff).toString(16).padStart(4, '0')].filter(Boolean).join('-');
}

/** The name of an experiment that does not give one: its file's, without the endings. */
export const nameFromFile = (file: string) => basename(file).replace(/(\.energy)?\.ya?ml$/i, '');
