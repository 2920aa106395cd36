import { inImages } from '../../words/unitOfWork';
import type { AnalysedRun, Analysis } from '../analysis';
import { compareRuns } from './compareRuns';
import { comparisonSchema, type RunComparison } from './comparisonSchema';
import { comparisonTable } from './comparisonTable';

/** Two runs side by side, the second against the first. */
export const comparisonAnalysis: Analysis<readonly [AnalysedRun, AnalysedRun], RunComparison> = {
  id: 'compare',
  title: 'Comparison of two runs',
  schema: comparisonSchema,
  run: ([first, second]) => compareRuns(first, second),
  json: (comparison) => ({
    ...comparison,
    configurations: comparison.configurations.map((c) => inImages(c, comparison.unit)),
  }),
  sentence: ({ sentence }) => sentence,
  table: comparisonTable,
  notes: ({ onlyFirst, onlySecond, warnings }) => [
    ...only('first', onlyFirst),
    ...only('second', onlySecond),
    ...warnings.map(({ message }) => `warning: ${message}`),
  ],
};

const only = (word: string, ids: readonly string[]) =>
  ids.length > 0 ? [`only in the ${word}: ${ids.join(', ')}`] : [];
