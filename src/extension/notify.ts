import * as vscode from 'vscode';
import type { Run } from '../core/run/fold';
import { setting } from './config';
import { commands, settings } from './contributions';
import type { Failure, FailureKind } from './failure';
import type { LiveRun } from './liveRun';
import { log } from './log';

type Action = { title: string; run(): Thenable<unknown> | undefined };

const openLog = (): Action => ({
  title: vscode.l10n.t('Open Log'),
  run: () => vscode.commands.executeCommand(commands.openLog),
});
const checkAccess = (): Action => ({
  title: vscode.l10n.t('Check Energy Access'),
  run: () => vscode.commands.executeCommand(commands.doctor),
});

/** One message, at most two ways on. */
async function tell(level: 'info' | 'warning' | 'error', message: string, actions: Action[]): Promise<void> {
  const titles = actions.slice(0, 2).map((action) => action.title);
  const { window } = vscode;
  const show = {
    info: window.showInformationMessage,
    warning: window.showWarningMessage,
    error: window.showErrorMessage,
  };
  const chosen = await show[level](message, ...titles);
  await actions.find((action) => action.title === chosen)?.run();
}

/** Says why a command ended badly, in words for the person who started it, with what to do about it. */
export async function tellFailure(failure: Failure): Promise<void> {
  const { kind, said } = failure;
  log().error(`${kind}: ${said}`);
  const texts: Record<FailureKind, [string, Action[]]> = {
    unexpected: [vscode.l10n.t('Greenbatch failed: {0}', said), [openLog()]],
    input: [said, [openLog()]],
    source: [vscode.l10n.t('No energy source: {0}', firstReason(said)), [checkAccess(), openLog()]],
    nothing: [vscode.l10n.t('Nothing could be measured: {0}', said), [openLog()]],
    busy: [said, [openLog()]],
    interrupted: [vscode.l10n.t('Stopped. Finished repeats are kept.'), []],
    notStarted: [
      vscode.l10n.t('The program that measures could not be started: {0}', said),
      [settingsAction(), openLog()],
    ],
  };
  const [message, actions] = texts[kind];
  await tell(kind === 'interrupted' ? 'info' : kind === 'busy' ? 'warning' : 'error', message, actions);
}

/** Of the reasons of all counters the first one: the check shows the others, and the fix. */
const firstReason = (said: string) => said.replace(/;[\s\S]*|\s*Fix:[\s\S]*/, '').replace(/\.?$/, '.');

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
  if (status === 'failed') return tellFailed(run);
  if (status === 'stopped') {
    const message = vscode.l10n.t('{0} has ended without finishing its log. Finished repeats are kept.', run.name);
    return tell('warning', message, [resume, openLog()]);
  }
  const when = setting('notifyWhenDone');
  if (when === 'never' || (when === 'whenHidden' && isPanelVisible)) return;
  if (status === 'interrupted') {
    return tell('info', vscode.l10n.t('{0} was stopped. Finished repeats are kept.', run.name), [open, resume]);
  }
  await tell('info', vscode.l10n.t('{0} is measured.', run.name), [open]);
}

async function tellFailed(run: Run): Promise<void> {
  const end = run.sessions.at(-1)?.end;
  const kind = end?.exitCode === 3 ? 'source' : end?.exitCode === 4 ? 'nothing' : 'unexpected';
  await tellFailure({ kind, said: end?.message ?? '' });
}
