import { watchToTheEnd } from '../text/progressView';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';

const help = `usage: greenbatch attach RUN [--json]

Watches a run that goes on in the background, from where it is, until it ends. Ctrl-C stops the run
(finished repeats are kept); to only look away, close the terminal.
`;

export const attachCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run: ({ json }, [run]) => watchToTheEnd(runFolderOf(run, 'attach'), { json }),
});
