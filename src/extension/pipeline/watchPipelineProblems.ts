import type * as vscode from 'vscode';
import { isPipelineName } from '../../core/configFiles/pipeline';
import { section } from '../window/contributions';
import { log } from '../window/log';
import { quietDocuments } from '../window/quietDocuments';
import { diagnosticsOf } from '../window/show';
import type { StageProfiles } from './stageProfiles';

/** Keeps the problems of the pipeline files that are open. @param profiles the ones of the lenses: what those have read is not read again */
export function watchPipelineProblems(
  profiles: () => Promise<StageProfiles>,
): vscode.Disposable & { lookAgain(): void } {
  const problems = diagnosticsOf(`${section}-pipeline`);
  const look = async (document: vscode.TextDocument) => {
    try {
      const { pipelineProblems } = await import('./pipelineDiagnostics');
      const known = await profiles();
      if (!document.isClosed) problems.set(document.uri, pipelineProblems(document, known));
    } catch (error) {
      log().error(error instanceof Error ? error : String(error));
    }
  };
  const watched = quietDocuments((document) => document.uri.scheme === 'file' && isPipelineName(document.fileName), {
    look,
    closed: (uri) => problems.delete(uri),
  });
  return {
    lookAgain: watched.lookAgain,
    dispose() {
      watched.dispose();
      problems.dispose();
    },
  };
}
