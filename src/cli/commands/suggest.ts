import { exitCodes } from '../../core/failure/exitCodes';
import type { JudgedRun } from '../../core/analysis/verdict/judgeRun';
import { verdictAnalysis } from '../../core/analysis/verdict/verdictAnalysis';
import { footprintOf, withFootprint } from '../../core/footprint/footprint';
import { footprintText, footprintTitle } from '../../core/footprint/footprintText';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { footprintHelp, footprintOptions, footprintTermsOf, hourNow } from '../options/footprintOptions';
import { runFolderOf } from '../options/runArgument';
import { printAnalysis } from '../text/analysisText';

const help = `usage: greenbatch suggest RUN [--json] [--grid I] [--price "N CUR"] [--pue N]

Only the verdict of a run, in one sentence. --json: as docs/suggest.schema.json describes it.
Exit codes: 0 greenest or tied, 2 no such run, 6 unresolved, 7 infeasible.

${footprintHelp}
`;

const exitCodeOf = {
  greenest: exitCodes.ok,
  tied: exitCodes.ok,
  unresolved: exitCodes.unresolved,
  infeasible: exitCodes.infeasible,
} as const;

export const suggestCommand = defineCommand({
  help,
  options: { ...jsonOption, ...footprintOptions },
  positionals: true,
  run({ json, ...given }, [text]) {
    const terms = footprintTermsOf(given);
    const run = loadAnalysedRun(runFolderOf(text, 'suggest'));
    const at = { arrivalRate: run.terms.sla?.arrivalRate ?? null, nowHour: hourNow(terms) };
    const analysis: typeof verdictAnalysis = {
      ...verdictAnalysis,
      json(judged) {
        const { footprint } = withFootprint(judged, terms, at);
        return { ...verdictAnalysis.json(judged), ...(footprint && { footprint }) };
      },
      notes: (judged) => [...verdictAnalysis.notes(judged), ...footprintLines(judged)],
    };
    const footprintLines = (judged: JudgedRun) => {
      if (terms === null) return [];
      const { sentence, notes } = footprintText(footprintOf(judged, terms, at), {
        ...judged,
        source: run.report.source,
      });
      return [`${footprintTitle}: ${sentence}`, ...notes];
    };
    const { verdict } = printAnalysis(analysis, [run], { json, brief: true });
    return exitCodeOf[verdict.kind];
  },
});
