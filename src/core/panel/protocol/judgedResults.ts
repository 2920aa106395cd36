import type { PanelRun } from './messages';

type Results = PanelRun['results'];

/** While a run goes on, `results` change with each trial; those of whole blocks, by how many there are. */
const known = new WeakMap<Results, { blocks: number; judged: Results }>();

/** Whether an engine works at a run. */
export const goesOn = ({ run: { status } }: { run: { status: string } }): boolean =>
  status === 'running' || status === 'starting';

/**
 * What of a run is judged, whoever asks and when: while it goes on the blocks that have ended, for within one configurations have unequal
 * numbers of repeats, and nothing is decided by those. Before the first block has ended, and when the run has, all that there is.
 *
 * @returns the same object for the same results: what was made of them need not be made again
 */
export function judgedResults({ report, results }: Pick<PanelRun, 'report' | 'results'>): Results {
  const { blocks } = report.run;
  if (!goesOn(report) || blocks === 0) return results;
  const before = known.get(results);
  if (before?.blocks === blocks) return before.judged;
  const isWhole = results.every(({ trials }) => trials.every(({ block }) => block <= blocks));
  const judged = isWhole
    ? results
    : results.map((result) => ({ ...result, trials: result.trials.filter(({ block }) => block <= blocks) }));
  known.set(results, { blocks, judged });
  return judged;
}
