import { didYouMean } from '../../spec/specIssues';
import { type CsvRow, csvNumber, readCsvRows } from '../../words/csvRows';
import type { Table } from '../../words/table';
import { type PipelineOption, optionSchema } from '../problem';
import type { ProfiledOption } from './stageProfile';

/** Options of a stage as a CSV table, a row each. */

const columns = [
  'variant',
  'batch',
  'accuracy',
  'cores',
  'latencySeconds',
  'throughput',
  'joulesPerRequest',
  'idleWattsPerCore',
  'energyIncludesIdle',
] as const;
type Column = (typeof columns)[number];

/** Left out, a row says nothing of them. */
const optional: readonly Column[] = ['accuracy', 'idleWattsPerCore', 'energyIncludesIdle'];
const most = { rows: 10_001, columns: 50 };
/** A person mends a few before reading the next. */
const mostProblems = 5;

/** What a file of so many rows has at most. */
export const mostTableBytes = 4_000_000;

/** @returns `problem`: what is wrong with it, with the numbers of the lines */
export function parseProfileTable(text: string): { options: ProfiledOption[] } | { problem: string } {
  const read = readCsvRows(text, most);
  if ('problem' in read) return read;
  const [head, ...rows] = read.rows;
  if (head === undefined) return { problem: `it is empty; its first line is: ${columns.join(',')}` };
  const strange = head.cells.find((cell) => !columns.some((column) => column === cell));
  if (strange !== undefined)
    return {
      problem: `line ${head.line}: the column ${JSON.stringify(strange.slice(0, 40))} is not known${didYouMean(strange, columns)} (allowed: ${columns.join(', ')})`,
    };
  const twice = head.cells.find((cell, i) => head.cells.indexOf(cell) < i);
  if (twice !== undefined) return { problem: `line ${head.line}: the column ${twice} stands twice` };
  const lacking = columns.filter((column) => !optional.includes(column) && !head.cells.includes(column));
  if (lacking.length > 0) return { problem: `line ${head.line}: without the columns ${lacking.join(', ')}` };
  if (rows.length === 0) return { problem: 'it has no row below its head' };
  const options: ProfiledOption[] = [];
  const problems: string[] = [];
  for (const row of rows) {
    const found = optionIn(row, head.cells as Column[]);
    if ('problem' in found) problems.push(`line ${row.line}: ${found.problem}`);
    else options.push(found.option);
    if (problems.length === mostProblems) break;
  }
  return problems.length > 0 ? { problem: problems.join('; ') } : { options };
}

function optionIn({ cells }: CsvRow, head: readonly Column[]): { option: ProfiledOption } | { problem: string } {
  if (cells.length !== head.length) return { problem: `has ${cells.length} cells where the head has ${head.length}` };
  const values: Partial<Record<Column, unknown>> = {};
  for (const [i, column] of head.entries()) {
    const cell = cells[i]!;
    if (cell === '' && optional.includes(column)) continue;
    if (column === 'variant') values[column] = cell;
    else if (column === 'energyIncludesIdle') {
      if (!/^(true|false)$/i.test(cell)) return { problem: `${column} is ${shown(cell)}, neither true nor false` };
      values[column] = cell.toLowerCase() === 'true';
    } else {
      const number = csvNumber(cell);
      if (number === null) return { problem: `${column} is ${shown(cell)}, not a number` };
      values[column] = number;
    }
  }
  // An accuracy that is not there may stand in the pipeline file: any number lets the other values be checked.
  const parsed = optionSchema.safeParse({ accuracy: 0, ...values });
  if (parsed.success) return { option: { ...parsed.data, accuracy: (values.accuracy as number | undefined) ?? null } };
  const [issue] = parsed.error.issues;
  return { problem: `${String(issue!.path[0])}: ${issue!.message}` };
}

const shown = (cell: string) => JSON.stringify(cell.slice(0, 40));

/** The same the other way: `toCsv` makes the file of it. */
export function profileTable(options: readonly PipelineOption[]): Table {
  return {
    columns: [...columns],
    rows: options.map((option) =>
      columns.map((column) => {
        const value = option[column];
        return value === undefined ? null : typeof value === 'boolean' ? String(value) : value;
      }),
    ),
  };
}
