import { parseArgs } from 'node:util';
import { reportOf } from '../core/run/report';
import { loadRunOf } from './runArgument';

const help = `usage: greenbatch suggest RUN [--json]

Only the verdict of a run, in one sentence.
Exit codes: 0 greenest or tied, 2 no such run, 6 unresolved, 7 infeasible.
`;

const exitCodeOf = { greenest: 0, tied: 0, unresolved: 6, infeasible: 7 } as const;

export async function suggestCommand(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { run, samples, folder, status } = loadRunOf(positionals[0], 'suggest');
  const { verdict, verdictByModel } = reportOf(run, samples, { folder, status });
  if (values.json) process.stdout.write(`${JSON.stringify({ verdict, verdictByModel }, null, 2)}\n`);
  else process.stdout.write(`${[verdict.sentence, ...verdict.qualification].join('\n')}\n`);
  return exitCodeOf[verdict.kind];
}
