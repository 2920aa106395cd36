import { basename } from 'node:path';
import * as vscode from 'vscode';
import { recogniseConfig, suggestEdit } from '../core/config/recognise';
import type { PanelCommand } from '../core/panel/messages';
import { commands } from './contributions';
import type { LiveRun } from './liveRun';
import { messageOf } from './log';

/**
 * Does what a button of the page asks for. The page names no place: the run is the panel's own, the experiment is the
 * run's own, and where an export goes is asked here.
 */
export async function runPanelCommand(message: PanelCommand, live: LiveRun): Promise<void> {
  try {
    await perform(message, live);
  } catch (error) {
    void vscode.window.showErrorMessage(messageOf(error));
  }
}

async function perform(message: PanelCommand, live: LiveRun): Promise<void> {
  const { folder } = live;
  const specFile = live.run()?.created.specFile ?? null;
  switch (message.command) {
    case 'stop':
      return vscode.commands.executeCommand(commands.stop, folder);
    case 'resume':
      return vscode.commands.executeCommand(commands.resume, folder);
    case 'openLog':
      return vscode.commands.executeCommand(commands.openLog);
    case 'doctor':
      return vscode.commands.executeCommand(commands.doctor);
    case 'openExperiment':
      await vscode.window.showTextDocument(experimentOf(specFile));
      return;
    case 'runAgain':
      return vscode.commands.executeCommand(commands.profile, experimentOf(specFile));
    case 'apply':
      return applyBatchSize(experimentOf(specFile), message.batchSize, live.run()?.source?.measured !== true);
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 2000);
      return;
    case 'export':
      return exportContent(message);
  }
}

/** @throws Error when the run came without a file, or its file lies outside the open folders */
function experimentOf(specFile: string | null): vscode.Uri {
  if (specFile === null) throw new Error(vscode.l10n.t('This run does not say which file it was made from.'));
  const uri = vscode.Uri.file(specFile);
  if (!vscode.workspace.getWorkspaceFolder(uri)) {
    throw new Error(vscode.l10n.t('{0} lies outside the open folders: open its folder first.', specFile));
  }
  return uri;
}

/** Writes the batch size into the experiment, as one edit that can be undone. An estimated result asks first. */
async function applyBatchSize(experiment: vscode.Uri, batchSize: number, estimated: boolean): Promise<void> {
  const name = basename(experiment.fsPath);
  if (estimated) {
    const apply = vscode.l10n.t('Apply Batch {0}', batchSize);
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('Apply a result that was estimated from CPU time, not measured?'),
      { modal: true, detail: vscode.l10n.t('An estimate mostly restates throughput.') },
      apply,
    );
    if (chosen !== apply) return;
  }
  const document = await vscode.workspace.openTextDocument(experiment);
  const text = document.getText();
  const config = recogniseConfig(experiment.fsPath, text);
  if (!config) throw new Error(vscode.l10n.t('{0} is no experiment any more.', name));
  const suggestion = suggestEdit(config, batchSize);
  if ('refused' in suggestion) throw new Error(suggestion.refused);
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, newText } of suggestion.edits) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(experiment, range, newText);
  }
  const done = suggestion.edits.length === 0 || (await vscode.workspace.applyEdit(edit));
  if (!done) throw new Error(vscode.l10n.t('{0} could not be changed.', name));
  await vscode.window.showTextDocument(document, { preview: false });
  const said = suggestion.note ?? vscode.l10n.t('{0} now uses batch {1}', name, batchSize);
  vscode.window.setStatusBarMessage(said, 5000);
}

async function exportContent({ format, name, content }: Extract<PanelCommand, { command: 'export' }>): Promise<void> {
  const parent = vscode.workspace.workspaceFolders?.[0]?.uri;
  const fileName = name.toLowerCase().endsWith(`.${format}`) ? name : `${name}.${format}`;
  const target = await vscode.window.showSaveDialog({
    ...(parent && { defaultUri: vscode.Uri.joinPath(parent, fileName) }),
    filters: { [format.toUpperCase()]: [format] },
  });
  if (!target) return;
  const picture = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(content);
  if (format === 'png' && !picture) throw new Error(vscode.l10n.t('The page sent no picture.'));
  const data = picture?.[1] === undefined ? Buffer.from(content, 'utf8') : Buffer.from(picture[1], 'base64');
  await vscode.workspace.fs.writeFile(target, data);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Saved {0}', basename(target.path)), 5000);
}
