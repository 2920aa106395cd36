import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { comparisonWith } from '../../core/analysis/comparison/comparisonAnalysis';
import type { AnalysedRun } from '../../core/analysis/analysis';
import { findingsOf } from '../../core/analysis/findings';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import type { ToPanel } from '../../core/panel/protocol/messages';
import { reportHtml } from '../../core/panel/page/reportPage';
import { withoutPlaces } from '../../core/words/placeless';
import { workspaceOf } from '../store/folders';
import { loadPastRun, pastRunFolders } from '../index/pastRuns';
import { readRun, type ReadRun, runMessages } from './runMessages';

/**
 * The panel of a run, or of several to choose from, as the text of one HTML file. Each run after the first is compared
 * with the first.
 *
 * @param runFolders one at least
 * @param pageFolder where report.js and report.css lie: beside the program's bundle
 * @param keepsPlaces whether the machine and its folders are named as the logs have them; else files are named from the
 *   workspace on, or by their names alone, and the machine not at all
 * @param footprint what carbon and cost are told by; null: they are not
 * @throws RunNotFound, LogError; Error where the page is missing
 */
export function reportFile(
  runFolders: readonly string[],
  pageFolder: string,
  { keepsPlaces = false, footprint = null }: { keepsPlaces?: boolean; footprint?: FootprintTerms | null } = {},
): string {
  const runs = runFolders.map(readRun);
  const [first, ...others] = runs.map(({ analysed }) => analysed);
  const known = new Map<string, AnalysedRun | null>();
  const pastOf = (compared: readonly string[]) =>
    pastRunFolders(compared).flatMap((folder) => {
      if (!known.has(folder)) known.set(folder, loadPastRun(folder));
      return known.get(folder) ?? [];
    });
  const made: ToPanel[] = [
    { type: 'settings', framesPerSecond: 10, strings: {}, ...(footprint && { footprint: { terms: footprint } }) },
    {
      type: 'findings',
      findings: others.map((other, i) => {
        const past = pastOf([runFolders[0]!, runFolders[i + 1]!]);
        return findingsOf(comparisonWith({ past }), [first!, other]);
      }),
    },
    ...runs.flatMap(runMessages),
  ];
  const messages = keepsPlaces ? made : withoutPlaces(made, runs.flatMap(rootsOf)).map(withoutHost);
  const [script, style] = [pagePart(pageFolder, 'report.js'), pagePart(pageFolder, 'report.css')];
  const title = runs.map(({ loaded }) => loaded.run.name).join(', ');
  return reportHtml({ nonce: randomBytes(18).toString('base64url'), script, style, messages, title });
}

/** Where files of a run are named from: the folder that its runs lie in, and that of its experiment. */
function rootsOf({ loaded: { folder, run } }: ReadRun): string[] {
  const { specFile } = run.created;
  return [workspaceOf(folder), ...(specFile ? [workspaceOf(dirname(specFile)), dirname(specFile)] : [])];
}

function withoutHost(message: ToPanel): ToPanel {
  if (message.type !== 'run') return message;
  const { run } = message;
  return { ...message, run: { ...run, report: { ...run.report, run: { ...run.report.run, host: null } } } };
}

function pagePart(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new Error(`the page of the report is not beside the program: ${(error as Error).message}`);
  }
}
