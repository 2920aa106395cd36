import { configurationLabels } from '../../configuration/label';
import { describePlusMinus, shownEnds } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { joulesPer, plural } from '../../words/unitOfWork';
import type { RunComparison } from './comparisonSchema';

type Compared = RunComparison['configurations'][number]['joulesPerUnit'];

/** Both runs beside each other, a configuration a row; without rows where they are not compared. */
export function comparisonTable({ configurations, estimated, unit }: RunComparison): Table {
  const joules = estimated ? `${joulesPer(unit)} (est.)` : joulesPer(unit);
  const one = configurationLabels(configurations.map((c) => c.first));
  const two = configurationLabels(configurations.map((c) => c.second));
  return {
    columns: ['', `first ${joules}`, `second ${joules}`, 'difference', '', `${plural(unit)}/s`, 'n'],
    rows: configurations.map((c) => [
      one.get(c.first.id) === two.get(c.second.id) ? one.get(c.first.id)! : `${c.first.id} : ${c.second.id}`,
      describePlusMinus(c.joulesPerUnit.first),
      describePlusMinus(c.joulesPerUnit.second),
      differenceText(c.joulesPerUnit),
      c.verdict,
      differenceText(c.unitsPerSecond),
      `${c.joulesPerUnit.first.n}, ${c.joulesPerUnit.second.n}`,
    ]),
  };
}

/** `−12.1 % (−13.0 to −11.2)`; without the interval where one of the two has few repeats. */
function differenceText({ first, second, difference }: Compared): string {
  const text = `${signed(difference.percent)} %`;
  const ends = shownEnds({ ...difference, n: Math.min(first.n, second.n) });
  return ends ? `${text} (${signed(ends.low)} to ${signed(ends.high)})` : text;
}

function signed(value: number): string {
  const size = Math.abs(value).toFixed(Math.abs(value) >= 99.5 ? 0 : 1);
  return `${Number(size) === 0 ? '' : value < 0 ? '−' : '+'}${size}`;
}
