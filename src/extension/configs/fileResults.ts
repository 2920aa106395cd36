import type * as vscode from 'vscode';
import type { ConfigFile, Suggestion } from '../../core/configFiles/configFile';
import { recogniseConfig, suggestEdit } from '../../core/configFiles/recognise';
import { type BatchHint, batchHint } from '../../core/configFiles/resultHint';
import { analyseFor, type FileAnalysis, findLastResult, type LastResult } from '../../runs/index/lastResult';
import { createRunIndex } from '../../runs/index/runIndex';

/** What is known about a file in an editor: what it is, its last result, and what to change. */
type FileResult = {
  config: ConfigFile;
  last: LastResult | null;
  /** null without a result, and where it is stale. */
  found: FileAnalysis | null;
  hint: BatchHint | null;
  /** How the hint would be written; null without one. */
  suggestion: Suggestion | null;
};

export type FileResults = {
  /** null where the file is none of ours. Asked again for the same text and the same runs it answers from memory. */
  of(document: vscode.TextDocument): Promise<FileResult | null>;
  /** The runs have changed: all is looked up anew. */
  forget(): void;
};

/** Analyses that are kept: more than files anybody has open beside each other. */
const mostKept = 50;

/** @param folders run folders, newest first */
export function createFileResults(folders: () => readonly string[]): FileResults {
  const index = createRunIndex();
  const asked = new Map<string, { version: number; result: Promise<FileResult | null> }>();
  const analyses = new Map<string, FileAnalysis>();

  const analysis = (config: ConfigFile, last: LastResult): FileAnalysis => {
    const key = JSON.stringify([
      last.folder,
      last.model,
      config.kind,
      config.today,
      config.kind === 'experiment' && config.text,
    ]);
    const known = analyses.get(key) ?? analyseFor(config, last);
    analyses.delete(key);
    analyses.set(key, known);
    if (analyses.size > mostKept) analyses.delete(analyses.keys().next().value!);
    return known;
  };

  const look = async (path: string, text: string): Promise<FileResult | null> => {
    const config = recogniseConfig(path, text);
    if (!config) return null;
    // Until a workload on a GPU can be measured, no figure is its own.
    if (config.onGpu !== undefined) return { config, last: null, found: null, hint: null, suggestion: null };
    const last = await findLastResult(config, path, index, folders());
    const found = last?.state === 'current' ? analysis(config, last) : null;
    // A cfg has no batch size to change.
    const hint = found && config.kind !== 'yolov7-cfg' ? batchHint(found.analysis) : null;
    return { config, last, found, hint, suggestion: hint && suggestEdit(config, hint.use) };
  };

  return {
    of(document) {
      const key = document.uri.toString();
      const known = asked.get(key);
      if (known?.version === document.version) return known.result;
      const result = look(document.uri.fsPath, document.getText());
      asked.set(key, { version: document.version, result });
      if (asked.size > mostKept) asked.delete(asked.keys().next().value!);
      // What failed is tried again the next time.
      result.catch(() => asked.delete(key));
      return result;
    },
    forget: () => asked.clear(),
  };
}
