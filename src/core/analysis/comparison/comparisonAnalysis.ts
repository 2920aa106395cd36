import { counted } from '../../statistics/wording';
import { inImages } from '../../words/unitOfWork';
import type { AnalysedRun, Analysis } from '../analysis';
import { compareRuns, type ComparisonOptions } from './compareRuns';
import { comparisonSchema, type RunComparison } from './comparisonSchema';
import { referenceLabel } from './comparisonSentence';
import { comparisonTable } from './comparisonTable';

type Comparing = ComparisonOptions & {
  /** How many of the runs are the first side, 1 where left out; the others are the second. */
  first?: number;
};

/** Runs of one side against those of the other, with what else is known of the machine and wanted. */
export const comparisonWith = ({
  first = 1,
  ...options
}: Comparing): Analysis<readonly AnalysedRun[], RunComparison> => ({
  id: 'compare',
  title: 'Comparison of two runs',
  schema: comparisonSchema,
  run: (runs) => compareRuns({ first: runs.slice(0, first), second: runs.slice(first) }, options),
  json: (comparison) => ({
    ...comparison,
    configurations: comparison.configurations.map((c) => inImages(c, comparison.unit)),
  }),
  sentence: ({ sentence }) => sentence,
  table: comparisonTable,
  notes: notesOf,
  sideOf: (i) => (i < first ? 0 : 1),
});

/** Two runs side by side, the second against the first, with nothing known of other days. */
export const comparisonAnalysis = comparisonWith({});

function notesOf(comparison: RunComparison): string[] {
  const { onlyFirst, onlySecond, warnings, betweenRuns, reference, isAbsoluteJudged, refused } = comparison;
  const notes = [...differingNotes(comparison), ...only('first', onlyFirst), ...only('second', onlySecond)];
  if (!refused && reference?.chosen === 'most-blocks') {
    notes.push(
      `related to ${referenceLabel(comparison)}, which has the most blocks, for no configuration in use is in all of them: --reference ID names another`,
    );
  }
  if (!refused && betweenRuns) {
    const { percent, runs, days, control } = betweenRuns;
    notes.push(
      `from day to day a ratio differs by ${percent.toFixed(2)} % (standard deviation of ${counted(runs, 'run')} of ${counted(days, 'day')}${control.length > 0 ? `, besides those compared: ${control.join(', ')}` : ''})`,
    );
  }
  if (!refused && !isAbsoluteJudged) {
    notes.push(
      `joules themselves also differ from day to day: to judge a change of them, compare three runs or more of each side, of three days or taking turns (--with), or put both into one experiment`,
    );
  }
  return [...notes, ...warnings.map(({ message }) => `warning: ${message}`)];
}

function differingNotes({ interleaved, refused }: RunComparison): string[] {
  if (refused || interleaved === null) return [];
  const { differing } = interleaved;
  if (differing.length === 0)
    return [
      'nothing differs between the two: not in their files, models, commits and programs (a check of the measuring)',
    ];
  const text = (value: string | null) => value ?? '(none)';
  return differing.map(({ key, first, second }) => `differs: ${key}: ${text(first)} → ${text(second)}`);
}

const only = (word: string, ids: readonly string[]) =>
  ids.length > 0 ? [`only in the ${word}: ${ids.join(', ')}`] : [];
