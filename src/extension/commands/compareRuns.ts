import { basename } from 'node:path';
import { comparisonAnalysis } from '../../core/analysis/comparison/comparisonAnalysis';
import { findingsOf } from '../../core/analysis/findings';
import { loadAnalysedRun } from '../../runs/store/loadAnalysedRun';
import type { Session } from '../session/session';

/**
 * Shows the later one of two runs with its comparison with the other. Which is the earlier one is seen from their names,
 * which begin with the time. One that is refused (measured with estimated, other pixels) explains itself there.
 */
export async function compareRuns({ panels }: Pick<Session, 'panels'>, one: string, other: string): Promise<void> {
  const [before, after] = basename(one) <= basename(other) ? [one, other] : [other, one];
  panels.showFindings(after, [findingsOf(comparisonAnalysis, [loadAnalysedRun(before), loadAnalysedRun(after)])]);
}
