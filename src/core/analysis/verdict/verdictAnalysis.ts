import { unitOf } from '../../metrics/metricValue';
import type { AnalysedRun, Analysis } from '../analysis';
import { type JudgedRun, judgeRun } from './judgeRun';
import { verdictJson, verdictsJson } from './verdictJson';
import { suggestionSchema } from './verdictJsonSchema';
import { verdictTable } from './verdictTable';

/** Which configuration of a run to take. */
export const verdictAnalysis: Analysis<readonly [AnalysedRun], JudgedRun> = {
  id: 'suggest',
  title: 'Verdict',
  schema: suggestionSchema,
  run: ([{ results, terms }]) => judgeRun(results, terms),
  json({ configurations, verdict, verdictByModel }) {
    const unit = unitOf(configurations);
    return { version: 1, verdict: verdictJson(verdict, unit), verdictByModel: verdictsJson(verdictByModel, unit) };
  },
  sentence: ({ verdict }) => verdict.sentence,
  table: (judged) => verdictTable(judged),
  notes: ({ verdict }) => [
    ...verdict.levers.map(({ sentence }) => sentence),
    ...verdict.qualification.map(({ message }) => message),
  ],
};
