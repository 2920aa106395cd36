import * as vscode from 'vscode';
import { type Completion, completionsAt } from '../../core/spec/help/completions';
import { hoverAt } from '../../core/spec/help/hover';

/** What the key at a place is, what may stand there, and what stands there by itself. */
export function hoverIn(
  document: vscode.TextDocument,
  at: vscode.Position,
): { range: vscode.Range; paragraphs: string[] } | null {
  const help = hoverAt(document.getText(), document.offsetAt(at));
  if (!help) return null;
  const [start, end] = help.range;
  const { allowed, usual } = help;
  return {
    range: new vscode.Range(document.positionAt(start), document.positionAt(end)),
    paragraphs: [
      `${help.path}: ${help.description}`,
      ...(allowed === null ? [] : [vscode.l10n.t('May be: {0}', allowed)]),
      ...(usual === null ? [] : [vscode.l10n.t('Without it: {0}', usual)]),
    ],
  };
}

export function completionsIn(document: vscode.TextDocument, at: vscode.Position): vscode.CompletionItem[] {
  const { from, items } = completionsAt(document.getText(), document.offsetAt(at));
  const range = new vscode.Range(document.positionAt(from), at);
  return items.map((completion, index) => {
    const { Property, Value } = vscode.CompletionItemKind;
    const item = new vscode.CompletionItem(completion.text, completion.kind === 'key' ? Property : Value);
    item.range = range;
    item.insertText = insertTextOf(completion);
    // As the schema has them, the ones that matter first.
    item.sortText = String(index).padStart(3, '0');
    if (completion.allowed !== null) item.detail = completion.allowed;
    if (completion.description !== null) item.documentation = completion.description;
    return item;
  });
}

/** A key with its colon; what comes next is the person's. */
function insertTextOf({ text, kind, opens }: Completion): vscode.SnippetString {
  const snippet = new vscode.SnippetString().appendText(text);
  if (kind === 'value') return snippet;
  snippet.appendText(opens === 'group' ? ':\n  ' : ': ');
  return opens === 'list' ? snippet.appendText('[').appendTabstop().appendText(']') : snippet.appendTabstop();
}
