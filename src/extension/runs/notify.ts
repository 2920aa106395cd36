import * as vscode from 'vscode';
import { exitCodes } from '../../core/failure/exitCodes';
import { exitCodeOf, type Failure, failureText } from '../../core/failure/failure';
import { reportOf } from '../../core/report/report';
import { failureOfRun } from '../../core/run/failureOfRun';
import { offeredBlocks } from '../../runs/index/offeredBlocks';
import { setting } from '../window/config';
import { commands, settings } from '../window/contributions';
import { measureMoreText } from './measureMoreText';
import type { LiveRun } from './liveRun';
import { copyText } from '../window/copyText';
import { log } from '../window/log';
import { showMessage } from '../window/show';

type Action = { title: string; run(): Thenable<unknown> | undefined };

const openLog = (): Action => ({
  title: vscode.l10n.t('Open Log'),
  run: () => vscode.commands.executeCommand(commands.openLog),
});
const checkAccess = (): Action => ({
  title: vscode.l10n.t('Check Energy Access'),
  run: () => vscode.commands.executeCommand(commands.doctor),
});

/** For commands only: advice stands in the message. */
const copyFix = (fix: string): Action => ({
  title: vscode.l10n.t('Copy the Fix'),
  run: () => copyText(fix),
});

/** One message, at most two ways on. */
async function tell(level: 'info' | 'warning' | 'error', message: string, actions: Action[]): Promise<void> {
  const titles = actions.slice(0, 2).map((action) => action.title);
  const chosen = await showMessage(level, message, { actions: titles });
  await actions.find((action) => action.title === chosen)?.run();
}

/** Says why a command or a run ended badly, in words for the person who started it, with what to do about it. */
export async function tellFailure({ code, message, fix }: Failure): Promise<void> {
  log().error(`${code}: ${failureText({ message, fix })}`);
  const exitCode = exitCodeOf(code);
  if (exitCode === exitCodes.interrupted) return tell('info', vscode.l10n.t('Stopped. Finished repeats are kept.'), []);
  const help = fix === null ? [] : [copyFix(fix)];
  if (exitCode === exitCodes.busy) return tell('warning', message, [openLog()]);
  if (exitCode === exitCodes.usage) return tell('error', message, [...help, openLog()]);
  if (exitCode === exitCodes.source)
    return tell('error', vscode.l10n.t('No energy source: {0}', message), [checkAccess(), ...help, openLog()]);
  if (exitCode === exitCodes.nothingMeasured)
    return tell('error', vscode.l10n.t('Nothing could be measured: {0}', message), [...help, openLog()]);
  if (code === 'not-started') {
    const text = vscode.l10n.t('The program that measures could not be started: {0}', message);
    return tell('error', text, [settingsAction(), openLog()]);
  }
  await tell('error', vscode.l10n.t('Greenbatch failed: {0}', message), [...help, openLog()]);
}

const settingsAction = (): Action => ({
  title: vscode.l10n.t('Open Settings'),
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', settings.nodePath),
});

/** Says how a run has ended that was followed from here. */
export async function tellEnd(live: LiveRun, isPanelVisible: boolean): Promise<void> {
  const run = live.run();
  if (!run) return;
  const problem = live.problem();
  if (problem !== null) return tell('error', problem, [openLog()]);
  const open: Action = {
    title: vscode.l10n.t('Open Results'),
    run: () => vscode.commands.executeCommand(commands.openResults, live.folder),
  };
  const resume: Action = {
    title: vscode.l10n.t('Resume'),
    run: () => vscode.commands.executeCommand(commands.resume, live.folder),
  };
  const status = live.status();
  if (status === 'failed') return tellFailure(failureOfRun(run) ?? { code: 'unexpected', message: '', fix: null });
  if (status === 'stopped') {
    const message = vscode.l10n.t('{0} has ended without finishing its log. Finished repeats are kept.', run.name);
    return tell('warning', message, [resume, openLog()]);
  }
  const when = setting('notifyWhenDone');
  if (when === 'never' || (when === 'whenHidden' && isPanelVisible)) return;
  if (status === 'interrupted') {
    return tell('info', vscode.l10n.t('{0} was stopped. Finished repeats are kept.', run.name), [open, resume]);
  }
  const report = reportOf(run, live.power.samples, { folder: live.folder, status, host: live.host() });
  const blocks = offeredBlocks(report);
  // The answer itself: who is told that there is one looks for it.
  const answer = `${run.name}: ${report.verdict.sentence}`;
  if (blocks === null) return tell('info', answer, [open]);
  const more: Action = {
    title: measureMoreText(blocks),
    run: () => vscode.commands.executeCommand(commands.addBlocks, live.folder, blocks),
  };
  await tell('info', answer, [open, more]);
}
