import { exitCodes } from '../../core/failure/exitCodes';
import { reportOf } from '../../core/report/report';
import { loadRun } from '../../runs/store/runFolder';
import { runArguments } from '../options/runArgument';
import { oneLine, print, printData } from '../text/output';

const help = `usage: greenbatch suggest RUN [--json]

Only the verdict of a run, in one sentence.
Exit codes: 0 greenest or tied, 2 no such run, 6 unresolved, 7 infeasible.
`;

const exitCodeOf = {
  greenest: exitCodes.ok,
  tied: exitCodes.ok,
  unresolved: exitCodes.unresolved,
  infeasible: exitCodes.infeasible,
} as const;

export async function suggestCommand(argv: string[]): Promise<number> {
  const args = runArguments(argv, 'suggest', help);
  if (!args) return 0;
  const { run, samples, folder, status } = loadRun(args.folder);
  const { verdict, verdictByModel } = reportOf(run, samples, { folder, status });
  if (args.json) printData(`${JSON.stringify({ verdict, verdictByModel }, null, 2)}\n`);
  else print(`${[verdict.sentence, ...verdict.qualification.map(({ message }) => message)].map(oneLine).join('\n')}\n`);
  return exitCodeOf[verdict.kind];
}
