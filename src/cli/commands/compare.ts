import { exitCodes } from '../../core/failure/exitCodes';
import { comparisonAnalysis } from '../../core/analysis/comparison/comparisonAnalysis';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { printAnalysis } from '../text/analysisText';

const help = `usage: greenbatch compare RUN RUN [--json]

Two runs side by side: energy per unit of work of the second against the first, for each configuration that
both have. Runs whose joules are different things (measured and estimated, other work, other domains, other
image sizes, another model of the same name) are not compared.
--json: everything, as docs/compare.schema.json describes it.
Exit codes: 0 compared, 2 no such run, 6 unresolved at every configuration, 8 not comparable.
`;

export const compareCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run({ json }, positionals) {
    if (positionals.length !== 2) throw new WrongUsage('name two runs');
    const [first, second] = positionals.map((text) => loadAnalysedRun(runFolderOf(text, 'compare')));
    const comparison = printAnalysis(comparisonAnalysis, [first!, second!], { json });
    if (comparison.refused) return exitCodes.incomparable;
    return comparison.configurations.every((c) => c.verdict === 'unresolved') ? exitCodes.unresolved : exitCodes.ok;
  },
});
