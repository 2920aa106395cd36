import * as vscode from 'vscode';

/** What the button says that adds blocks to a run. */
export const measureMoreText = (blocks: number): string =>
  blocks === 1 ? vscode.l10n.t('Measure 1 More Block') : vscode.l10n.t('Measure {0} More Blocks', blocks);
