import { describe, expect, it } from 'vitest';
import { judgedResults } from '../../../../../src/core/panel/protocol/judgedResults';
import type { PanelRun } from '../../../../../src/core/panel/protocol/messages';
import { widerRun } from '../../../../webview/harness/runs';

const run = widerRun();
const most = Math.max(...run.results.flatMap(({ trials }) => trials.map(({ block }) => block)));
const at = (blocks: number, status: string, results = run.results): PanelRun => ({
  ...run,
  report: { ...run.report, run: { ...run.report.run, blocks, status } },
  results,
});
/** The first configuration has a trial of the next block, the others not yet. */
const within = run.results.map((result, i) =>
  i > 0 ? result : { ...result, trials: [...result.trials, { ...result.trials[0]!, block: most + 1 }] },
);

describe('what is judged of a run that goes on', () => {
  it('is the blocks that have ended, whenever somebody asks', () => {
    expect(judgedResults(at(most, 'running', within))).toEqual(run.results);
    for (const { trials, skipped } of judgedResults(at(2, 'starting')))
      expect(trials.map(({ block }) => block)).toEqual(skipped ? [] : [1, 2]);
  });

  it('is all while none has ended, and when the run has', () => {
    expect(judgedResults(at(0, 'running', within))).toBe(within);
    for (const status of ['complete', 'interrupted', 'failed', 'stopped'])
      expect(judgedResults(at(most, status, within)), status).toBe(within);
  });

  it('is the same object for the same results, and the results themselves at the end of a block', () => {
    expect(judgedResults(at(most, 'running', within))).toBe(judgedResults(at(most, 'running', within)));
    expect(judgedResults(at(most, 'running'))).toBe(run.results);
    expect(judgedResults(at(most + 1, 'running', within))).toBe(within);
  });
});
