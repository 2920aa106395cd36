import { configurationLabels } from '../../configuration/label';
import { describePlusMinus, shownEnds } from '../../statistics/wording';
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
      ...(isRelated
        ? [c.ratio === null ? '–' : differenceText(c.ratio.difference, c.ratio.blocks), verdictText(c, comparison)]
        : []),
      describePlusMinus(c.joulesPerUnit.first),
      describePlusMinus(c.joulesPerUnit.second),
      quantityText(c.joulesPerUnit, isAbsoluteJudged),
      ...(isAbsoluteJudged ? [c.absolute] : []),
      quantityText(c.unitsPerSecond, isAbsoluteJudged),
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

type Quantity = RunComparison['configurations'][number]['joulesPerUnit'];

/** An interval over days is shown whatever their number: by it is judged. */
const quantityText = ({ first, second, difference }: Quantity, isJudged: boolean) =>
  differenceText(difference, isJudged ? Number.POSITIVE_INFINITY : Math.min(first.n, second.n));

/** `−12.1 % (−13.0 to −11.2)`; without the interval where there are few repeats. */
function differenceText({ percent, low, high }: Difference, n: number): string {
  const text = `${signed(percent)} %`;
  const ends = shownEnds({ low, high, n });
  return ends ? `${text} (${signed(ends.low)} to ${signed(ends.high)})` : text;
}

function signed(value: number): string {
  const size = Math.abs(value).toFixed(Math.abs(value) >= 99.5 ? 0 : 1);
  return `${Number(size) === 0 ? '' : value < 0 ? '−' : '+'}${size}`;
}
