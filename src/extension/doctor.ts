import * as vscode from 'vscode';
import { commands } from './contributions';
import { fixIn } from './doctorText';
import { failureOf } from './failure';
import { tellFailure } from './notify';
import { programOf, runProgram } from './program';
import type { Session } from './session';

/** The manifest's `when` clause of the copy button names the beginning of it. */
const title = 'Energy Access';

/** Shows for each energy counter whether it can be read, and how to open it; changes nothing. */
export async function checkEnergyAccess({ context, documents }: Session): Promise<void> {
  const finished = await runProgram(programOf(context.extensionUri), ['doctor']);
  // 3 says that only the estimate is possible: that is an answer, not a failure.
  if (finished.code !== 0 && finished.code !== 3) {
    return tellFailure(failureOf(finished.code, finished.stderr));
  }
  await documents.show(title, finished.stdout);
  if (finished.code === 0) return;
  if (fixIn(finished.stdout) === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'This machine shows no energy counters. Energy is estimated from CPU time, and every number says so.',
      ),
    );
    return;
  }
  const copy = vscode.l10n.t('Copy the Fix');
  const message = vscode.l10n.t('The energy counters of this machine cannot be read yet. The fix is for its terminal.');
  const chosen = await vscode.window.showWarningMessage(message, copy);
  if (chosen === copy) await vscode.commands.executeCommand(commands.copyFix);
}

export async function copyFix({ documents }: Session): Promise<void> {
  const fix = fixIn(documents.textOf(title) ?? '');
  if (fix === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing to fix.'));
    return;
  }
  await vscode.env.clipboard.writeText(fix);
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Copied: paste it into a terminal of the machine that measures'),
    5000,
  );
}
