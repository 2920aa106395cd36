import { workspaceOf } from '../../runs/store/folders';
import { findRun } from '../../runs/store/runFolder';
import { CliError } from './cliError';

/** The run folder that the argument RUN of a command means. */
export function runFolderOf(text: string | undefined, command: string): string {
  if (text === undefined) {
    throw new CliError(`usage: greenbatch ${command} RUN   (a folder, an id, the beginning of an id, or "latest")`);
  }
  return findRun(text, workspaceOf(process.cwd()));
}
