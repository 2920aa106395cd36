import { reportJson } from '../../core/export/json';
import { markdown } from '../../core/export/markdown';
import { configurationsCsv, trialsCsv } from '../../core/export/runCsv';
import { reportOf } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { reportFile } from './reportFile';
import { loadRun } from '../store/runFolder';

/** What a run can be exported as, by terminal and editor alike. */
export const exportFormats = ['csv', 'markdown', 'json', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * A run, on its own terms, in a format; several, as one page.
 *
 * @param pageFolder where report.js and report.css lie, for `html`
 * @param others folders of more runs, for `html`: each is shown beside the first, and compared with it
 * @param trials for `csv`: one row for each trial instead of each configuration
 * @throws RunNotFound, LogError; Error where the page is missing
 */
export function exportText(
  runFolder: string,
  format: ExportFormat,
  { pageFolder, trials = false, others = [] }: { pageFolder: string; trials?: boolean; others?: readonly string[] },
): string {
  if (format === 'html') return reportFile([runFolder, ...others], pageFolder);
  const { run, samples, folder, status, host } = loadRun(runFolder);
  const report = reportOf(run, samples, { folder, status, host });
  if (format === 'json') return reportJson(report);
  if (format === 'markdown') return markdown(report);
  return trials ? trialsCsv(report, configurationResults(run, samples)) : configurationsCsv(report);
}
