import { goesOn } from '../../src/core/panel/protocol/judgedResults';
import type { PanelRun } from '../../src/core/panel/protocol/messages';

/** What of a run was judged, or is being judged, last. */
export type Judged = Pick<PanelRun, 'results' | 'terms'> & { blocks: number };

export const judgedPartOf = ({ results, terms, report }: PanelRun): Judged => ({
  results,
  terms,
  blocks: report.run.blocks,
});

/**
 * Whether what has changed of a run is to be judged now. While it goes on that is at the end of each block (`judgedResults`).
 * Only in the first block, when there is nothing else to be shown yet, after each trial; and once more when it has ended.
 *
 * @param last null: nothing was judged yet
 */
export function isJudgementDue(run: PanelRun, last: Judged | null): boolean {
  if (last === null) return true;
  if (run.results === last.results && run.terms === last.terms) return false;
  const { blocks } = run.report.run;
  return !goesOn(run.report) || blocks === 0 || blocks !== last.blocks;
}
