import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { programOf } from '../program/program';
import { terminalExecution } from '../program/programTask';
import { label } from '../window/show';

/** Solves the file where its table can be read and copied. @throws NotTrusted */
export async function solveInTerminal(extension: vscode.Uri, file: vscode.Uri): Promise<void> {
  const open = vscode.workspace.textDocuments.find((d) => d.uri.toString() === file.toString());
  if (open?.isDirty) await open.save();
  const { fsPath } = file;
  const name = vscode.l10n.t('solve {0}', basename(fsPath));
  await inTerminal(extension, name, ['pipeline', 'solve', fsPath], dirname(fsPath));
}

/**
 * Runs the program in a terminal to its end.
 *
 * @returns its exit code; undefined where it was ended
 * @throws NotTrusted
 */
export async function inTerminal(
  extension: vscode.Uri,
  name: string,
  args: string[],
  cwd: string,
): Promise<number | undefined> {
  const execution = terminalExecution(programOf(extension), args, cwd);
  // Not of our own type of tasks: those run experiments, and would be asked to make this one again.
  const definition = { type: 'process' };
  const task = new vscode.Task(definition, vscode.TaskScope.Workspace, label(name), 'greenbatch', execution, []);
  task.presentationOptions = { focus: false, clear: true };
  return new Promise((ended, failed) => {
    let started: vscode.TaskExecution | undefined;
    const codes = new Map<vscode.TaskExecution, number | undefined>();
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      codes.set(execution, exitCode);
      if (execution === started) done(exitCode);
    });
    const done = (code: number | undefined) => {
      subscription.dispose();
      ended(code);
    };
    vscode.tasks.executeTask(task).then((execution) => {
      started = execution;
      // It may have ended before the editor told that it had started.
      if (codes.has(execution)) done(codes.get(execution));
    }, failed);
  });
}
