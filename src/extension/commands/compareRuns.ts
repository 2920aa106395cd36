import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AnalysedRun } from '../../core/analysis/analysis';
import { comparisonWith } from '../../core/analysis/comparison/comparisonAnalysis';
import { findingsOf } from '../../core/analysis/findings';
import { loadPastRun, pastRunFolders } from '../../runs/index/pastRuns';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import type { Session } from '../session/session';

/**
 * Shows the later one of two runs with its comparison with the other, by what equal runs beside them tell of other days. Which is the
 * earlier one is seen from their names, which begin with the time. One that is refused (measured with estimated, other pixels)
 * explains itself there.
 */
export async function compareRuns({ panels }: Pick<Session, 'panels'>, one: string, other: string): Promise<void> {
  const [before, after] = basename(one) <= basename(other) ? [one, other] : [other, one];
  const runs = [loadAnalysedRun(before), loadAnalysedRun(after)];
  const past: AnalysedRun[] = [];
  for (const folder of pastRunFolders([before, after])) {
    // Other work of the editor goes on between two logs.
    await setImmediate();
    const run = loadPastRun(folder);
    if (run !== null) past.push(run);
  }
  panels.showFindings(after, [findingsOf(comparisonWith({ past }), runs)]);
}
