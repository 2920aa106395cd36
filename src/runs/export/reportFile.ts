import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldBands } from '../../core/panel/series/bands';
import type { ToPanel } from '../../core/panel/protocol/messages';
import { createPowerHistory } from '../../core/panel/series/powerHistory';
import { reportHtml } from '../../core/panel/page/reportPage';
import { sourceOfSession } from '../../core/run/fold';
import { analysedRun, modelAccuracies } from '../../core/report/report';
import { loadRun } from '../store/runFolder';

/** Rows of the power series in a report: more than a plot has pixels; peaks are kept. */
const mostPowerRows = 4000;

/**
 * The panel of a run as the text of one HTML file.
 *
 * @param pageFolder where webview.js and webview.css lie: beside the program's bundle
 * @throws RunNotFound, LogError; Error where the page is missing
 */
export function reportFile(runFolder: string, pageFolder: string): string {
  const { run, samples, folder, status, events, power: series } = loadRun(runFolder);
  const { report, results, terms } = analysedRun(run, samples, { folder, status });
  const bands = foldBands(events).list;
  const power = createPowerHistory();
  for (const session of series) {
    power.begin(session.header, sourceOfSession(run, session.header.session));
    for (const sample of session.samples) power.add(sample);
  }
  const columns = power.columns(0, mostPowerRows);
  const shown = columns.reduce((sum, c) => sum + c.count, 0);
  const messages: ToPanel[] = [
    { type: 'settings', framesPerSecond: 10, strings: {} },
    {
      type: 'run',
      run: { report, results, terms, bands, progress: null, stale: null, judgedAnew: null, inUse: null },
    },
    { type: 'accuracy', accuracies: modelAccuracies(run) },
    { type: 'power', mode: 'replace', columns, decimated: shown < power.rows() },
  ];
  const [script, style] = [pagePart(pageFolder, 'webview.js'), pagePart(pageFolder, 'webview.css')];
  return reportHtml({ nonce: randomBytes(18).toString('base64url'), script, style, messages, title: run.name });
}

function pagePart(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new Error(`the page of the report is not beside the program: ${(error as Error).message}`);
  }
}
