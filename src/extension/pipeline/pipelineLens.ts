import * as vscode from 'vscode';
import { commands, internalCommands } from '../window/contributions';
import type { LensCommand } from '../window/show';

/** Over the file what concerns it as a whole. */
export function pipelineLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const top = new vscode.Range(0, 0, 0, 0);
  const open: LensCommand = {
    icon: 'graph-scatter',
    title: vscode.l10n.t('Open pipeline view'),
    tooltip: vscode.l10n.t('Which variant, batch size and replicas each stage takes, solved anew as you weigh'),
    command: commands.openPipeline,
    arguments: [document.uri],
  };
  const solve: LensCommand = {
    icon: 'terminal',
    title: vscode.l10n.t('Solve'),
    tooltip: vscode.l10n.t('Solves the file in the terminal'),
    command: internalCommands.solvePipeline,
    arguments: [document.uri],
  };
  return [new vscode.CodeLens(top, open), new vscode.CodeLens(top, solve)];
}
