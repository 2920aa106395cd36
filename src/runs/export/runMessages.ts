import type { AnalysedRun } from '../../core/analysis/analysis';
import { besidesOf } from '../../core/analysis/besides';
import { judgeRun } from '../../core/analysis/verdict/judgeRun';
import { foldBands } from '../../core/panel/series/bands';
import { createPowerHistory } from '../../core/panel/series/powerHistory';
import type { ToPanel } from '../../core/panel/protocol/messages';
import { analysedRun, modelAccuracies, type UnjudgedRun } from '../../core/report/report';
import { sourceOfSession } from '../../core/run/fold';
import { type LoadedRun, loadRun } from '../store/runFolder';

/** Rows of the power series in a report: more than a plot has pixels; peaks are kept. */
const mostPowerRows = 4000;

/** A run that was read for a page of its own, and as analyses take it. */
export type ReadRun = { loaded: LoadedRun; analysed: UnjudgedRun };

/** @throws RunNotFound, LogError */
export function readRun(runFolder: string): ReadRun {
  const loaded = loadRun(runFolder);
  const { run, samples, folder, status, host } = loaded;
  return { loaded, analysed: analysedRun(run, samples, { folder, status, host }) };
}

/** What a page is told of a run that nobody works at, beginning with `run`. */
export function runMessages({ loaded, analysed }: ReadRun): ToPanel[] {
  const { run, events, power: series } = loaded;
  const { report, results, terms } = analysed;
  const accuracies = modelAccuracies(run);
  const besides = besidesOf({ ...analysed, accuracies } satisfies AnalysedRun, true);
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
        ...{ report, results, terms, bands: foldBands(events).list, progress: null },
        ...{ stale: null, judgedAnew: null, inUse: null, isMeasuredHere: false, panelCost: null },
      },
    },
    // Of the run's own terms. The page makes no other one where requests would have to be simulated.
    { type: 'judgement', id: 0, judgement: judgeRun(results, terms) },
    { type: 'accuracy', accuracies },
    { type: 'figures', ...besides },
    { type: 'power', mode: 'replace', columns, decimated: shown < power.rows() },
  ];
}
