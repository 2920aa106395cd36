/**
 * Rows as CSV (RFC 4180) for IPA's parser: texts stand as they are, for it finds names again in other files. What is for spreadsheets too goes
 * through `core/export/csv.ts`.
 */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\n`).join('');

const cell = (text: string) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
