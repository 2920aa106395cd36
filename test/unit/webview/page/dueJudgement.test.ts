import { describe, expect, it } from 'vitest';
import type { PanelRun } from '../../../../src/core/panel/protocol/messages';
import { isJudgementDue, judgedPartOf } from '../../../../webview/page/dueJudgement';
import { widerRun } from '../../../webview/harness/runs';

const run = widerRun();
const at = (blocks: number, status: string, results = [...run.results]): PanelRun => ({
  ...run,
  report: { ...run.report, run: { ...run.report.run, blocks, status } },
  results,
});

describe('when a run that is watched is judged', () => {
  it('is as soon as it is shown, and of the first block after each trial', () => {
    const first = at(0, 'running', []);
    expect(isJudgementDue(first, null)).toBe(true);
    expect(isJudgementDue(at(0, 'running'), judgedPartOf(first))).toBe(true);
  });

  it('is then the end of each block, not each trial', () => {
    const judged = judgedPartOf(at(2, 'running'));
    expect(isJudgementDue(at(2, 'running'), judged)).toBe(false);
    expect(isJudgementDue(at(3, 'running'), judged)).toBe(true);
  });

  it('is the end of the run, whole block or not', () => {
    const judged = judgedPartOf(at(2, 'running'));
    for (const status of ['complete', 'interrupted', 'failed', 'stopped']) {
      expect(isJudgementDue(at(2, status), judged), status).toBe(true);
    }
  });

  it('is never for what no verdict depends on', () => {
    const now = at(3, 'complete');
    expect(isJudgementDue({ ...now, progress: null, stale: true }, judgedPartOf(now))).toBe(false);
  });

  it('is for other terms too, when a block has ended', () => {
    const now = at(3, 'running');
    const other = { ...now, terms: { ...now.terms, estimated: true } };
    expect(isJudgementDue(other, judgedPartOf(now))).toBe(false);
    expect(isJudgementDue(other, judgedPartOf({ ...now, report: at(2, 'running').report }))).toBe(true);
  });
});
