import { type CsvRow, csvNumber, readCsvRows } from '../../words/csvRows';
import { isRate, leastRequestsPerSecond, mostRequestsPerSecond } from './pipelineFile';

/** Eleven days, a value a second. */
const mostSeconds = 1_000_000;

/** What a file of so many seconds has at most. */
export const mostTraceBytes = 32_000_000;

/**
 * A trace of load: one value a second, or rows of the second from which on a value holds, whole and rising from 0 on, and the value; the last
 * one holds as long as the one before it. A head is skipped.
 *
 * @returns requests per second, a value a second
 */
export function parseLoadTrace(text: string): { requestsPerSecond: number[] } | { problem: string } {
  const read = readCsvRows(text, { rows: mostSeconds + 1, columns: 2 });
  if ('problem' in read) return read;
  const [first] = read.rows;
  const isHead = first !== undefined && first.cells.every((cell) => csvNumber(cell) === null);
  const rows = isHead ? read.rows.slice(1) : read.rows;
  if (rows.length === 0) return { problem: 'it has no value' };
  const width = rows[0]!.cells.length;
  const values: number[] = [];
  const starts: number[] = [];
  for (const row of rows) {
    const found = valueIn(row, width);
    if ('problem' in found) return { problem: `line ${row.line}: ${found.problem}` };
    if (width === 2) {
      const start = csvNumber(row.cells[0]!);
      const before = starts.at(-1);
      const problem = startProblem(start, before, row.cells[0]!);
      if (problem !== null) return { problem: `line ${row.line}: ${problem}` };
      starts.push(start!);
    }
    values.push(found.value);
  }
  if (values.every((value) => value === 0)) return { problem: 'its load is 0 all the time' };
  return { requestsPerSecond: width === 1 ? values : spread(starts, values) };
}

function valueIn({ cells }: CsvRow, width: number): { value: number } | { problem: string } {
  if (cells.length !== width) return { problem: `has ${cells.length} cells where the rows before it have ${width}` };
  const cell = cells.at(-1)!;
  const value = csvNumber(cell);
  if (value === null || !isRate(value) || value > mostRequestsPerSecond)
    return {
      problem: `${JSON.stringify(cell.slice(0, 40))} is no load: 0, or a number of requests per second from ${leastRequestsPerSecond} to ${mostRequestsPerSecond}`,
    };
  return { value };
}

function startProblem(start: number | null, before: number | undefined, cell: string): string | null {
  if (start === null || !Number.isInteger(start) || start < 0 || start >= mostSeconds)
    return `${JSON.stringify(cell.slice(0, 40))} is no whole second from 0 to ${mostSeconds - 1}`;
  if (before === undefined)
    return start === 0 ? null : `the trace begins at second ${start}: its first row says the load from second 0 on`;
  return start > before
    ? null
    : `second ${start} does not come after ${before}: the first column says from when on a load holds (how long it holds, load.steps says)`;
}

function spread(starts: readonly number[], values: readonly number[]): number[] {
  const lastLength = starts.length > 1 ? starts.at(-1)! - starts.at(-2)! : 1;
  return values.flatMap((value, i) => {
    const seconds = (starts[i + 1] ?? starts[i]! + lastLength) - starts[i]!;
    return Array.from({ length: seconds }, () => value);
  });
}
