import type { AnalysedRun } from '../../src/core/analysis/analysis';
import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';
import { widerRun } from '../webview/harness/runs';
import { emptyResult, trialOf } from './simulatedSweep';

/** A machine whose batches take a fixed part and a part for each request, in time and in joules, less of both with more threads but not in proportion. */
export const batchMs = (size: number, threads: number) => (10 + 9 * size) / threads ** 0.7;
export const batchJoules = (size: number, threads: number) => (0.9 + 0.5 * size) * (1 + 0.03 * threads);
export const idleWatts = 12;

/** A run of 36 configurations on it, six batch sizes by six splits, with the service level that is given. */
export function policyRun(
  sla: AnalysisTerms['sla'],
  { sizes = [1, 2, 4, 8, 16, 32], splits = [1, 2, 3, 4, 6, 8], blocks = 5 } = {},
): AnalysedRun & { results: ReturnType<typeof emptyResult>[] } {
  const results = splits.flatMap((threads) =>
    sizes.map((batchSize) => {
      const ms = batchMs(batchSize, threads);
      const unitsPerSecond = (batchSize * 1000) / ms;
      const joulesPerUnit = batchJoules(batchSize, threads) / batchSize + idleWatts / unitsPerSecond;
      const trials = Array.from({ length: blocks }, (_, i) =>
        trialOf(i + 1, joulesPerUnit, {
          ...{ unitsPerSecond, idleWatts },
          batchMs: Array.from({ length: 60 }, (__, k) => ms * (0.97 + (0.06 * (k + 0.5)) / 60)),
        }),
      );
      return emptyResult(batchSize, { id: `b${batchSize} t${threads}`, threads, trials });
    }),
  );
  const { report, terms } = widerRun();
  return { report, results, terms: { ...terms, sla, current: { batchSize: 8, threads: 4 } } };
}
