import { loadRun } from '../../runs/store/runFolder';
import { printResult, runFailureText } from '../text/printResult';
import { runArguments } from '../options/runArgument';
import { styleFor } from '../text/style';
import { print, printData } from '../text/output';

const help = `usage: greenbatch show RUN [--json]

The table and the verdict of a run, finished or not. --json: everything, as docs/show-json.md describes it.
`;

export async function showCommand(argv: string[]): Promise<number> {
  const args = runArguments(argv, 'show', help);
  if (!args) return 0;
  const loaded = loadRun(args.folder);
  if (!args.json) print(runFailureText(loaded, styleFor(process.stdout)));
  printResult(loaded, args);
  if (!args.json) printData(`${args.folder}\n`);
  return 0;
}
