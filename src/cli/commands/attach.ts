import { watchToTheEnd } from '../text/progressView';
import { runArguments } from '../options/runArgument';

const help = `usage: greenbatch attach RUN [--json]

Watches a run that goes on in the background, from where it is, until it ends. Ctrl-C stops the run
(finished repeats are kept); to only look away, close the terminal.
`;

export async function attachCommand(argv: string[]): Promise<number> {
  const args = runArguments(argv, 'attach', help);
  return args ? watchToTheEnd(args.folder, args) : 0;
}
