import { basename } from 'node:path';
import * as vscode from 'vscode';
import { configurationsCsv, markdown } from '../core/run/export';
import { reportOf } from '../core/run/report';
import { reportFile } from '../runs/reportFile';
import { loadRun } from '../runs/runFolder';

/** Asks for a format and a place, and writes what a run has found. */
export async function exportRun(folder: string, extension: vscode.Uri): Promise<void> {
  const { run, samples, status } = loadRun(folder);
  const report = reportOf(run, samples, { folder, status });
  const formats = [
    { label: 'CSV', description: vscode.l10n.t('one row for each configuration'), ending: 'csv' },
    { label: 'JSON', description: vscode.l10n.t('everything, as "greenbatch show --json" prints it'), ending: 'json' },
    { label: 'HTML', description: vscode.l10n.t('the panel as one file, for any browser'), ending: 'html' },
    { label: 'Markdown', description: vscode.l10n.t('verdict and table, to paste'), ending: 'md' },
  ];
  const format = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t('Export {0}', run.name) });
  if (!format) return;
  const parent = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(parent && { defaultUri: vscode.Uri.joinPath(parent, `${basename(folder)}.${format.ending}`) }),
    filters: { [format.label]: [format.ending] },
  });
  if (!target) return;
  const text =
    format.ending === 'csv'
      ? configurationsCsv(report)
      : format.ending === 'json'
        ? `${JSON.stringify(report, null, 2)}\n`
        : format.ending === 'html'
          ? reportFile(folder, vscode.Uri.joinPath(extension, 'dist').fsPath)
          : markdown(report);
  await vscode.workspace.fs.writeFile(target, Buffer.from(text, 'utf8'));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Saved {0}', basename(target.path)), 5000);
}
