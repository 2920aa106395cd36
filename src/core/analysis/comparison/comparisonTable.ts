import { configurationLabels } from '../../configuration/label';
import { describePlusMinus } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { joulesPer, plural } from '../../words/unitOfWork';
import type { Difference, RunComparison } from './comparisonSchema';

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
      differenceText(c.joulesPerUnit.difference),
      c.verdict,
      differenceText(c.unitsPerSecond.difference),
      `${c.joulesPerUnit.first.n}, ${c.joulesPerUnit.second.n}`,
    ]),
  };
}

/** `−12.1 % (−13.0 to −11.2)`. */
function differenceText({ percent, low, high }: Difference): string {
  const text = `${signed(percent)} %`;
  return low === null || high === null ? text : `${text} (${signed(low)} to ${signed(high)})`;
}

function signed(value: number): string {
  const size = Math.abs(value).toFixed(Math.abs(value) >= 99.5 ? 0 : 1);
  return `${Number(size) === 0 ? '' : value < 0 ? '−' : '+'}${size}`;
}
