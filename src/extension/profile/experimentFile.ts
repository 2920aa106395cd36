import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { FixedSizes } from '../../core/spec/modelSizes';
import { writeText } from '../../machine/regularFile';
import { writeSpec } from '../../core/spec/specWrite';
import { runsFolder, workspaceOf } from '../../runs/store/folders';
import { modelSizes } from './modelSizes';
import { type Answers, experimentOf, modelName, readAnswers, relativeModel } from './newExperiment';
import {
  askBatchSizes,
  askCurrent,
  askEffort,
  askFixedBatch,
  askImages,
  askKeep,
  askSameAgain,
  askSla,
} from './questions';
import type { Session } from '../session/session';
import { workspaceFolder } from '../window/workspaceFolder';

/** What an experiment is asked for: a model's file, or the name of one that is built in. */
export type Model = { model: vscode.Uri } | { builtin: string };

/** Where the experiment of a model lies: beside it for a person to keep, or with the runs. */
type Places = { kept: string; scratch: string };

const free: FixedSizes = { batch: null, height: null, width: null };

/**
 * The experiment that a model is measured by: the file of the last time as it stands now, or a new one of what is
 * asked.
 *
 * @param given answers that need not be asked
 * @returns undefined when a question was dismissed, or the model cannot be profiled (which was told)
 */
export async function experimentFile(
  session: Session,
  model: Model,
  given: Partial<Answers>,
): Promise<vscode.Uri | undefined> {
  const fixed = 'model' in model && /\.onnx$/i.test(model.model.fsPath) ? await modelSizes(session, model.model) : free;
  if (!fixed) return undefined;
  const { workspaceState } = session.context;
  const path = 'model' in model ? model.model.fsPath : model.builtin;
  const memoryKey = `answers:${path}`;
  const places = placesOf(model);
  const write = async (answers: Answers, keep: boolean) => {
    await workspaceState.update(memoryKey, { ...answers, kept: keep });
    const file = keep ? places.kept : places.scratch;
    // Paths in a file that is not kept start at the same depth as everybody's.
    const images = keep ? answers.images : movedImages(answers.images, places.kept, file);
    const named = 'model' in model ? relativeModel(relative(dirname(file), path)) : path;
    mkdirSync(dirname(file), { recursive: true });
    writeText(file, writeSpec(experimentOf(named, { ...answers, images }, fixed)));
    const uri = vscode.Uri.file(file);
    if (keep) await vscode.window.showTextDocument(uri, { preview: false });
    return uri;
  };
  if (isComplete(given)) return write(given, false);

  const memory = workspaceState.get<{ kept?: unknown }>(memoryKey);
  const before = { ...readAnswers(memory), ...(fixed.batch !== null && { batchSizes: [fixed.batch] }) };
  if (isComplete(before)) {
    const keep = memory?.kept === true;
    const last = keep ? places.kept : places.scratch;
    const isThere = existsSync(last);
    const again = await askSameAgain(before, { name: vscode.workspace.asRelativePath(last), isThere });
    if (again === undefined) return undefined;
    if (again === 'same') {
      // As it stands: a person may have mended it since. Answers that were given are in no file yet.
      if (isThere && Object.keys(given).length === 0) return vscode.Uri.file(last);
      return write({ ...before, ...given }, keep && !isThere);
    }
  }
  const answers = await ask(before, given, fixed, modelName(path), vscode.Uri.file(places.kept));
  if (!answers) return undefined;
  const keep = existsSync(places.kept) ? false : await askKeep(basename(places.kept));
  return keep === undefined ? undefined : write(answers, keep);
}

const isComplete = (a: Partial<Answers>): a is Answers => 'batchSizes' in a && 'images' in a && a.sla !== undefined;

function placesOf(model: Model): Places {
  const parent = ('model' in model ? vscode.Uri.joinPath(model.model, '..') : workspaceFolder()).fsPath;
  const name = `${modelName('model' in model ? model.model.fsPath : model.builtin)}.energy.yaml`;
  return {
    kept: join(parent, name),
    scratch: join(dirname(runsFolder(workspaceOf(parent))), 'experiments', name),
  };
}

/** Asks what is not given; undefined when a question was dismissed. */
async function ask(
  before: Partial<Answers>,
  given: Partial<Answers>,
  { batch }: FixedSizes,
  model: string,
  kept: vscode.Uri,
): Promise<Answers | undefined> {
  const askBatch = () =>
    batch === null ? askBatchSizes(vscode.Uri.joinPath(kept, '..'), before.batchSizes) : askFixedBatch(model, batch);
  const batchSizes = given.batchSizes ?? (await askBatch());
  if (!batchSizes) return undefined;
  const current = given.current !== undefined ? given.current : await askCurrent(batchSizes, before.current);
  if (current === undefined) return undefined;
  const images = given.images ?? (await askImages(kept));
  if (!images) return undefined;
  const sla = given.sla !== undefined ? given.sla : await askSla(before.sla);
  if (sla === undefined) return undefined;
  const effort = given.effort ?? (await askEffort());
  return effort && { batchSizes, current, images, sla, effort };
}

/** Paths of images that were relative to one experiment, relative to another one. */
function movedImages(images: Answers['images'], from: string, to: string): Answers['images'] {
  const move = (path: string) => relativeModel(relative(dirname(to), join(dirname(from), path)));
  if (images?.folder !== undefined) return { ...images, folder: move(images.folder) };
  if (!images?.coco) return images;
  const { images: folder, annotations } = images.coco;
  return { ...images, coco: { images: move(folder), annotations: move(annotations) } };
}
