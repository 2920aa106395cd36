import * as vscode from 'vscode';
import { taskType } from '../window/contributions';
import type { Program } from '../program/program';
import { terminalExecution } from '../program/programTask';
import { label } from '../window/show';

/**
 * Tasks of type `greenbatch`: the same program in a terminal, for those who want to see it work. VS Code itself runs no
 * tasks in untrusted workspaces.
 */
export function createTaskProvider(program: () => Promise<Program>): vscode.TaskProvider {
  return {
    async provideTasks() {
      if (!vscode.workspace.isTrusted) return [];
      const files = await vscode.workspace.findFiles('**/*.energy.{yaml,yml}', '**/node_modules/**', 50);
      const made = await program();
      return files.flatMap((uri) => {
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        return folder
          ? [taskOf(made, folder, { type: taskType, file: vscode.workspace.asRelativePath(uri, false) })]
          : [];
      });
    },
    async resolveTask(task) {
      const { definition, scope } = task;
      const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
      if (typeof definition.file !== 'string' || !folder || !vscode.workspace.isTrusted) return undefined;
      // The definition must stay the very object of the task that is resolved.
      return taskOf(await program(), folder, definition as vscode.TaskDefinition & { file: string });
    },
  };
}

function taskOf(
  program: Program,
  folder: vscode.WorkspaceFolder,
  definition: vscode.TaskDefinition & { file: string },
): vscode.Task {
  const execution = terminalExecution(program, ['run', '--', definition.file], folder.uri.fsPath);
  return new vscode.Task(
    definition,
    folder,
    label(vscode.l10n.t('profile {0}', definition.file)),
    'greenbatch',
    execution,
    [],
  );
}
