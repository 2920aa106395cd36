import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '../../core/failure/expectedError';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import type { FileStage } from '../../core/pipeline/file/pipelineFile';
import { listed } from '../../core/statistics/wording';
import { isOfSystem } from '../../machine/systemError';
import { workspaceOf } from '../../runs/store/folders';
import { findRunById, listRunFolders } from '../../runs/store/runFolder';

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
  /** In a workspace that is not trusted nothing that a file names is looked for: to ask may be to reach over a network. */
  isLookedFor: boolean;
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
  const isLookedFor = vscode.workspace.isTrusted;
  const folderOfRun = runFinder(folder);
  return parsed.file.stages.map((stage, s) => {
    const place = { stage, line: parsed.stageLines[s]! };
    if (!isLookedFor) return { ...place, runs: [], goneRuns: [], goneTables: [], isLookedFor };
    const found = stage.profiles.flatMap(({ run }) => (run === undefined ? [] : [{ run, folder: folderOfRun(run) }]));
    const tables = stage.profiles.flatMap(({ table }) => table ?? []);
    return {
      ...place,
      isLookedFor,
      runs: found.flatMap((one) => one.folder ?? []),
      goneRuns: found.flatMap((one) => (one.folder === null ? [one.run] : [])),
      goneTables: tables.filter((table) => !existsSync(resolve(folder, table))),
    };
  });
}

/** Lists the runs once, whatever number of them is named. What there is no way to is not there. */
function runFinder(folder: string): (run: string) => string | null {
  let listed: { workspace: string; folders: string[] } | undefined;
  return (run) => {
    try {
      const beside = resolve(folder, run);
      if (statSync(beside, { throwIfNoEntry: false })?.isDirectory()) return beside;
      if (!listed) {
        const workspace = workspaceOf(folder);
        listed = { workspace, folders: listRunFolders(workspace) };
      }
      return findRunById(run, listed.workspace, listed.folders);
    } catch (error) {
      if (error instanceof ExpectedError || isOfSystem(error)) return null;
      throw error;
    }
  };
}
