import type { AnalysedRun, Analysis } from '../../core/analysis/analysis';
import { findingsOf } from '../../core/analysis/findings';
import type { Findings } from '../../core/analysis/findingsSchema';
import { type Cell, figureColumnsOf, type Table } from '../../core/words/table';
import { describeNumber } from '../../core/words/units';
import { oneLine, print, printData } from './output';
import { type Style, styleFor } from './style';
import { textTable } from './textTable';

/** Makes an analysis of runs and prints it to standard output. `brief`: sentence and notes alone, without the table. */
export function printAnalysis<In extends readonly AnalysedRun[], Out>(
  analysis: Analysis<In, Out>,
  runs: In,
  { json, brief = false }: { json: boolean; brief?: boolean },
): Out {
  const result = analysis.run(runs);
  if (json) printData(`${JSON.stringify(analysis.json(result), null, 2)}\n`);
  else if (brief) print(`${[analysis.sentence(result), ...analysis.notes(result)].map(oneLine).join('\n')}\n`);
  else print(findingsText(findingsOf(analysis, runs, result), styleFor(process.stdout)));
  return result;
}

/** What was found, for people: in which runs, where there are several, the table, the sentence, and what qualifies it. */
export function findingsText({ runs, table, sentence, notes }: Findings, style: Style): string {
  const isSaid = table.rows.length > 0;
  const lines = [
    '',
    ...(runs.length > 1 ? [...runs.map((run, i) => headText(run, i, style)), ''] : []),
    ...(isSaid ? [tableText(table), ''] : []),
    isSaid ? style.bold(oneLine(sentence)) : style.yellow(oneLine(sentence)),
    ...notes.map(oneLine),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** As the heads of tables and notes name them. */
const places = ['first ', 'second'];

function headText({ name, id, status }: Findings['runs'][number], i: number, style: Style): string {
  return oneLine(`${places[i] ?? `run ${i + 1} `}  ${style.bold(name)} · ${id} · ${status}`);
}

/** Figures to the right, numbers with three digits. */
function tableText(table: Table): string {
  const right = figureColumnsOf(table).flatMap((isFigure, i) => (isFigure ? [i] : []));
  const text = (cell: Cell) => (cell === null ? '–' : typeof cell === 'number' ? describeNumber(cell) : cell);
  return textTable(
    table.columns,
    table.rows.map((row) => row.map(text)),
    right,
  ).trimEnd();
}
