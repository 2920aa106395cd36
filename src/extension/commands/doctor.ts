import * as vscode from 'vscode';
import { exitCodes } from '../../core/failure/exitCodes';
import { type Diagnosis, diagnosisSchema } from '../../core/energy/diagnosis';
import { diagnosisText, fixOf } from '../../core/energy/diagnosisText';
import { commands, contextKeys } from '../window/contributions';
import { copyText } from '../window/copyText';
import { failureOfCommand } from '../program/failure';
import { tellFailure } from '../runs/notify';
import { programOf, runProgram } from '../program/program';
import type { Session } from '../session/session';
import { showMessage } from '../window/show';

/** The manifest's `when` clause of the copy button names the beginning of it. */
const title = 'Energy Access';
/** Of its document, which an editor does not wrap by itself. */
const columns = 100;

/** Shows for each energy counter whether it can be read, and how to open it; changes nothing. */
export async function checkEnergyAccess(session: Session): Promise<void> {
  const { code, stdout, stderr } = await runProgram(programOf(session.context.extensionUri), ['doctor', '--json']);
  // The code of a missing source says that only the estimate is possible: that is an answer, not a failure.
  if (code !== exitCodes.ok && code !== exitCodes.source) return tellFailure(failureOfCommand(code, stderr));
  const diagnosis: Diagnosis = diagnosisSchema.parse(JSON.parse(stdout));
  const fix = fixOf(diagnosis);
  session.fix = fix;
  await vscode.commands.executeCommand('setContext', contextKeys.hasFix, fix !== null);
  await session.documents.show(title, `${diagnosisText(diagnosis, columns)}\n`);
  if (code === exitCodes.ok) return;
  if (fix === null) {
    void showMessage(
      'info',
      vscode.l10n.t(
        'No energy counters can be read here; the report says why. Energy is estimated from CPU time, and every number says so.',
      ),
    );
    return;
  }
  const copy = vscode.l10n.t('Copy the Fix');
  const message = vscode.l10n.t('The energy counters of this machine cannot be read yet. The fix is for its terminal.');
  const chosen = await showMessage('warning', message, { actions: [copy] });
  if (chosen === copy) await vscode.commands.executeCommand(commands.copyFix);
}

/** Copies the commands that the last check found; where it found none there is nothing to copy. */
export async function copyFix({ fix }: Session): Promise<void> {
  if (fix === null) {
    void showMessage('info', vscode.l10n.t('There is no command that would help.'));
    return;
  }
  await copyText(fix);
}
