import * as vscode from 'vscode';
import { reportOf } from '../../core/report/report';
import { blocksLeftToAdd } from '../../core/run/addedBlocks';
import { mostBlocks } from '../../core/spec/mostBlocks';
import { offeredBlocks } from '../../runs/index/offeredBlocks';
import { loadRun } from '../../runs/store/runFolder';
import { showMessage, ask } from '../window/show';

/** Suggested where nothing tells how many would decide it. */
const usualBlocks = 5;

export const isBlocks = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1;

/** How many more blocks of the run to measure; undefined where it was dismissed, or none can be added. @throws LogError, RunNotFound */
export async function askBlocks(folder: string): Promise<number | undefined> {
  const { run, samples, status, host } = loadRun(folder);
  const left = blocksLeftToAdd(run);
  if (left === 0) {
    void showMessage('info', vscode.l10n.t('{0} has {1} blocks, as many as a run can have.', run.name, mostBlocks));
    return undefined;
  }
  const report = reportOf(run, samples, { folder, status, host });
  const typed = await ask({
    title: vscode.l10n.t('How many more blocks of {0}?', run.name),
    prompt: `${report.verdict.sentence} ${vscode.l10n.t('{0} blocks are finished; each measures every configuration once.', run.blocksFinished)}`,
    value: String(Math.min(left, offeredBlocks(report) ?? usualBlocks)),
    validateInput: (text) =>
      /^\d{1,4}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= left
        ? undefined
        : vscode.l10n.t('A whole number from 1 to {0}', left),
  });
  return typed === undefined ? undefined : Number(typed);
}
