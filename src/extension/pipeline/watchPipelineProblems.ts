import * as vscode from 'vscode';
import { isPipelineName } from '../../core/configFiles/pipeline';
import { section } from '../window/contributions';
import { log } from '../window/log';
import { diagnosticsOf } from '../window/show';
import type { StageProfiles } from './stageProfiles';

/** Time for a person to go on typing before a file is looked at. */
const quietMs = 400;

/** Keeps the problems of the pipeline files that are open. @param profiles the ones of the lenses: what those have read is not read again */
export function watchPipelineProblems(
  profiles: () => Promise<StageProfiles>,
): vscode.Disposable & { lookAgain(): void } {
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
        look(document).catch((error: unknown) => log().error(error));
      }, quietMs),
    );
  };
  const look = async (document: vscode.TextDocument) => {
    const { pipelineProblems } = await import('./pipelineDiagnostics');
    const known = await profiles();
    if (!document.isClosed) problems.set(document.uri, pipelineProblems(document, known));
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
