import { exitCodes } from '../../core/failure/exitCodes';
import { verdictAnalysis } from '../../core/analysis/verdict/verdictAnalysis';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { printAnalysis } from '../text/analysisText';

const help = `usage: greenbatch suggest RUN [--json]

Only the verdict of a run, in one sentence. --json: as docs/suggest.schema.json describes it.
Exit codes: 0 greenest or tied, 2 no such run, 6 unresolved, 7 infeasible.
`;

const exitCodeOf = {
  greenest: exitCodes.ok,
  tied: exitCodes.ok,
  unresolved: exitCodes.unresolved,
  infeasible: exitCodes.infeasible,
} as const;

export const suggestCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run({ json }, [text]) {
    const run = loadAnalysedRun(runFolderOf(text, 'suggest'));
    const { verdict } = printAnalysis(verdictAnalysis, [run], { json, brief: true });
    return exitCodeOf[verdict.kind];
  },
});
