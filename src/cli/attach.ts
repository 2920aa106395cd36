import { parseArgs } from 'node:util';
import { watchToTheEnd } from './progressView';
import { runFolderOf } from './runArgument';

const help = `usage: greenbatch attach RUN [--json]

Watches a run that goes on in the background, from where it is, until it ends. Ctrl-C stops the run
(finished repeats are kept); to only look away, close the terminal.
`;

export async function attachCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  return watchToTheEnd(runFolderOf(positionals[0], 'attach'), { json: values.json });
}
