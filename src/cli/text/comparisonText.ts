import type { Interval } from '../../core/statistics/interval';
import { describeNumber } from '../../core/words/units';
import type { Difference, RunComparison } from '../../core/analysis/comparison/comparisonSchema';
import { configurationLabels } from '../../core/configuration/label';
import { oneLine } from './output';
import type { Style } from './style';
import { textTable } from './textTable';

/** The comparison of two runs for people: the table, the sentence, and what differs besides. */
export function comparisonText(comparison: RunComparison, style: Style): string {
  const { first, second, configurations, warnings, refused, estimated } = comparison;
  const head = (word: string, run: RunComparison['first']) =>
    oneLine(`${word}  ${style.bold(run.name)} · ${run.id} · ${run.status}`);
  const unit = estimated ? 'J/image (est.)' : 'J/image';
  const one = configurationLabels(configurations.map((c) => c.first));
  const two = configurationLabels(configurations.map((c) => c.second));
  const rows = configurations.map((c) => [
    one.get(c.first.id) === two.get(c.second.id) ? one.get(c.first.id)! : `${c.first.id} : ${c.second.id}`,
    valueText(c.joulesPerUnit.first),
    valueText(c.joulesPerUnit.second),
    differenceText(c.joulesPerUnit.difference),
    c.verdict,
    differenceText(c.unitsPerSecond.difference),
    `${c.joulesPerUnit.first.n}, ${c.joulesPerUnit.second.n}`,
  ]);
  const table =
    rows.length === 0
      ? []
      : [
          textTable(
            ['', `first ${unit}`, `second ${unit}`, 'difference', '', 'images/s', 'n'],
            rows,
            [1, 2, 3, 5, 6],
          ).trimEnd(),
          '',
        ];
  const only = (word: string, ids: string[]) =>
    ids.length > 0 ? [oneLine(`only in the ${word}: ${ids.join(', ')}`)] : [];
  const lines = [
    '',
    head('first ', first),
    head('second', second),
    '',
    ...table,
    refused ? style.yellow(oneLine(comparison.sentence)) : style.bold(oneLine(comparison.sentence)),
    ...only('first', comparison.onlyFirst),
    ...only('second', comparison.onlySecond),
    ...warnings.map((w) => oneLine(`warning: ${w.message}`)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function valueText({ mean, low, high }: Interval): string {
  if (low === null || high === null) return describeNumber(mean);
  return `${describeNumber(mean)} ± ${describeNumber(((high - low) / 2 / mean) * 100, 2)} %`;
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
