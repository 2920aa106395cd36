import { configurationLabels } from '../../configuration/label';
import { describeChange, describePlusMinus } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { joulesPer, plural } from '../../words/unitOfWork';
import type { Difference, RunComparison } from './comparisonSchema';
import { referenceLabel } from './comparisonSentence';

/** Both sides beside each other, a configuration a row; without rows where they are not compared. What is judged stands first. */
export function comparisonTable(comparison: RunComparison): Table {
  const { configurations, estimated, unit, isAbsoluteJudged } = comparison;
  const joules = estimated ? `${joulesPer(unit)} (est.)` : joulesPer(unit);
  const one = configurationLabels(configurations.map((c) => c.first));
  const two = configurationLabels(configurations.map((c) => c.second));
  const reference = referenceLabel(comparison);
  const isRelated = reference !== null && configurations.some((c) => c.ratio !== null);
  return {
    columns: [
      '',
      ...(isRelated ? [`ratio to ${reference}`, 'verdict'] : []),
      `first ${joules}`,
      `second ${joules}`,
      'difference',
      ...(isAbsoluteJudged ? ['itself'] : []),
      `${plural(unit)}/s`,
      'n',
    ],
    rows: configurations.map((c) => [
      one.get(c.first.id) === two.get(c.second.id) ? one.get(c.first.id)! : `${c.first.id} : ${c.second.id}`,
      ...(isRelated ? [c.ratio === null ? '–' : differenceText(c.ratio.difference), verdictText(c, comparison)] : []),
      describePlusMinus(c.joulesPerUnit.first),
      describePlusMinus(c.joulesPerUnit.second),
      differenceText(c.joulesPerUnit.difference),
      ...(isAbsoluteJudged ? [c.absolute] : []),
      differenceText(c.unitsPerSecond.difference),
      `${c.joulesPerUnit.first.n}, ${c.joulesPerUnit.second.n}`,
    ]),
  };
}

function verdictText(
  { second, verdict }: RunComparison['configurations'][number],
  { reference }: RunComparison,
): string {
  if (second.id === reference?.second) return 'reference';
  return verdict === 'descriptive' || verdict === null ? 'not judged' : verdict;
}

/** `−12.1 % (−13.0 to −11.2)`. */
function differenceText({ percent, low, high }: Difference): string {
  const text = describeChange(percent);
  const end = (value: number) => describeChange(value).replace(' %', '');
  return low === null || high === null ? text : `${text} (${end(low)} to ${end(high)})`;
}
