import * as vscode from 'vscode';
import { showStatus } from './show';

/** Commands of a fix, for a terminal: never run by the extension. */
export async function copyText(fix: string): Promise<void> {
  await vscode.env.clipboard.writeText(fix);
  const message = vscode.l10n.t('Copied: paste it into a terminal of the machine that measures');
  showStatus(message);
}
