import type { AnalysedRun } from '../../core/analysis/analysis';
import { analysedRun, modelAccuracies } from '../../core/report/report';
import { type LoadedRun, loadRun } from './runFolder';

/**
 * A run as analyses take it, on its own terms.
 *
 * @throws RunNotFound when the folder holds no run; LogError when its log is damaged
 */
export function loadAnalysedRun(runFolder: string): AnalysedRun {
  return analysedRunOf(loadRun(runFolder));
}

/** The same of one that is read already. */
export function analysedRunOf({ run, samples, folder, status, host }: LoadedRun): AnalysedRun {
  const experiment = { spec: run.spec, files: run.created.sourceFiles ?? [] };
  return { ...analysedRun(run, samples, { folder, status, host }), accuracies: modelAccuracies(run), experiment };
}
