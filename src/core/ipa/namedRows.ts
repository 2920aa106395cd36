import { didYouMean } from '../spec/specIssues';
import { csvNumber, readCsvRows } from '../words/csvRows';
import { read, type Reading, shown, unread } from './reading';

/** A row by the names of its columns; `line` is where it begins, from 1. */
export type NamedRow = { line: number; cells: ReadonlyMap<string, string> };

/** IPA's largest series has 300 experiments. */
const most = { rows: 100_000, columns: 200 };
const longestCell = 10_000;

/**
 * The rows of a CSV file as pandas writes it, below a head. Never throws.
 *
 * @param needed columns that there have to be; more may be there
 */
export function readNamedRows(
  source: string,
  needed: readonly string[],
): Reading<{ columns: string[]; rows: NamedRow[] }> {
  const found = readCsvRows(source, most, { isOfOthers: true });
  if ('problem' in found) {
    const [, line, problem] = /^line (\d+): (.*)$/s.exec(found.problem) ?? [];
    return unread(Number(line ?? 1), problem ?? found.problem);
  }
  const [head, ...rows] = found.rows;
  const allowed = `columns ${needed.join(', ')}`;
  if (head === undefined) return unread(1, 'the file is empty', allowed);
  const columns = head.cells;
  // Also what is meant by a wrong name is looked for among them, which takes long in long ones.
  if (columns.some((name) => name.length > 200)) return unread(head.line, 'has no head of columns', allowed);
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined) return unread(head.line, `has the column ${shown(twice)} twice`);
  const missing = needed.find((name) => !columns.includes(name));
  if (missing !== undefined)
    return unread(head.line, `has no column ${missing}${didYouMean(missing, columns)}`, allowed);
  if (rows.length === 0) return unread(head.line, 'has a head and no row');
  for (const { line, cells } of rows) {
    if (cells.length !== columns.length)
      return unread(line, `has ${cells.length} cells; the head has ${columns.length} columns (torn, or not CSV)`);
    if (cells.some((cell) => cell.length > longestCell)) return unread(line, 'has a cell of unheard-of length');
    if (cells.some((cell) => /[^\P{Cc}\t\r\n]/u.test(cell))) return unread(line, 'holds a control character');
  }
  return read({
    columns,
    rows: rows.map(({ line, cells }) => ({ line, cells: new Map(columns.map((name, i) => [name, cells[i]!])) })),
  });
}

/** The number in a cell; null: none, as `nan` of pandas and an empty cell are. */
export const numberIn = ({ cells }: NamedRow, column: string): number | null => csvNumber(cells.get(column) ?? '');
