import * as vscode from 'vscode';

/** @throws Error without an open folder */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === 'file');
  if (!folder) throw new Error(vscode.l10n.t('Open a folder first: runs are kept in it.'));
  return folder.uri;
}
