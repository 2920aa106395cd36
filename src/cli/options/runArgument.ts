import { parseArgs } from 'node:util';
import { workspaceOf } from '../../runs/store/folders';
import { findRun } from '../../runs/store/runFolder';
import { CliError } from './cliError';
import { print } from '../text/output';

/** The run folder that the argument RUN of a command means. */
export function runFolderOf(text: string | undefined, command: string): string {
  if (text === undefined) {
    throw new CliError(`usage: greenbatch ${command} RUN   (a folder, an id, the beginning of an id, or "latest")`);
  }
  return findRun(text, workspaceOf(process.cwd()));
}

/** Arguments and `--json` of a command; null when help was asked for and printed. */
export function parseRunArguments(argv: string[], help: string): { positionals: string[]; json: boolean } | null {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    print(help);
    return null;
  }
  return { positionals, json: values.json };
}

/**
 * The arguments of a command of the form `RUN [--json]`; null when help was asked for and printed.
 *
 * @throws CliError without RUN, RunNotFound when there is no such run
 */
export function runArguments(argv: string[], command: string, help: string): { folder: string; json: boolean } | null {
  const args = parseRunArguments(argv, help);
  return args && { folder: runFolderOf(args.positionals[0], command), json: args.json };
}
