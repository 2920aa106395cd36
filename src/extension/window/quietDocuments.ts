import * as vscode from 'vscode';

/** Time for a person to go on typing before a file is looked at. */
const quietMs = 400;

/** Looks at the open documents of a kind as they are opened, changed, and where it is asked for, each once its typing rests. */
export function quietDocuments(
  isOurs: (document: vscode.TextDocument) => boolean,
  { look, closed }: { look(document: vscode.TextDocument): Promise<void>; closed(uri: vscode.Uri): void },
): vscode.Disposable & { lookAgain(): void } {
  const timers = new Map<string, NodeJS.Timeout>();
  const later = (document: vscode.TextDocument) => {
    if (!isOurs(document)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        void look(document);
      }, quietMs),
    );
  };
  const lookAgain = () => vscode.workspace.textDocuments.forEach(later);
  const subscriptions = [
    vscode.workspace.onDidOpenTextDocument(later),
    vscode.workspace.onDidChangeTextDocument(({ document }) => later(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => closed(uri)),
  ];
  lookAgain();
  return {
    lookAgain,
    dispose() {
      timers.forEach((timer) => clearTimeout(timer));
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
