/** A row of a CSV file, and the line of the text in which it begins, from 1. */
export type CsvRow = { line: number; cells: string[] };

/**
 * The rows of a CSV text (RFC 4180; lines may end in any way), without blank ones. A quoted cell may hold commas, quotes in pairs and line ends;
 * an apostrophe that keeps a spreadsheet from taking a cell for a formula (`toCsv`) is taken off again.
 *
 * @param isOfOthers written by a program that puts no such apostrophes: one is a part of its cell
 * @returns `problem`, with the number of its line, where a quote is not closed or stands within a cell, or there are too many rows or columns
 */
export function readCsvRows(
  text: string,
  most: { rows: number; columns: number },
  { isOfOthers = false }: { isOfOthers?: boolean } = {},
): { rows: CsvRow[] } | { problem: string } {
  const rows: CsvRow[] = [];
  const end = text.length;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < end) {
    // Nothing else bounds how many blank lines there are.
    if (endsCell(text, at) && text[at] !== ',') {
      at += text.startsWith('\r\n', at) ? 2 : 1;
      line++;
      continue;
    }
    const row: CsvRow = { line, cells: [] };
    for (;;) {
      let cell: string;
      if (text[at] === '"') {
        const close = closingQuote(text, at + 1);
        if (close === -1) return { problem: `line ${line}: a quote is not closed` };
        cell = text.slice(at + 1, close).replaceAll('""', '"');
        line += linesIn(cell);
        at = close + 1;
        if (at < end && !endsCell(text, at)) return { problem: `line ${line}: text follows a closing quote` };
      } else {
        const from = at;
        while (at < end && !endsCell(text, at)) at++;
        cell = text.slice(from, at).trim();
        if (cell.includes('"')) return { problem: `line ${line}: a quote stands within a cell that is not quoted` };
      }
      row.cells.push(!isOfOthers && /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
      if (row.cells.length > most.columns) return { problem: `line ${line}: has more than ${most.columns} columns` };
      if (text[at] !== ',') break;
      at++;
    }
    if (text.startsWith('\r\n', at)) at++;
    at++;
    line++;
    if (row.cells.length === 1 && row.cells[0] === '') continue;
    if (rows.length === most.rows) return { problem: `line ${row.line}: has more than ${most.rows} rows before it` };
    rows.push(row);
  }
  return { rows };
}

/** Whether a comma or a line's end stands there; by codes, for files have millions of characters. */
function endsCell(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x2c || code === 0x0a || code === 0x0d;
}

/** Where the quote is that closes a cell; -1 where none does. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return -1;
}

const linesIn = (cell: string) => cell.match(/\r\n|\n|\r/g)?.length ?? 0;

/** A number as a CSV file has it; null for anything else. */
export function csvNumber(cell: string): number | null {
  const value = /^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,3})?$/i.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
