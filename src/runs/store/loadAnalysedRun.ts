import type { AnalysedRun } from '../../core/analysis/analysis';
import { analysedRun, modelAccuracies } from '../../core/report/report';
import { loadRun } from './runFolder';

/**
 * A run as analyses take it, on its own terms.
 *
 * @throws RunNotFound when the folder holds no run; LogError when its log is damaged
 */
export function loadAnalysedRun(runFolder: string): AnalysedRun {
  const { run, samples, folder, status, host } = loadRun(runFolder);
  return { ...analysedRun(run, samples, { folder, status, host }), accuracies: modelAccuracies(run) };
}
