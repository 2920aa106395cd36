import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import { judge } from '../../core/analysis/verdict/judge';
import { isMeasured } from '../../core/energy/parts';
import { judgedPolicy } from '../../core/configFiles/serverPolicy';
import { currentOf } from '../../core/configuration/inUse';
import type { PanelCommand } from '../../core/panel/protocol/messages';
import { factsOf, termsUnder } from '../../core/report/report';
import { configurationResults } from '../../core/values/trialValue';
import { applyConfiguration } from '../configs/applyConfiguration';
import { commands } from '../window/contributions';
import { exportRunAs, saveChart } from './exportRun';
import type { LiveRun } from '../runs/liveRun';
import { messageOf } from '../window/log';
import { showMessage, showStatus } from '../window/show';

/**
 * Does what a button of the page asks for. The page names no place: the run is the panel's own, the experiment is the
 * run's own, and where an export goes is asked here.
 */
export async function runPanelCommand(message: PanelCommand, live: LiveRun, extension: vscode.Uri): Promise<void> {
  try {
    await perform(message, live, extension);
  } catch (error) {
    void showMessage('error', messageOf(error));
  }
}

async function perform(message: PanelCommand, live: LiveRun, extension: vscode.Uri): Promise<void> {
  const { folder } = live;
  const specFile = live.run()?.created.specFile ?? null;
  switch (message.command) {
    case 'stop':
      return vscode.commands.executeCommand(commands.stop, folder);
    case 'resume':
      return vscode.commands.executeCommand(commands.resume, folder);
    case 'addBlocks':
      return vscode.commands.executeCommand(commands.addBlocks, folder, message.blocks);
    case 'openLog':
      return vscode.commands.executeCommand(commands.openLog);
    case 'doctor':
      return vscode.commands.executeCommand(commands.doctor);
    case 'openExperiment':
      return showBeside(experimentOf(specFile));
    case 'runAgain':
      return vscode.commands.executeCommand(commands.profile, experimentOf(specFile));
    case 'apply':
      return applyAndShow(experimentOf(specFile), message.configuration, live);
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      showStatus(vscode.l10n.t('Copied'), 2000);
      return;
    case 'export':
      return exportRunAs(folder, message.format, extension);
    case 'saveChart':
      return saveChart(message);
  }
}

/** @throws Error when the run came without a file, or its file lies outside the open folders */
function experimentOf(specFile: string | null): vscode.Uri {
  if (specFile === null) throw new Error(vscode.l10n.t('This run does not say which file it was made from.'));
  const real = (path: string) => {
    try {
      return realpathSync(path);
    } catch {
      return null;
    }
  };
  // By where it really is: a run comes from anybody, and `..` and links lead anywhere.
  const file = real(specFile);
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => real(uri.fsPath));
  const isInside = file !== null && folders.some((folder) => folder !== null && file.startsWith(folder + sep));
  if (!isInside) {
    throw new Error(vscode.l10n.t('{0} lies outside the open folders: open its folder first.', specFile));
  }
  return vscode.Uri.file(specFile);
}

/** Writes the configuration into the experiment as the one in use, and shows where. */
async function applyAndShow(experiment: vscode.Uri, id: string, live: LiveRun): Promise<void> {
  const run = live.run();
  const configuration = run?.configurations.find((c) => c.id === id);
  if (!run || !configuration) throw new Error(vscode.l10n.t('This run has no configuration {0}.', id));
  const use = currentOf(configuration, run.configurations, run.spec.current);
  const isEstimated = run.source === null || !isMeasured(run.source);
  const doubt = isContradicted(live, id) ? 'contradicted' : isEstimated ? 'estimated' : null;
  const policy = run.spec.sla ? judgedPolicy(run.spec.sla, configuration) : null;
  if (await applyConfiguration(experiment, use, doubt, policy)) {
    await showBeside(experiment);
  }
}

/** Whether replayed requests say otherwise than the verdict that names this configuration. */
function isContradicted(live: LiveRun, id: string): boolean {
  const run = live.run();
  if (!run || run.pacedTrials.length === 0) return false;
  const { samples } = live.power;
  const facts = factsOf(run, samples, { folder: live.folder, status: live.status() });
  const { winner, paced } = judge(configurationResults(run, samples), termsUnder(run, facts)).verdict;
  return winner === id && paced?.confirms === 'no';
}

/** Shows a file where it is open already, else in the first column: the panel that was clicked in stays in view. */
async function showBeside(uri: vscode.Uri): Promise<void> {
  const isIt = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
  const column = vscode.window.tabGroups.all.find((group) => group.tabs.some(isIt))?.viewColumn;
  await vscode.window.showTextDocument(uri, { viewColumn: column ?? vscode.ViewColumn.One, preview: false });
}
