import type * as vscode from 'vscode';
import type { StageView } from '../../core/pipeline/view';
import { ExpectedError } from '../../core/failure/expectedError';
import { loadPipelineText } from '../../runs/pipeline/loadPipeline';

/** What the profiles of the stages come to: all runs and tables of a file are read for it. */
export type StageProfiles = {
  /** Asked again for the same text it answers from memory. `problem`: why that cannot be had. */
  of(document: vscode.TextDocument): { stages: StageView[] } | { problem: string };
  /** The runs have changed: all is read anew. */
  forget(): void;
};

export function createStageProfiles(): StageProfiles {
  const known = new Map<string, { version: number; found: ReturnType<StageProfiles['of']> }>();
  return {
    of(document) {
      const key = document.uri.toString();
      const before = known.get(key);
      if (before?.version === document.version) return before.found;
      const found = look(document);
      known.set(key, { version: document.version, found });
      return found;
    },
    forget: () => known.clear(),
  };
}

function look(document: vscode.TextDocument): ReturnType<StageProfiles['of']> {
  try {
    return { stages: loadPipelineText(document.uri.fsPath, document.getText()).stages };
  } catch (error) {
    if (error instanceof ExpectedError) return { problem: error.message };
    throw error;
  }
}
