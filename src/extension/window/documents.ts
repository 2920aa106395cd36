import * as vscode from 'vscode';
import { documentScheme } from './contributions';
import { label, showDocuments } from './show';

/** Texts that are shown but belong to no file: what the doctor says. */
export type Documents = {
  /** Opens the text under a title; showing the same title again replaces it. */
  show(title: string, text: string, language?: string): Promise<void>;
  dispose(): void;
};

export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uriOf = (title: string) => vscode.Uri.from({ scheme: documentScheme, path: `/${title}` });
  const provider = showDocuments(documentScheme, {
    onDidChange: changed.event,
    // After a reload nobody knows the text any more.
    provideTextDocumentContent: (uri) => texts.get(uri.path.slice(1)) ?? vscode.l10n.t('Run the command again.'),
  });
  return {
    async show(named, text, language) {
      const title = label(named);
      texts.set(title, text);
      const uri = uriOf(title);
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      if (language) await vscode.languages.setTextDocumentLanguage(document, language);
      await vscode.window.showTextDocument(document, { preview: false });
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}
