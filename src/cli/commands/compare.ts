import { exitCodes } from '../../core/failure/exitCodes';
import { reportOf } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { type ComparableRun, compareRuns } from '../../core/analysis/comparison/compareRuns';
import { loadRun } from '../../runs/store/runFolder';
import { CliError } from '../options/cliError';
import { comparisonText } from '../text/comparisonText';
import { parseRunArguments, runFolderOf } from '../options/runArgument';
import { styleFor } from '../text/style';
import { print, printData } from '../text/output';

const help = `usage: greenbatch compare RUN RUN [--json]

Two runs side by side: energy per image of the second against the first, for each configuration that
both have. Runs whose joules are different things (measured and estimated, other domains, other image
sizes, another model of the same name) are not compared.
--json: everything, as docs/compare.schema.json describes it.
Exit codes: 0 compared, 2 no such run, 6 unresolved at every configuration, 8 not comparable.
`;

export async function compareCommand(argv: string[]): Promise<number> {
  const args = parseRunArguments(argv, help);
  if (!args) return 0;
  const { positionals, json } = args;
  if (positionals.length !== 2) throw new CliError(`name two runs\n\n${help}`);
  const [first, second] = positionals.map((text) => comparableRun(runFolderOf(text, 'compare')));
  const comparison = compareRuns(first!, second!);
  if (json) printData(`${JSON.stringify(comparison, null, 2)}\n`);
  else print(comparisonText(comparison, styleFor(process.stdout)));
  if (comparison.refused) return exitCodes.incomparable;
  return comparison.configurations.every((c) => c.verdict === 'unresolved') ? exitCodes.unresolved : exitCodes.ok;
}

function comparableRun(runFolder: string): ComparableRun {
  const { run, samples, folder, status, host } = loadRun(runFolder);
  return {
    report: reportOf(run, samples, { folder, status, host }),
    results: configurationResults(run, samples),
    measure: run.spec.measure,
  };
}
