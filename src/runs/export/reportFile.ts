import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisonWith } from '../../core/analysis/comparison/comparisonAnalysis';
import { judgeRun } from '../../core/analysis/verdict/judgeRun';
import type { AnalysedRun } from '../../core/analysis/analysis';
import { findingsOf } from '../../core/analysis/findings';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import { foldBands } from '../../core/panel/series/bands';
import type { ToPanel } from '../../core/panel/protocol/messages';
import { createPowerHistory } from '../../core/panel/series/powerHistory';
import { reportHtml } from '../../core/panel/page/reportPage';
import { sourceOfSession } from '../../core/run/fold';
import { analysedRun, modelAccuracies, type UnjudgedRun } from '../../core/report/report';
import { loadPastRun, pastRunFolders } from '../index/pastRuns';
import { type LoadedRun, loadRun } from '../store/runFolder';

/** Rows of the power series in a report: more than a plot has pixels; peaks are kept. */
const mostPowerRows = 4000;

/**
 * The panel of a run, or of several to choose from, as the text of one HTML file. Each run after the first is compared
 * with the first.
 *
 * @param runFolders one at least
 * @param pageFolder where report.js and report.css lie: beside the program's bundle
 * @param footprint what carbon and cost are told by; null: they are not
 * @throws RunNotFound, LogError; Error where the page is missing
 */
export function reportFile(
  runFolders: readonly string[],
  pageFolder: string,
  { footprint = null }: { footprint?: FootprintTerms | null } = {},
): string {
  const runs = runFolders.map((runFolder) => {
    const loaded = loadRun(runFolder);
    const { run, samples, folder, status, host } = loaded;
    return { loaded, analysed: analysedRun(run, samples, { folder, status, host }) };
  });
  const [first, ...others] = runs.map(({ analysed }) => analysed);
  const known = new Map<string, AnalysedRun | null>();
  const pastOf = (compared: readonly string[]) =>
    pastRunFolders(compared).flatMap((folder) => {
      if (!known.has(folder)) known.set(folder, loadPastRun(folder));
      return known.get(folder) ?? [];
    });
  const messages: ToPanel[] = [
    { type: 'settings', framesPerSecond: 10, strings: {}, ...(footprint && { footprint: { terms: footprint } }) },
    {
      type: 'findings',
      findings: others.map((other, i) => {
        const past = pastOf([runFolders[0]!, runFolders[i + 1]!]);
        return findingsOf(comparisonWith({ past }), [first!, other]);
      }),
    },
    ...runs.flatMap(({ loaded, analysed }) => messagesOf(loaded, analysed)),
  ];
  const [script, style] = [pagePart(pageFolder, 'report.js'), pagePart(pageFolder, 'report.css')];
  const title = runs.map(({ loaded }) => loaded.run.name).join(', ');
  return reportHtml({ nonce: randomBytes(18).toString('base64url'), script, style, messages, title });
}

/** What a page is told of a run, beginning with `run`. */
function messagesOf({ run, events, power: series }: LoadedRun, { report, results, terms }: UnjudgedRun): ToPanel[] {
  const bands = foldBands(events).list;
  const power = createPowerHistory();
  for (const session of series) {
    power.begin(session.header, sourceOfSession(run, session.header.session));
    for (const sample of session.samples) power.add(sample);
  }
  const columns = power.columns(0, mostPowerRows);
  const shown = columns.reduce((sum, c) => sum + c.count, 0);
  return [
    {
      type: 'run',
      run: {
        report,
        results,
        terms,
        bands,
        progress: null,
        stale: null,
        judgedAnew: null,
        inUse: null,
        isMeasuredHere: false,
        panelCost: null,
      },
    },
    // Of the run's own terms. The page makes no other one where requests would have to be simulated.
    { type: 'judgement', id: 0, judgement: judgeRun(results, terms) },
    { type: 'accuracy', accuracies: modelAccuracies(run) },
    { type: 'power', mode: 'replace', columns, decimated: shown < power.rows() },
  ];
}

function pagePart(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new Error(`the page of the report is not beside the program: ${(error as Error).message}`);
  }
}
