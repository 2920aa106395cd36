import { basisText } from '../../energy/sourceLabel';
import type { AnalysedRun, Analysis } from '../analysis';
import { checkRun, type CheckOptions } from './checkRun';
import { type Check, checkSchema } from './checkSchema';
import { allowedText, answerWords, measuredText } from './checkWords';

/** A run against a budget. */
export const checkWith = (options: CheckOptions): Analysis<readonly [AnalysedRun], Check> => ({
  id: 'check',
  title: 'Check of a budget',
  schema: checkSchema,
  run: ([run]) => checkRun(run, options),
  json: (check) => check,
  sentence: ({ sentence, estimated }) => {
    const basis = basisText({ estimated, missing: [] });
    return basis === null ? sentence : `${basis}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
  },
  table: ({ limits }) => {
    return {
      columns: ['limit', 'answer', 'measured', 'allowed'],
      rows: limits.map((limit) => [limit.name, answerWords[limit.answer], measuredText(limit), allowedText(limit)]),
    };
  },
  notes: ({ limits, baseline, warnings }) => [
    ...(baseline ? [`baseline: ${baseline.name} · ${baseline.id} · ${baseline.createdAt}`] : []),
    // Of a value that is told the table says all.
    ...limits.filter((limit) => limit.kind !== 'max' || limit.code !== null).map(({ message }) => message),
    ...warnings.map(({ message }) => `warning: ${message}`),
  ],
});

/** Of no limits. */
export const checkAnalysis = checkWith({ limits: [], baseline: null });
