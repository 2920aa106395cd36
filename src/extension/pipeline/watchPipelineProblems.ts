import * as vscode from 'vscode';
import { isPipelineName } from '../../core/configFiles/pipeline';
import { section } from '../window/contributions';
import { diagnosticsOf } from '../window/show';

/** Time for a person to go on typing before a file is looked at. */
const quietMs = 400;

/** Keeps the problems of the pipeline files that are open. */
export function watchPipelineProblems(): vscode.Disposable & { lookAgain(): void } {
  const problems = diagnosticsOf(`${section}-pipeline`);
  const timers = new Map<string, NodeJS.Timeout>();
  const later = (document: vscode.TextDocument) => {
    if (document.uri.scheme !== 'file' || !isPipelineName(document.fileName)) return;
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
  const look = async (document: vscode.TextDocument) => {
    const { pipelineProblems } = await import('./pipelineDiagnostics');
    if (!document.isClosed) problems.set(document.uri, pipelineProblems(document));
  };
  const lookAgain = () => vscode.workspace.textDocuments.forEach(later);
  const subscriptions = [
    problems,
    vscode.workspace.onDidOpenTextDocument(later),
    vscode.workspace.onDidChangeTextDocument(({ document }) => later(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.delete(uri)),
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
