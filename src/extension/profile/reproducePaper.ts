import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { type MaterialPlaces, missingMaterials, usualMaterials } from '../../core/paper/materials';
import { type PaperChoice, paperExperiment, presetFile } from '../../core/paper/presets';
import type { PaperExperiment } from '../../core/paper/published';
import { experimentPath } from '../../core/spec/experimentPath';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { wholeSentence } from '../../core/words/sentence';
import { readText, writeText } from '../../machine/regularFile';
import { pick, showMessage, type WithIcon } from '../window/show';
import { workspaceFolder } from '../window/workspaceFolder';

/** The paper's experiments from the editor: the same files as `greenbatch paper` writes, of what a person chooses. */

type Choice<T> = vscode.QuickPickItem & WithIcon & { value: T };
type Way = Pick<PaperChoice, 'sound' | 'laptop'>;

/**
 * Asks which experiment, how, and with what, and writes its file into the workspace's folder.
 *
 * @returns the file; undefined when a question was dismissed, or something is missing (which was told)
 */
export async function paperExperimentFile(): Promise<vscode.Uri | undefined> {
  const folder = workspaceFolder().fsPath;
  const experiment = await askExperiment();
  const way = experiment && (await askWay());
  if (!experiment || !way) return undefined;
  const file = join(folder, presetFile({ experiment, ...way }));
  const here = (path: string) => experimentPath(relative(dirname(file), path) || '.');
  const usual: MaterialPlaces = {
    weights: join(folder, usualMaterials.weights),
    images: join(folder, usualMaterials.images),
    annotations: join(folder, usualMaterials.annotations),
  };
  const weights = way.laptop ? null : await askWeights(experiment, usual);
  if (weights === undefined) return undefined;
  const images = way.laptop ? null : await askImages(usual);
  if (images === undefined) return undefined;
  const places = { ...usual, ...(weights !== null && { weights }), ...images };
  const missing = missingMaterials(experiment, places, existsSync, {
    weights: weights !== null,
    images: images !== null,
  });
  if (missing.length > 0) {
    // Not awaited: the message may stand there for long.
    void showMessage('error', missing.map(({ message }) => wholeSentence(message)).join(' '));
    return undefined;
  }
  const choice: PaperChoice = {
    ...{ experiment, ...way, trials: null },
    weights: weights === null ? null : here(weights),
    images: images && { images: here(images.images), annotations: here(images.annotations) },
  };
  return (await write(file, paperExperiment(choice))) ? vscode.Uri.file(file) : undefined;
}

async function askExperiment(): Promise<PaperExperiment | undefined> {
  const choices: Choice<PaperExperiment>[] = [
    {
      label: vscode.l10n.t('Experiment 1: seven models'),
      description: vscode.l10n.t('YOLOv7-tiny to E6E at batch 10 and 32, 500 images'),
      value: 'exp1',
    },
    {
      label: vscode.l10n.t('Experiment 2: eleven batch sizes'),
      description: vscode.l10n.t('YOLOv7-E6E at batch 5 to 1000, 5,000 images'),
      value: 'exp2',
    },
  ];
  const placeHolder = vscode.l10n.t('Towards Sustainable AI with IPA (Willis, Bryson, Agho, 2024)');
  return (await pick(choices, { title: vscode.l10n.t('Reproduce the paper (1/4)'), placeHolder }))?.value;
}

async function askWay(): Promise<Way | undefined> {
  const choices: Choice<Way>[] = [
    {
      label: vscode.l10n.t('As published'),
      description: vscode.l10n.t('each configuration once, the whole process, packages by perf'),
      detail: vscode.l10n.t('half an hour for experiment 1 and six hours for experiment 2, at the paper’s speeds'),
      value: { sound: false, laptop: false },
    },
    {
      label: vscode.l10n.t('Sound'),
      description: vscode.l10n.t(
        'the same configurations, warmed up, repeated and shuffled, so that they can be compared',
      ),
      detail: vscode.l10n.t('about three hours for experiment 2, at the paper’s speeds'),
      value: { sound: true, laptop: false },
    },
    {
      label: vscode.l10n.t('As published, scaled down for a laptop'),
      description: vscode.l10n.t('minutes; architectures and drawn scenes, nothing to download'),
      value: { sound: false, laptop: true },
    },
    {
      label: vscode.l10n.t('Sound, scaled down for a laptop'),
      description: vscode.l10n.t('minutes; architectures and drawn scenes, nothing to download'),
      value: { sound: true, laptop: true },
    },
  ];
  return (await pick(choices, { title: vscode.l10n.t('Reproduce the paper (2/4): how') }))?.value;
}

