import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { Current } from '../../core/configuration/inUse';
import { experimentPath } from '../../core/spec/experimentPath';
import type { FixedSizes } from '../../core/spec/modelSizes';
import { writeText } from '../../machine/regularFile';
import { physicalCores } from '../../machine/topology';
import { writeSpec } from '../../core/spec/specWrite';
import { runsFolder, workspaceOf } from '../../runs/store/folders';
import { modelSizes } from './modelSizes';
import {
  type Answers,
  answersOf,
  type Effort,
  experimentOf,
  type Machine,
  modelName,
  readAnswers,
  remarksOf,
} from './newExperiment';
import {
  askBatchSizes,
  askCurrent,
  askEffort,
  askFixedBatch,
  askImages,
  askKeep,
  askSameAgain,
  askSla,
  askSplit,
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
 * @param serving the serving config that it is done for: what that says of today is not asked either
 * @returns undefined when a question was dismissed, or the model cannot be profiled (which was told)
 */
export async function experimentFile(
  session: Session,
  model: Model,
  given: Partial<Answers>,
  serving: { name: string; today: Partial<Current> } | undefined = undefined,
): Promise<vscode.Uri | undefined> {
  const today = serving?.today ?? {};
  const fixed = 'model' in model && /\.onnx$/i.test(model.model.fsPath) ? await modelSizes(session, model.model) : free;
  if (!fixed) return undefined;
  const { workspaceState } = session.context;
  // The extension runs where the measurement does.
  const machine: Machine = { cores: physicalCores(), cpus: availableParallelism() };
  const path = 'model' in model ? model.model.fsPath : model.builtin;
  const memoryKey = `answers:${path}`;
  const places = placesOf(model);
  const write = async (answers: Answers, keep: boolean) => {
    await workspaceState.update(memoryKey, { ...answers, kept: keep });
    const file = keep ? places.kept : places.scratch;
    // Paths in a file that is not kept start at the same depth as everybody's.
    const images = keep ? answers.images : movedImages(answers.images, places.kept, file);
    const named = 'model' in model ? experimentPath(relative(dirname(file), path)) : path;
    mkdirSync(dirname(file), { recursive: true });
    const experiment = experimentOf(named, { ...answers, images }, fixed, machine);
    writeText(file, writeSpec(experiment, remarksOf(experiment, answers, machine, serving?.name)));
    const uri = vscode.Uri.file(file);
    if (keep) await vscode.window.showTextDocument(uri, { preview: false });
    return uri;
  };
  if (isComplete(given)) return write(given, false);

  const memory = workspaceState.get<{ kept?: unknown }>(memoryKey);
  const before = withToday({ ...readAnswers(memory), ...answersOf(today) }, today);
  if (fixed.batch !== null) before.batchSizes = [fixed.batch];
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
  const wizard: Wizard = { before, given, today, fixed, machine, model: path, kept: vscode.Uri.file(places.kept) };
  const answers = await ask(wizard);
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

type Wizard = {
  before: Partial<Answers>;
  given: Partial<Answers>;
  today: Partial<Current>;
  fixed: FixedSizes;
  machine: Machine;
  model: string;
  kept: vscode.Uri;
};

/** What runs today is among what is measured. */
function withToday(answers: Partial<Answers>, { batchSize }: Partial<Current>): Partial<Answers> {
  const { batchSizes } = answers;
  if (!batchSizes || batchSize === undefined) return answers;
  return readAnswers({ ...answers, batchSizes: [...batchSizes, batchSize] });
}

/** Asks what is not given and no serving config says; undefined when a question was dismissed. */
async function ask({ before, given, today, fixed, machine, model, kept }: Wizard): Promise<Answers | undefined> {
  const said = answersOf(today);
  const askBatch = () =>
    fixed.batch === null
      ? askBatchSizes(vscode.Uri.joinPath(kept, '..'), before.batchSizes, said.current)
      : askFixedBatch(modelName(model), fixed.batch);
  const batchSizes = given.batchSizes ?? (await askBatch());
  if (!batchSizes) return undefined;
  const isSaid = typeof said.current === 'number' && batchSizes.includes(said.current);
  const askToday = () => (isSaid ? said.current : askCurrent(batchSizes, before.current));
  const current = given.current !== undefined ? given.current : await askToday();
  if (current === undefined) return undefined;
  // Without a batch size there is nothing to state a saving against.
  const known = given.split !== undefined ? given.split : current === null ? null : said.split;
  const split = known !== undefined ? known : await askSplit(machine, today.instances, before.split);
  if (split === undefined) return undefined;
  const images = given.images ?? (await askImages(kept));
  if (!images) return undefined;
  const sla = given.sla !== undefined ? given.sla : await askSla(before.sla);
  if (sla === undefined) return undefined;
  const answers = { batchSizes, current, split, images, sla };
  const of = (effort: Effort) => experimentOf(modelName(model), { ...answers, effort }, fixed, machine);
  const effort = given.effort ?? (await askEffort(of, machine));
  return effort && { ...answers, effort };
}

/** Paths of images that were relative to one experiment, relative to another one. */
function movedImages(images: Answers['images'], from: string, to: string): Answers['images'] {
  const move = (path: string) => experimentPath(relative(dirname(to), join(dirname(from), path)));
  if (images?.folder !== undefined) return { ...images, folder: move(images.folder) };
  if (!images?.coco) return images;
  const { images: folder, annotations } = images.coco;
  return { ...images, coco: { images: move(folder), annotations: move(annotations) } };
}
