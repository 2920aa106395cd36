import type { AnalysedRun, Analysis } from './analysis';
import type { Findings } from './findingsSchema';

/** What an analysis found in runs, ready to be shown. */
export function findingsOf<In extends readonly AnalysedRun[], Out>(
  analysis: Analysis<In, Out>,
  runs: In,
  result = analysis.run(runs),
): Findings {
  return {
    title: analysis.title,
    runs: runs.map(({ report: { run } }, i) => ({
      ...{ id: run.id, name: run.name, status: run.status },
      ...(analysis.sideOf && { side: analysis.sideOf(i) }),
    })),
    sentence: analysis.sentence(result),
    table: analysis.table(result),
    notes: analysis.notes(result),
  };
}
