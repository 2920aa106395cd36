import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { isExperimentName } from '../core/configFiles/experiment';
import { recogniseConfig } from '../core/configFiles/recognise';
import { builtinModels } from '../core/spec/builtinModels';
import { writeSpec } from '../core/spec/specWrite';
import { runsFolder, workspaceOf } from '../runs/folders';
import { servedModelFile } from '../runs/sourceFiles';
import { setting } from './config';
import { failureOfCommand } from './failure';
import { type Answers, experimentOf, modelName, readAnswers, relativeModel } from './newExperiment';
import { tellFailure } from './notify';
import { programOf, runProgram } from './program';
import { askBatchSizes, askCurrent, askEffort, askImages, askKeep, askSameAgain, askSla } from './questions';
import type { Session } from './session';

/** What is profiled: an experiment file, a file of a model, or a model that is built in. */
export type Target = { experiment: vscode.Uri } | { model: vscode.Uri } | { builtin: string };

/**
 * `Profile Energy`: from whatever it was called on to a run that goes on by itself.
 *
 * @param given answers that need not be asked; for other extensions and tests
 * @returns the run's folder; undefined when it was dismissed or could not be started (which was told)
 */
export async function profile(session: Session, where: unknown, given?: unknown): Promise<string | undefined> {
  // Before any question: nobody should answer four of them to be refused.
  programOf(session.context.extensionUri);
  const serving = await servingConfigOf(where);
  const target = serving ? (serving.target ?? (await askTarget())) : ((await targetOf(where)) ?? (await askTarget()));
  if (!target) return undefined;
  const file = 'experiment' in target ? target.experiment : await writeExperiment(session, target, readAnswers(given));
  return file && startRun(session, file, serving?.uri);
}

/**
 * Starts the run of an experiment; the run outlives this window.
 *
 * @param servingConfig the serving config that it is done for: its lenses then show the result
 */
export async function startRun(
  session: Session,
  experiment: vscode.Uri,
  servingConfig?: vscode.Uri,
): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((d) => d.uri.toString() === experiment.toString());
  if (open?.isDirty) await open.save();
  const madeFor = servingConfig ? ['--for', servingConfig.fsPath] : [];
  return begin(session, ['run', experiment.fsPath, ...madeFor, '--detach'], dirname(experiment.fsPath));
}

/** Goes on with a run that was stopped. */
export function resumeRun(session: Session, folder: string): Promise<string | undefined> {
  return begin(session, ['run', '--resume', folder, '--detach'], folder);
}

async function begin(session: Session, args: string[], cwd: string): Promise<string | undefined> {
  const program = programOf(session.context.extensionUri);
  const { code, stdout, stderr } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Greenbatch: starting the measurement') },
    () => runProgram(program, args, { cwd }),
  );
  const folder = stdout.trim().split('\n').at(-1);
  if (code !== 0 || !folder) {
    // Not awaited: the message may stand there for long.
    void tellFailure(failureOfCommand(code, stderr));
    return undefined;
  }
  session.runs.started(folder);
  if (setting('panel.openOnRun')) session.panels.show(folder);
  return folder;
}

/** A serving config (Triton, MLServer) that it was called on, and the model file it names, if that is here. */
async function servingConfigOf(where: unknown): Promise<{ uri: vscode.Uri; target: Target | null } | undefined> {
  const uri = where instanceof vscode.Uri ? where : where === undefined ? activeFile() : undefined;
  if (uri?.scheme !== 'file' || !/\.(pbtxt|json)$/i.test(uri.fsPath)) return undefined;
  const config = recogniseConfig(uri.fsPath, (await vscode.workspace.openTextDocument(uri)).getText());
  if (!config) return undefined;
  const model = servedModelFile(config, uri.fsPath);
  return { uri, target: model === null ? null : { model: vscode.Uri.file(model) } };
}

async function targetOf(where: unknown): Promise<Target | undefined> {
  if (typeof where === 'string' && builtinModels.includes(where)) return { builtin: where };
  const given = where instanceof vscode.Uri ? where : typeof where === 'string' ? vscode.Uri.file(where) : undefined;
  const uri = given ?? activeFile();
  if (uri?.scheme !== 'file') return undefined;
  if (isExperimentName(uri.fsPath)) return { experiment: uri };
  if (/\.(onnx|pt)$/i.test(uri.fsPath)) return { model: uri };
  if (/\.ya?ml$/i.test(uri.fsPath)) {
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    if (recogniseConfig(uri.fsPath, text)?.kind === 'yolov7-cfg') return { model: uri };
  }
  if (given) {
    const name = basename(given.fsPath);
    throw new Error(
      vscode.l10n.t('{0} is neither an experiment (*.energy.yaml) nor a model (.onnx, .pt, YOLOv7 cfg).', name),
    );
  }
  return undefined;
}

