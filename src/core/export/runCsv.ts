import type { RunReport } from '../report/report';
import type { ConfigurationResult } from '../values/result';
import { toCsv } from './csv';
import { configurationsTable, type RunTable, trialsTable } from './runTable';

/**
 * A run's rows as CSV after RFC 4180 (CRLF, quotes where needed), units in the header, all digits. An empty cell is a value
 * that is not known.
 */

export const configurationsCsv = (report: RunReport): string => csvOf(configurationsTable(report));

export const trialsCsv = (report: RunReport, results: readonly ConfigurationResult[]): string =>
  csvOf(trialsTable(report, results));

function csvOf({ columns, rows }: RunTable): string {
  return toCsv({
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => row.map((cell) => (typeof cell === 'boolean' ? String(cell) : cell))),
  });
}
