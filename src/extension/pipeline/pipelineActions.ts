import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { recogniseIpaRunConfig } from '../../core/configFiles/ipaRunConfig';
import { nameRun } from '../../core/configFiles/pipelineEdit';
import { isOfSystem } from '../../machine/systemError';
import { peekRun } from '../../runs/index/peekRun';
import { workspaceOf } from '../../runs/store/folders';
import { listRunFolders } from '../../runs/store/runFolder';
import { workspaceEdit } from '../configs/codeActions';
import { commands, internalCommands } from '../window/contributions';
import { isMissing, type StageState, stagesOf } from './pipelineStages';
import { experimentOfStage } from './stageExperimentFile';

/** Older runs are not looked through: a stage was measured lately, or is measured again. */
const mostRuns = 200;

/** The light bulbs of a pipeline file: what its lenses offer, for the keyboard, and the run that has measured a stage. */
export function pipelineActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  const stages = stagesOf(document.uri.fsPath, document.getText());
  if (stages === null) return [];
  const ofStages = stages.flatMap((state, s) => {
    const end = stages[s + 1]?.line ?? document.lineCount;
    const isTouched = range.start.line < end && range.end.line >= state.line;
    return isTouched && isMissing(state) ? actionsOf(document, state, s) : [];
  });
  return [...ofStages, commandAction(vscode.l10n.t('Open pipeline view'), commands.openPipeline, [document.uri])];
}

function actionsOf(document: vscode.TextDocument, state: StageState, s: number): vscode.CodeAction[] {
  const { uri } = document;
  const { name } = state.stage;
  const title = vscode.l10n.t('Profile the stage {0}', name);
  const profile = commandAction(title, internalCommands.profileStage, [uri, name]);
  const run = lastRunOf(uri.fsPath, state);
  const edits = run && nameRun(document.getText(), s, run, state.goneRuns[0] ?? null);
  if (!edits) return [profile];
  const use = new vscode.CodeAction(
    vscode.l10n.t('Use the run {0} as the profile of {1}', run, name),
    vscode.CodeActionKind.QuickFix,
  );
  use.edit = workspaceEdit(document, edits);
  use.isPreferred = true;
  return [use, profile];
}

/** The experiment of a run, which stays what it is: a light bulb is asked for with each step of the cursor. */
const experiments = new Map<string, string>();

/** The id of the newest complete run of the stage's experiment. */
function lastRunOf(path: string, { stage, isLookedFor }: StageState): string | null {
  if (!isLookedFor) return null;
  const experiment = experimentOfStage(path, stage);
  for (const folder of runsBeside(path)) {
    const known = experiments.get(folder);
    if (known !== undefined && known !== experiment) continue;
    const { id, status, specFile } = peekRun(folder);
    if (specFile !== null) experiments.set(folder, specFile);
    if (specFile === experiment && status === 'complete') return id;
  }
  return null;
}

function runsBeside(path: string): string[] {
  try {
    return listRunFolders(workspaceOf(dirname(path))).slice(0, mostRuns);
  } catch (error) {
    if (isOfSystem(error)) return []; // No way to them.
    throw error;
  }
}

/** The light bulb of a run config of IPA, where its name stands. */
export function ipaActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
  const place = recogniseIpaRunConfig(document.fileName, document.getText());
  const isThere = place !== null && range.start.line <= place.line - 1 && range.end.line >= place.line - 1;
  if (!isThere) return [];
  return [commandAction(vscode.l10n.t('Import as pipeline'), internalCommands.importPipeline, [document.uri])];
}

function commandAction(title: string, command: string, args: unknown[]): vscode.CodeAction {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.command = { title, command, arguments: args };
  return made;
}
