import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type * as vscode from 'vscode';
import type { ConfigFile, Suggestion } from '../../core/configFiles/configFile';
import { recogniseConfig, suggestEdit } from '../../core/configFiles/recognise';
import { type BatchHint, batchHint } from '../../core/configFiles/resultHint';
import { analyseFor, type FileAnalysis, findLastResult, type LastResult } from '../../runs/index/lastResult';
import { eventsFile } from '../../runs/store/folders';
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

export type MoreBlocks = { folder: string; blocks: number };

export type FileResults = {
  /** null where the file is none of ours. Asked again for the same text and the same runs it answers from memory. */
  of(document: vscode.TextDocument): Promise<FileResult | null>;
  /** More blocks of which run to offer, as far as that is known of the text as it is; nothing is read for it. */
  moreBlocks(document: vscode.TextDocument): MoreBlocks | null;
  /** The runs have changed: all is looked up anew. */
  forget(): void;
};

/** Analyses that are kept: more than files anybody has open beside each other. */
const mostKept = 50;

/** @param folders run folders, newest first */
export function createFileResults(folders: () => readonly string[]): FileResults {
  const index = createRunIndex();
  const asked = new Map<string, { version: number; result: Promise<FileResult | null>; more: MoreBlocks | null }>();
  const analyses = new Map<string, FileAnalysis>();

  const analysis = (config: ConfigFile, name: string, last: LastResult): FileAnalysis => {
    const key = JSON.stringify([
      last.folder,
      // Blocks may be added to it.
      statSync(eventsFile(last.folder), { throwIfNoEntry: false })?.size,
      last.model,
      config.kind,
      name,
      config.today,
      config.policy,
      config.kind === 'experiment' && config.text,
    ]);
    const known = analyses.get(key) ?? analyseFor(config, name, last);
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
    const found = last?.state === 'current' ? analysis(config, basename(path), last) : null;
    // A cfg has no batch size to change.
    const hint = found && config.kind !== 'yolov7-cfg' ? batchHint(found.analysis, config, found.sla) : null;
    return { config, last, found, hint, suggestion: hint && suggestEdit(config, hint.use, hint.policy) };
  };

  return {
    of(document) {
      const key = document.uri.toString();
      const known = asked.get(key);
      if (known?.version === document.version) return known.result;
      const result = look(document.uri.fsPath, document.getText());
      const entry = { version: document.version, result, more: null as MoreBlocks | null };
      asked.set(key, entry);
      if (asked.size > mostKept) asked.delete(asked.keys().next().value!);
      // What failed is tried again the next time.
      result.then(
        (found) => {
          entry.more = moreOf(found);
        },
        () => asked.delete(key),
      );
      return result;
    },
    moreBlocks(document) {
      const known = asked.get(document.uri.toString());
      return known?.version === document.version ? known.more : null;
    },
    forget: () => asked.clear(),
  };
}

function moreOf(result: FileResult | null): MoreBlocks | null {
  const blocks = result?.found?.moreBlocks ?? null;
  return blocks === null ? null : { folder: result!.last!.folder, blocks };
}
