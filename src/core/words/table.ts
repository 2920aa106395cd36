/** Rows under named columns: what an analysis finds, a chart shows as text, and a CSV file holds. null: not known. */
export type Table = { columns: string[]; rows: Cell[][] };
export type Cell = string | number | null;

/** Which columns hold figures alone, and are set to the right. */
export function figureColumnsOf({ columns, rows }: Table): boolean[] {
  return columns.map((_, i) => rows.every((row) => isFigure(row[i])));
}

/** A number, or a text that begins as one does: `2.31 ± 1.4 %`, `−6.3 %`. */
function isFigure(value: Cell | undefined): boolean {
  return typeof value !== 'string' || /^([+−]?\d|–$)/.test(value);
}
