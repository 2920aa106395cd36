import { loadRun } from '../runs/runFolder';
import { printResult } from './printResult';
import { runArguments } from './runArgument';

const help = `usage: greenbatch show RUN [--json]

The table and the verdict of a run, finished or not. --json: everything, as docs/show-json.md describes it.
`;

export async function showCommand(argv: string[]): Promise<number> {
  const args = runArguments(argv, 'show', help);
  if (!args) return 0;
  printResult(loadRun(args.folder), args);
  if (!args.json) process.stdout.write(`${args.folder}\n`);
  return 0;
}
