import * as vscode from 'vscode';
import type { TextEdit } from '../../core/configFiles/configFile';
import { rangeOf } from './codeLens';
import { internalCommands } from '../window/contributions';
import { diagnosticSource } from './diagnostics';
import type { FileResults } from './fileResults';

/**
 * `Use batch 8: −12 % energy per image`. A measured result is a plain edit; what needs a question (an estimate, or what replayed requests contradict) or a
 * remark (a limit that is raised too) goes through the command. What is refused is shown with its reason.
 */
export async function actionsOf(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  results: FileResults,
): Promise<vscode.CodeAction[]> {
  const result = await results.of(document);
  if (!result?.hint || !result.suggestion) return [];
  const { hint, suggestion, config } = result;
  const lines = config.places.map((place) => rangeOf(place).start.line);
  if (!lines.some((line) => range.start.line <= line && line <= range.end.line)) return [];
  const action = new vscode.CodeAction(hint.text, vscode.CodeActionKind.QuickFix);
  action.diagnostics = context.diagnostics.filter((d) => d.source === diagnosticSource);
  if ('refused' in suggestion) {
    action.disabled = { reason: suggestion.refused };
  } else if (suggestion.edits.length === 0) {
    return [];
  } else if (hint.isContradicted || hint.estimated || suggestion.note !== null) {
    const doubt = hint.isContradicted ? 'contradicted' : hint.estimated ? 'estimated' : null;
    const args = [document.uri, hint.use, doubt, ...(hint.policy ? [hint.policy] : [])];
    action.command = { title: hint.text, command: internalCommands.apply, arguments: args };
  } else {
    action.edit = workspaceEdit(document, suggestion.edits);
    action.isPreferred = true;
  }
  return [action];
}

export function workspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, newText } of edits) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(document.uri, range, newText);
  }
  return edit;
}
