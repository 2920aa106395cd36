import { reportJson } from '../../core/export/json';
import { markdown } from '../../core/export/markdown';
import { configurationsCsv, trialsCsv } from '../../core/export/runCsv';
import { withFootprint } from '../../core/footprint/footprint';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
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
 * @param footprint what carbon and cost are told by, in all formats but csv; null: they are not
 * @param others folders of more runs, for `html`: each is shown beside the first, and compared with it
 * @param trials for `csv`: one row for each trial instead of each configuration
 * @throws RunNotFound, LogError; Error where the page is missing
 */
export function exportText(
  runFolder: string,
  format: ExportFormat,
  {
    pageFolder,
    trials = false,
    others = [],
    footprint = null,
  }: { pageFolder: string; trials?: boolean; others?: readonly string[]; footprint?: FootprintTerms | null },
): string {
  if (format === 'html') return reportFile([runFolder, ...others], pageFolder, footprint);
  const { run, samples, folder, status, host } = loadRun(runFolder);
  const report = withFootprint(reportOf(run, samples, { folder, status, host }), footprint, {
    arrivalRate: run.spec.sla?.arrivalRate ?? null,
  });
  if (format === 'json') return reportJson(report);
  if (format === 'markdown') return markdown(report);
  return trials ? trialsCsv(report, configurationResults(run, samples)) : configurationsCsv(report);
}
