import { printable } from '../../core/words/plain';
import { oneLine } from './output';

/** Columns padded to their widest cell, two spaces apart; columns named in `right` are right-aligned. */
export function textTable(head: string[], texts: string[][], right: number[] = []): string {
  const rows = texts.map((cells) => cells.map(cellText));
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

/** On one line and with an end, so that no name breaks the table; indentation stays. */
const cellText = (text: string) => oneLine(printable(text)).slice(0, longestCell);
/** As long as a path may be. */
const longestCell = 4096;