/** @returns their folder; null: the architectures alone */
async function askWeights(experiment: PaperExperiment, usual: MaterialPlaces): Promise<string | null | undefined> {
  const [missing] = missingMaterials(experiment, usual, existsSync, { weights: true, images: false });
  const choices: Choice<'usual' | 'other' | 'none'>[] = [
    {
      icon: 'package',
      label: vscode.l10n.t('Released weights in {0}', usualMaterials.weights),
      ...(missing && { detail: wholeSentence(missing.message) }),
      value: 'usual',
    },
    { icon: 'folder', label: vscode.l10n.t('Released weights in another folder…'), value: 'other' },
    {
      icon: 'circuit-board',
      label: vscode.l10n.t('The architectures, with random weights'),
      description: vscode.l10n.t('inference takes the same; no accuracy'),
      value: 'none',
    },
  ];
  const chosen = (await pick(choices, { title: vscode.l10n.t('Reproduce the paper (3/4): weights') }))?.value;
  if (chosen === 'none') return null;
  if (chosen !== 'other') return chosen && usual.weights;
  return openOne(vscode.l10n.t('Folder with yolov7*.pt'), { canSelectFolders: true, canSelectFiles: false });
}

/** @returns null: drawn scenes */
async function askImages(usual: MaterialPlaces): Promise<Omit<MaterialPlaces, 'weights'> | null | undefined> {
  const missing = missingMaterials('exp1', usual, existsSync, { weights: false, images: true });
  const choices: Choice<'usual' | 'other' | 'none'>[] = [
    {
      icon: 'json',
      label: vscode.l10n.t('COCO in {0} and {1}', usualMaterials.images, usualMaterials.annotations),
      ...(missing.length > 0 && { detail: missing.map(({ message }) => wholeSentence(message)).join(' ') }),
      value: 'usual',
    },
    { icon: 'folder', label: vscode.l10n.t('COCO val2017 elsewhere…'), value: 'other' },
    {
      icon: 'symbol-color',
      label: vscode.l10n.t('Drawn by Greenbatch'),
      description: vscode.l10n.t('nothing to download; no accuracy'),
      value: 'none',
    },
  ];
  const chosen = (await pick(choices, { title: vscode.l10n.t('Reproduce the paper (4/4): images') }))?.value;
  if (chosen === 'none') return null;
  if (chosen !== 'other') return chosen && { images: usual.images, annotations: usual.annotations };
  const images = await openOne(vscode.l10n.t('Folder with the images of val2017'), {
    canSelectFolders: true,
    canSelectFiles: false,
  });
  const annotations =
    images && (await openOne(vscode.l10n.t('instances_val2017.json'), { filters: { JSON: ['json'] } }));
  return images && annotations ? { images, annotations } : undefined;
}

async function openOne(title: string, options: vscode.OpenDialogOptions): Promise<string | undefined> {
  const uris = await vscode.window.showOpenDialog({ title, ...options });
  return uris?.[0]?.fsPath;
}

/** A file that says something else stays, unless a person says otherwise. @returns whether there is one to be run */
async function write(file: string, text: string): Promise<boolean> {
  if (existsSync(file)) {
    if (readText(file, maxSpecBytes) === text) return true;
    const name = vscode.workspace.asRelativePath(file);
    const choices: Choice<'keep' | 'replace'>[] = [
      { icon: 'play', label: vscode.l10n.t('Run it as it stands'), value: 'keep' },
      {
        icon: 'new-file',
        label: vscode.l10n.t('Write it anew'),
        description: vscode.l10n.t('what it says now is lost'),
        value: 'replace',
      },
    ];
    const placeHolder = vscode.l10n.t('{0} is there already and says something else', name);
    const chosen = (await pick(choices, { title: vscode.l10n.t('Reproduce the paper'), placeHolder }))?.value;
    if (chosen !== 'replace') return chosen === 'keep';
  }
  writeText(file, text);
  return true;
}
