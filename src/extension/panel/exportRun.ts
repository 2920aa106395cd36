import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { SavedChart } from '../../core/panel/protocol/savedChart';
import { workspaceOf } from '../../runs/store/folders';
import { exportFormats, type ExportName } from '../../runs/export/exportFormats';
import { chosenFootprint } from './footprintSetting';
import { pick, showStatus } from '../window/show';

/** Asks for a format and a place, and writes what a run has found. */
export async function exportRun(folder: string, extension: vscode.Uri): Promise<void> {
  const formats = [
    { label: 'CSV', description: vscode.l10n.t('one row for each configuration'), format: 'csv' as const },
    {
      label: 'JSON',
      description: vscode.l10n.t('everything, as "greenbatch show --json" prints it'),
      format: 'json' as const,
    },
    { label: 'Parquet', description: vscode.l10n.t('the same rows with their types'), format: 'parquet' as const },
    { label: 'HTML', description: vscode.l10n.t('the panel as one file, for any browser'), format: 'html' as const },
    { label: 'LaTeX', description: vscode.l10n.t('a table for a paper (booktabs)'), format: 'latex' as const },
    { label: 'Markdown', description: vscode.l10n.t('verdict and table, to paste'), format: 'markdown' as const },
    {
      label: vscode.l10n.t('Bundle'),
      description: vscode.l10n.t('raw logs and all that is stated of them, to be handed on'),
      format: 'bundle' as const,
    },
  ];
  const chosen = await pick(formats, { title: vscode.l10n.t('Export {0}', basename(folder)) });
  if (chosen) await exportRunAs(folder, chosen.format, extension);
}

/** Formats of one file. */
type FileFormat = Exclude<ExportName, 'figures'>;

/** Asks for a place, and writes the run there: as it was measured, on the terms of its own experiment. */
export async function exportRunAs(folder: string, name: FileFormat, extension: vscode.Uri): Promise<void> {
  const pageFolder = vscode.Uri.joinPath(extension, 'dist').fsPath;
  const format = exportFormats[name];
  await saveAs(`${basename(folder)}.${format.ending}`, () => {
    const footprint = 'hasFootprint' in format ? chosenFootprint(workspaceOf(folder)) : null;
    const made = format.make({ runFolder: folder, others: [], trials: false, pageFolder, footprint });
    return typeof made === 'string' ? Buffer.from(made, 'utf8') : made;
  });
}

/** Asks where to save a file of this name, and writes it. `content` is made only when there is a place for it. */
async function saveAs(name: string, content: () => Uint8Array): Promise<void> {
  const parent = vscode.workspace.workspaceFolders?.[0]?.uri;
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const target = await vscode.window.showSaveDialog({
    ...(parent && { defaultUri: vscode.Uri.joinPath(parent, name) }),
    filters: { [ending.toUpperCase()]: [ending] },
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, content());
  showStatus(vscode.l10n.t('Saved {0}', basename(target.path)));
}

/** A chart that a page has drawn, or its points. */
export async function saveChart({ format, name, content }: SavedChart): Promise<void> {
  const fileName = name.toLowerCase().endsWith(`.${format}`) ? name : `${name}.${format}`;
  await saveAs(fileName, () => Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
}
