import type { PanelProgress, PanelRun } from '../core/panel/messages';
import { progressOf } from '../core/run/progress';
import { modelAccuracies, reportOf, termsOf } from '../core/run/report';
import { configurationResults } from '../core/run/trialValue';
import type { ExperimentNow } from './experimentNow';
import { isActive } from '../runs/runFolder';
import type { LiveRun } from './liveRun';

/** Makes what the page shows of a run, but for its power series; the analysis only when there were new events. */
export function createPanelRun(live: LiveRun) {
  let analysis: Pick<PanelRun, 'report' | 'results' | 'terms'> | null = null;
  return {
    eventsArrived() {
      analysis = null;
    },
    accuracies() {
      const run = live.run();
      return run ? modelAccuracies(run) : [];
    },
    make(experiment: ExperimentNow, nowMs = Date.now()): PanelRun | null {
      const run = live.run();
      if (!run) return null;
      const { samples } = live.power;
      if (analysis === null) {
        const { accuracies: _, ...report } = reportOf(run, samples, { folder: live.folder, status: live.status() });
        analysis = { report, results: configurationResults(run, samples), terms: termsOf(run) };
      }
      return { ...analysis, bands: live.bands.list, progress: panelProgress(live, nowMs), ...experiment };
    },
  };
}

function panelProgress(live: LiveRun, nowMs: number): PanelProgress | null {
  const run = live.run();
  if (!run || !isActive(live.status())) return null;
  const { doing, done, least, secondsLeft } = progressOf(run, nowMs);
  return { doing, done, least, secondsLeft, joulesSoFar: live.power.joulesSoFar() };
}
