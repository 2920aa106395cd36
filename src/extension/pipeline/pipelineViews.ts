import { basename } from 'node:path';
import * as vscode from 'vscode';
import { isPipelineName } from '../../core/configFiles/pipeline';
import { pipelinePanelType } from '../window/contributions';
import { label } from '../window/show';
import { webviewOptions, webviewPage } from '../window/webviewPage';
import { drivePipeline, type PipelineDeps } from './drivePipeline';

/** One view for each pipeline file that is looked at. */
export type PipelineViews = {
  show(file: vscode.Uri): void;
  /** Gives a panel of before the reload its file back; closes one that names none of the open folders' pipelines. */
  restore(panel: vscode.WebviewPanel, state: unknown): void;
  /** A run has ended, or is gone: profiles may have become others. */
  runsChanged(): void;
  dispose(): void;
};

type Shown = { panel: vscode.WebviewPanel; refresh(): void };

export function createPipelineViews(extension: vscode.Uri, deps: PipelineDeps): PipelineViews {
  const shown = new Map<string, Shown>();
  const attach = (panel: vscode.WebviewPanel, file: vscode.Uri) => {
    const key = file.toString();
    shown.get(key)?.panel.dispose();
    panel.webview.options = webviewOptions(extension);
    panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
    panel.title = label(vscode.l10n.t('Pipeline: {0}', basename(file.fsPath).replace(/\.pipeline\.ya?ml$/i, '')));
    const { refresh, detach } = drivePipeline(panel.webview, file, deps);
    const entry = { panel, refresh };
    shown.set(key, entry);
    panel.onDidDispose(() => {
      detach();
      if (shown.get(key) === entry) shown.delete(key);
    });
    panel.webview.html = webviewPage(panel.webview, extension, 'pipeline', panel.title);
  };
  return {
    show(file) {
      const known = shown.get(file.toString());
      if (known) return known.panel.reveal();
      const options = webviewOptions(extension);
      attach(vscode.window.createWebviewPanel(pipelinePanelType, '', vscode.ViewColumn.Beside, options), file);
    },
    restore(panel, state) {
      const file = fileOfState(state);
      if (file === null) panel.dispose();
      else attach(panel, file);
    },
    runsChanged() {
      for (const { refresh } of shown.values()) refresh();
    },
    dispose() {
      for (const { panel } of [...shown.values()]) panel.dispose();
    },
  };
}

/** The page's state comes from the page: only a pipeline file of an open folder is opened for it. */
export function fileOfState(state: unknown): vscode.Uri | null {
  const file = typeof state === 'object' && state !== null && 'file' in state ? state.file : null;
  if (typeof file !== 'string' || !isPipelineName(file)) return null;
  try {
    const uri = vscode.Uri.parse(file, true);
    return uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(uri) ? uri : null;
  } catch {
    return null; // No address at all.
  }
}
