import { workspaceOf } from '../runs/folders';
import { findRun, type LoadedRun, loadRun } from '../runs/runFolder';
import { CliError } from './cliError';

/** The run folder that the argument RUN of a command means. */
export function runFolderOf(text: string | undefined, command: string): string {
  if (text === undefined)
    throw new CliError(`usage: greenbatch ${command} RUN   (a folder, an id, the beginning of an id, or "latest")`);
  return findRun(text, workspaceOf(process.cwd()));
}

export const loadRunOf = (text: string | undefined, command: string): LoadedRun => loadRun(runFolderOf(text, command));