function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  return vscode.window.activeTextEditor?.document.uri;
}

async function askTarget(): Promise<Target | undefined> {
  const found = await vscode.workspace.findFiles('**/*.{energy.yaml,energy.yml,onnx,pt}', '**/node_modules/**', 100);
  const files = found.map((uri) => {
    const isExperiment = isExperimentName(uri.fsPath);
    const target: Target = isExperiment ? { experiment: uri } : { model: uri };
    const label = `${isExperiment ? '$(beaker)' : '$(package)'} ${vscode.workspace.asRelativePath(uri)}`;
    return { label, target };
  });
  const builtin = builtinModels.map((name) => ({
    label: `$(circuit-board) ${name}`,
    description: vscode.l10n.t('built in, with random weights'),
    target: { builtin: name } as Target,
  }));
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, target: undefined });
  const chosen = await vscode.window.showQuickPick(
    [
      ...(files.length > 0 ? [separator(vscode.l10n.t('in this workspace')), ...files] : []),
      separator(vscode.l10n.t('architectures')),
      ...builtin,
    ],
    { title: vscode.l10n.t('Profile Energy'), placeHolder: vscode.l10n.t('What is to be measured?') },
  );
  return chosen?.target;
}

/** Asks what is missing and writes the experiment; undefined when a question was dismissed. */
async function writeExperiment(
  { context }: Session,
  target: Exclude<Target, { experiment: vscode.Uri }>,
  given: Partial<Answers>,
): Promise<vscode.Uri | undefined> {
  const parent = 'model' in target ? vscode.Uri.joinPath(target.model, '..') : workspaceFolder();
  const name = modelName('model' in target ? target.model.fsPath : target.builtin);
  const kept = vscode.Uri.joinPath(parent, `${name}.energy.yaml`);
  const memoryKey = `answers:${'model' in target ? target.model.fsPath : target.builtin}`;
  const before = readAnswers(context.workspaceState.get(memoryKey));
  const isComplete = (a: Partial<Answers>): a is Answers => 'batchSizes' in a && 'images' in a && a.sla !== undefined;

  let answers: Answers;
  let keep: boolean | undefined = false;
  if (isComplete(given)) {
    answers = given;
  } else {
    const again = isComplete(before) ? await askSameAgain({ ...before, ...given }) : 'change';
    if (again === undefined) return undefined;
    if (again === 'same' && isComplete(before)) {
      answers = { ...before, ...given };
    } else {
      const batchSizes = given.batchSizes ?? (await askBatchSizes(parent, before.batchSizes));
      const current =
        batchSizes && (given.current !== undefined ? given.current : await askCurrent(batchSizes, before.current));
      const images = current === undefined ? undefined : (given.images ?? (await askImages(kept)));
      const sla = !images ? undefined : given.sla !== undefined ? given.sla : await askSla(before.sla);
      const effort = sla === undefined ? undefined : (given.effort ?? (await askEffort()));
      if (!batchSizes || current === undefined || !images || sla === undefined || effort === undefined)
        return undefined;
      answers = { batchSizes, current, images, sla, effort };
      keep = existsSync(kept.fsPath) ? false : await askKeep(basename(kept.fsPath));
      if (keep === undefined) return undefined;
    }
  }
  await context.workspaceState.update(memoryKey, answers);
  // One that is not kept lies with the runs, and its paths start at the same depth as everybody's.
  const scratch = join(dirname(runsFolder(workspaceOf(parent.fsPath))), 'experiments', `${name}.energy.yaml`);
  const file = keep ? kept : vscode.Uri.file(scratch);
  const model = 'model' in target ? relativeModel(relative(dirname(file.fsPath), target.model.fsPath)) : target.builtin;
  const moved = keep ? answers : { ...answers, images: movedImages(answers.images, kept.fsPath, scratch) };
  mkdirSync(dirname(file.fsPath), { recursive: true });
  writeFileSync(file.fsPath, writeSpec(experimentOf(model, moved)));
  if (keep) await vscode.window.showTextDocument(file, { preview: false });
  return file;
}

/** Paths of images that were relative to one experiment, relative to another one. */
function movedImages(images: Answers['images'], from: string, to: string): Answers['images'] {
  const move = (path: string) => relativeModel(relative(dirname(to), join(dirname(from), path)));
  if (images?.folder !== undefined) return { ...images, folder: move(images.folder) };
  if (!images?.coco) return images;
  const { images: folder, annotations } = images.coco;
  return { ...images, coco: { images: move(folder), annotations: move(annotations) } };
}

/** @throws Error without an open folder */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === 'file');
  if (!folder) throw new Error(vscode.l10n.t('Open a folder first: runs are kept in it.'));
  return folder.uri;
}
