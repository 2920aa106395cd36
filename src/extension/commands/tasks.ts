import * as vscode from 'vscode';
import { taskType } from '../window/contributions';
import type { Program } from '../program/program';
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
  { node, script, env }: Program,
  folder: vscode.WorkspaceFolder,
  definition: vscode.TaskDefinition & { file: string },
): vscode.Task {
  // The terminal has the environment already; only what the program needs besides is added.
  const added = ['ELECTRON_RUN_AS_NODE', 'ORT_DISABLE_TELEMETRY', 'GREENBATCH_CACHE', 'GREENBATCH_POWERCAP_ROOT'];
  const own = Object.fromEntries(added.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const execution = new vscode.ProcessExecution(node, [script, 'run', '--', definition.file], {
    cwd: folder.uri.fsPath,
    env: own,
  });
  return new vscode.Task(
    definition,
    folder,
    label(vscode.l10n.t('profile {0}', definition.file)),
    'greenbatch',
    execution,
    [],
  );
}
