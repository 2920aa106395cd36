import type * as vscode from 'vscode';
import { ExpectedError } from '../../core/failure/expectedError';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import type { StageView } from '../../core/pipeline/view';
import { emptyMemory, loadPipelineText, type PipelineMemory } from '../../runs/pipeline/loadPipeline';
import { areAsSeen } from '../../runs/pipeline/seenFiles';

/** What the profiles of the stages come to: all runs and tables of a file are read for it. */
export type StageProfiles = {
  /**
   * Asked again for the same stages, of files that are as they were, it answers from memory, and else reads only what is another one: not
   * each key that is typed reads the runs. `problem`: why that cannot be had.
   */
  of(document: vscode.TextDocument): { stages: StageView[] } | { problem: string };
  /** The runs have changed: all is read anew. */
  forget(): void;
};

export function createStageProfiles(): StageProfiles {
  const known = new Map<string, { of: string; found: ReturnType<StageProfiles['of']>; memory: PipelineMemory }>();
  return {
    of(document) {
      const key = document.uri.toString();
      const of = decisivePart(document.getText());
      const before = known.get(key);
      if (before?.of === of && areAsSeen(before.memory.seen)) return before.found;
      const memory = before?.memory ?? emptyMemory();
      const found = look(document, memory);
      known.set(key, { of, found, memory });
      return found;
    },
    forget: () => known.clear(),
  };
}

/** What of a file decides about its profiles: neither comments and layout, nor weights and limits. */
function decisivePart(text: string): string {
  const parsed = parsePipeline(text);
  if (!parsed.ok) return text;
  const { weights: _, slaSeconds: __, limits: ___, name: ____, ...file } = parsed.file;
  return JSON.stringify(file);
}

function look(document: vscode.TextDocument, memory: PipelineMemory): ReturnType<StageProfiles['of']> {
  try {
    return { stages: loadPipelineText(document.uri.fsPath, document.getText(), memory).stages };
  } catch (error) {
    if (error instanceof ExpectedError) return { problem: error.message };
    throw error;
  }
}
