import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '../../core/failure/expectedError';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import type { FileStage } from '../../core/pipeline/file/pipelineFile';
import { listed } from '../../core/statistics/wording';
import { workspaceOf } from '../../runs/store/folders';
import { findRunById } from '../../runs/store/runFolder';

/** A stage of a pipeline file, as far as a glance tells without reading what it names. */
export type StageState = {
  stage: FileStage;
  /** From 0. */
  line: number;
  /** Folders of the runs that it names. */
  runs: string[];
  /** Runs and tables that it names and that are not there, as the file names them. */
  goneRuns: string[];
  goneTables: string[];
};

/** Whether there is something to measure: no profile yet, or one that is gone. */
export const isMissing = ({ stage, goneRuns, goneTables }: StageState) =>
  stage.profiles.length === 0 || goneRuns.length + goneTables.length > 0;

/** Why there is. */
export function missingText({ stage, goneRuns, goneTables }: StageState): string {
  const gone = [...goneRuns.map((run) => vscode.l10n.t('run {0}', run)), ...goneTables];
  return gone.length === 0
    ? vscode.l10n.t('The stage {0} is not profiled yet.', stage.name)
    : vscode.l10n.t('The stage {0} names what is not there: {1}.', stage.name, listed(gone));
}

/**
 * The stages of a pipeline file, and which of the runs and tables they name are there; null where the text is no valid pipeline.
 * Quick enough for every change of the text.
 *
 * @param path of the file; all is looked for from its folder, as `greenbatch pipeline` does
 */
export function stagesOf(path: string, text: string): StageState[] | null {
  const parsed = parsePipeline(text);
  if (!parsed.ok) return null;
  const folder = dirname(path);
  return parsed.file.stages.map((stage, s) => {
    const found = stage.profiles.flatMap(({ run }) =>
      run === undefined ? [] : [{ run, folder: runFolder(folder, run) }],
    );
    const tables = stage.profiles.flatMap(({ table }) => table ?? []);
    return {
      ...{ stage, line: parsed.stageLines[s]! },
      runs: found.flatMap((one) => one.folder ?? []),
      goneRuns: found.flatMap((one) => (one.folder === null ? [one.run] : [])),
      goneTables: tables.filter((table) => !existsSync(resolve(folder, table))),
    };
  });
}

function runFolder(folder: string, run: string): string | null {
  const beside = resolve(folder, run);
  if (statSync(beside, { throwIfNoEntry: false })?.isDirectory()) return beside;
  try {
    return findRunById(run, workspaceOf(folder));
  } catch (error) {
    if (error instanceof ExpectedError) return null;
    throw error;
  }
}
