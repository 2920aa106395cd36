import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Current, currentText } from '../../core/configuration/inUse';
import { recogniseConfig, suggestEdit } from '../../core/configFiles/recognise';
import { type JudgedPolicy, judgedPolicySchema } from '../../core/configFiles/serverPolicy';
import { currentSchema } from '../../core/spec/spec';
import { workspaceEdit } from './codeActions';
import { showMessage, showStatus } from '../window/show';

/** Why a person is asked before a result is applied. */
type Doubt = 'estimated' | 'contradicted';

/**
 * Writes a configuration into a config as the one in use, as one edit that can be undone, and saves it where nothing else was unsaved. An
 * doubtful result asks first.
 *
 * @param policy how the server has to form batches for the verdict to hold; null where that is not on requests
 * @returns whether it was written
 * @throws Error with the reason when the file cannot take it
 */
export async function applyConfiguration(
  uri: vscode.Uri,
  use: Current,
  doubt: Doubt | null,
  policy: JudgedPolicy | null = null,
): Promise<boolean> {
  const name = basename(uri.fsPath);
  if (!vscode.workspace.isTrusted) {
    throw new Error(vscode.l10n.t('Greenbatch changes no file of a workspace that is not trusted.'));
  }
  if (doubt !== null) {
    const apply = vscode.l10n.t('Apply Anyway');
    const [question, detail] =
      doubt === 'contradicted'
        ? [
            vscode.l10n.t('Apply a result that replayed requests contradict?'),
            vscode.l10n.t(
              'The configuration ({0}) is the greenest by the model, but when requests were replayed to it, it broke the limit or saved nothing. The verdict says which.',
              currentText(use),
            ),
          ]
        : [
            vscode.l10n.t('Apply a result that was estimated, not measured?'),
            vscode.l10n.t(
              'The configuration ({0}) is the greenest by an estimate from CPU time, which mostly restates throughput. Measure on a machine with energy counters to be sure.',
              currentText(use),
            ),
          ];
    const chosen = await showMessage('warning', question, { actions: [apply], modal: { detail } });
    if (chosen !== apply) return false;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const config = recogniseConfig(uri.fsPath, document.getText());
  if (!config) throw new Error(vscode.l10n.t('{0} is no file that says how a model is run any more.', name));
  const suggestion = suggestEdit(config, use, policy);
  if ('refused' in suggestion) throw new Error(suggestion.refused);
  const edit = workspaceEdit(document, suggestion.edits);
  const hadChanges = document.isDirty;
  if (suggestion.edits.length > 0 && !(await vscode.workspace.applyEdit(edit))) {
    throw new Error(vscode.l10n.t('{0} could not be changed.', name));
  }
  // What a person has not saved yet is theirs to save.
  if (!hadChanges) await document.save();
  if (suggestion.note === null) {
    showStatus(vscode.l10n.t('{0} now uses {1}', name, currentText(use)));
  } else {
    void showMessage('info', suggestion.note);
  }
  return true;
}

/** What another part of the editor passed as the arguments of the command; null where it is none of ours. */
export function readCurrent(value: unknown): Current | null {
  const read = currentSchema.safeParse(value);
  return read.success ? read.data : null;
}

/** The same; an argument that is none of ours asks like an estimate. */
export const readDoubt = (value: unknown): Doubt | null =>
  value === null || value === 'contradicted' ? value : 'estimated';

/** The same of a policy: null too where it was given none. */
export function readPolicy(value: unknown): JudgedPolicy | null {
  const read = judgedPolicySchema.safeParse(value);
  return read.success ? read.data : null;
}
