import type { AnalysedRun, Analysis } from '../../core/analysis/analysis';
import { findingsOf } from '../../core/analysis/findings';
import type { Findings } from '../../core/analysis/findingsSchema';
import { type Cell, figureColumnsOf, type Table } from '../../core/words/table';
import { describeNumber } from '../../core/words/units';
import { wrapped } from '../../core/words/wrapped';
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
  else print(findingsText(findingsOf(analysis, runs, result), styleFor(process.stdout), process.stdout.columns));
  return result;
}

/** What was found, for people: in which runs, where there are several, the table, the sentence, and what qualifies it. */
export function findingsText(
  { runs, table, sentence, notes }: Findings,
  style: Style,
  width = Number.POSITIVE_INFINITY,
): string {
  const isSaid = table.rows.length > 0;
  const lines = [
    '',
    ...(runs.length > 1 ? [...runs.map((run, i) => headText(run, i, style)), ''] : []),
    ...(isSaid ? [tableText(table, width), ''] : []),
    ...prose(sentence, width).map(isSaid ? style.bold : style.yellow),
    ...notes.flatMap((note) => prose(note, width)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

const prose = (text: string, width: number) => wrapped(oneLine(text), '', width);

/** As the heads of tables and notes name them. */
const places = ['first', 'second'];

function headText({ name, id, status, side }: Findings['runs'][number], i: number, style: Style): string {
  const place = places[side ?? i] ?? `run ${i + 1}`;
  return oneLine(`${place.padEnd(6)}  ${style.bold(name)} · ${id} · ${status}`);
}

/** Figures to the right, numbers with three digits. What is wider than the terminal goes on below, by the same first column. */
export function tableText(table: Table, width: number): string {
  const isFigure = figureColumnsOf(table);
  const text = (cell: Cell) => (cell === null ? '–' : typeof cell === 'number' ? describeNumber(cell) : cell);
  const part = (indices: readonly number[]) =>
    textTable(
      indices.map((i) => table.columns[i]!),
      table.rows.map((row) => indices.map((i) => text(row[i] ?? null))),
      [...indices.keys()].filter((k) => isFigure[indices[k]!]),
    ).trimEnd();
  const isTooWide = (lines: string) => lines.split('\n').some((line) => line.length > width);
  const parts: number[][] = [];
  for (const i of table.columns.keys()) {
    const last = parts.at(-1);
    if (last && (last.length < 2 || !isTooWide(part([...last, i])))) last.push(i);
    else parts.push(i === 0 ? [0] : [0, i]);
  }
  return parts.map(part).join('\n\n');
}
