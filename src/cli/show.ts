import { parseArgs } from 'node:util';
import { printResult } from './printResult';
import { loadRunOf } from './runArgument';

const help = `usage: greenbatch show RUN [--json]

The table and the verdict of a run, finished or not. --json: everything, as docs/show-json.md describes it.
`;

export async function showCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const loaded = loadRunOf(positionals[0], 'show');
  printResult(loaded, { json: values.json });
  if (!values.json) process.stdout.write(`${loaded.folder}\n`);
  return 0;
}
