import { dirname, relative } from 'node:path';
import * as vscode from 'vscode';
import { splitCell, splitWords } from '../../core/configuration/split';
import { freeBatchExport } from '../../core/spec/modelSizes';
import { experimentPath } from '../../core/spec/experimentPath';
import type { SpecInput } from '../../core/spec/spec';
import { listed } from '../../core/statistics/wording';
import { describeSeconds } from '../../core/words/units';
import { setting } from '../window/config';
import {
  type Answers,
  type Effort,
  hasRoom,
  lengthOf,
  type Machine,
  parseBatchSizes,
  parseSplit,
  type TodaysSplit,
} from './newExperiment';
import { ask, pick, type WithIcon } from '../window/show';

/** The questions of `Profile Energy` about a model. Each returns undefined when it was dismissed: then nothing happens. */

type Choice<T> = vscode.QuickPickItem & WithIcon & { value: T };

/** @param inUse one that a serving config says is in use */
export async function askBatchSizes(
  scope: vscode.Uri | undefined,
  before: number[] | undefined,
  inUse?: number | null,
) {
  const usual = before ?? setting('newExperiment.batchSizes', scope);
  const offered = [...new Set([...usual, ...(typeof inUse === 'number' ? [inUse] : [])])].sort((a, b) => a - b);
  const text = await ask({
    title: vscode.l10n.t('Profile Energy (1/7): batch sizes'),
    prompt: vscode.l10n.t('Images per inference call to compare, with commas between'),
    value: offered.join(', '),
    validateInput: (value) =>
      parseBatchSizes(value) ? undefined : vscode.l10n.t('Whole numbers from 1 to 65,536, for example 1, 2, 4, 8'),
  });
  return text === undefined ? undefined : (parseBatchSizes(text) ?? undefined);
}

/** Of a model that takes one batch size only: says so, and how to have others. */
export async function askFixedBatch(model: string, batch: number): Promise<number[] | undefined> {
  const choice: Choice<number[]> = {
    label: vscode.l10n.t('Batch {0}', batch),
    description: vscode.l10n.t('the only batch size that {0} takes', model),
    detail: vscode.l10n.t('To compare others, {0}', freeBatchExport),
    value: [batch],
  };
  const title = vscode.l10n.t('Profile Energy (1/7): batch sizes');
  return (await pick([choice], { title }))?.value;
}

/** @returns null: none of them yet */
export async function askCurrent(batchSizes: readonly number[], before: number | null | undefined) {
  const known = typeof before === 'number' && batchSizes.includes(before) ? before : null;
  const choices: Choice<number | null>[] = [
    { label: vscode.l10n.t('None yet'), description: vscode.l10n.t('only find the greenest'), value: null },
    ...batchSizes.map((value) => ({ label: vscode.l10n.t('Batch {0}', value), value })),
  ];
  // What was said the last time stands first.
  choices.sort((a, b) => Number(b.value === known) - Number(a.value === known));
  const title = vscode.l10n.t('Profile Energy (2/7): in use today');
  const placeHolder = vscode.l10n.t('Which of them do you run today? The saving is stated against it');
  return (await pick(choices, { title, placeHolder }))?.value;
}

/**
 * How the cores are split today.
 *
 * @param said what a serving config says of it: the number of processes, but not their threads
 * @param before what was said the last time: it stands first
 * @returns null: not known
 */
export async function askSplit(
  machine: Machine,
  said: number | undefined,
  before: TodaysSplit | null | undefined,
): Promise<TodaysSplit | null | undefined> {
  const { cores } = machine;
  const usual =
    said === undefined
      ? [
          { instances: 1, threads: cores },
          { instances: cores, threads: 1 },
        ]
      : [
          { instances: said, threads: Math.max(1, Math.floor(cores / said)) },
          { instances: said, threads: cores },
        ];
  const known = before && (said === undefined || before.instances === said) ? [before] : [];
  const splits = [...known, ...usual].filter(
    (a, i, all) => all.findIndex((b) => b.instances === a.instances && b.threads === a.threads) === i,
  );
  const choices: Choice<TodaysSplit | null | 'other'>[] = [
    ...splits.map((value) => ({ label: sentence(splitWords(value)), ...describedSplit(value, machine), value })),
    {
      label: vscode.l10n.t('Another split…'),
      description: vscode.l10n.t('processes × threads of each'),
      value: 'other' as const,
    },
    {
      label: vscode.l10n.t('I do not know'),
      description: vscode.l10n.t('measured as one process with every core'),
      value: null,
    },
  ];
  const title = vscode.l10n.t('Profile Energy (3/7): processes today');
  const placeHolder = vscode.l10n.t('One process or several? Workers of a server, instances of a model, replicas');
  const chosen = await pick(choices, { title, placeHolder });
  if (chosen?.value !== 'other') return chosen?.value;
  const text = await ask({
    title,
    prompt: vscode.l10n.t('Processes that run the model at once, and threads of each, for example 4 x 2'),
    value: splitCell(splits[0]!),
    validateInput: (typed) => (parseSplit(typed) ? undefined : vscode.l10n.t('Two whole numbers, for example 4 x 2')),
  });
  return text === undefined ? undefined : (parseSplit(text) ?? undefined);
}

function describedSplit(split: TodaysSplit, machine: Machine): { description?: string } {
  const { instances, threads } = split;
  const { cores } = machine;
  if (!hasRoom(split, machine))
    return { description: vscode.l10n.t('more threads than CPUs here: not measured, and no saving stated') };
  if (instances === 1 && threads === cores) return { description: vscode.l10n.t('what most servers do by themselves') };
  if (instances > 1 && threads === cores)
    return { description: vscode.l10n.t('every process with every core, as ONNX Runtime does by itself') };
  return {};
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param experiment where the experiment will lie: paths are relative to it */
export async function askImages(experiment: vscode.Uri): Promise<Answers['images']> {
  const count = setting('newExperiment.generatedImages', experiment);
  const choices: Choice<'generated' | 'folder' | 'coco'>[] = [
    {
      icon: 'symbol-color',
      label: vscode.l10n.t('Drawn by Greenbatch'),
      description: vscode.l10n.t('{0} scenes, nothing to download', count),
      value: 'generated',
    },
    { icon: 'folder', label: vscode.l10n.t('A folder of images…'), value: 'folder' },
    {
      icon: 'json',
      label: vscode.l10n.t('A COCO data set…'),
      description: vscode.l10n.t('also tells what a trained model gets right'),
      value: 'coco',
    },
  ];
  const title = vscode.l10n.t('Profile Energy (4/7): images');
  const chosen = await pick(choices, {
    title,
    placeHolder: vscode.l10n.t('Energy does not depend on what a picture shows, only on its size'),
  });
  if (!chosen) return undefined;
  if (chosen.value === 'generated') return { generated: { count } };
  const from = (uri: vscode.Uri) => experimentPath(relative(dirname(experiment.fsPath), uri.fsPath) || '.');
  const folder = await openOne(vscode.l10n.t('Folder with the images'), { canSelectFolders: true });
  if (!folder) return undefined;
  if (chosen.value === 'folder') return { folder: from(folder) };
  const annotations = await openOne(vscode.l10n.t('COCO instances JSON'), { filters: { JSON: ['json'] } });
  return annotations && { coco: { images: from(folder), annotations: from(annotations) } };
}

async function openOne(title: string, options: vscode.OpenDialogOptions) {
  const isFolder = options.canSelectFolders === true;
  const uris = await vscode.window.showOpenDialog({ title, canSelectFiles: !isFolder, ...options });
  return uris?.[0];
}

export async function askSla(before: Answers['sla'] | undefined): Promise<Answers['sla'] | undefined> {
  const choices: Choice<boolean>[] = [
    { icon: 'dash', label: vscode.l10n.t('No limit'), description: vscode.l10n.t('only energy counts'), value: false },
    { icon: 'watch', label: vscode.l10n.t('Answer requests within…'), value: true },
  ];
  const title = vscode.l10n.t('Profile Energy (5/7): latency limit');
  const chosen = await pick(choices, { title });
  if (!chosen) return undefined;
  if (!chosen.value) return null;
  const requestLatencyMs = await askNumber(
    vscode.l10n.t('Milliseconds within which 95 % of the requests must be answered'),
    before?.requestLatencyMs ?? 2000,
  );
  if (requestLatencyMs === undefined) return undefined;
  const arrivalRate = await askNumber(
    vscode.l10n.t('Requests (images) that arrive in a second'),
    before?.arrivalRate ?? 4,
  );
  return arrivalRate === undefined ? undefined : { requestLatencyMs, arrivalRate };
}

async function askNumber(prompt: string, value: number): Promise<number | undefined> {
  const text = await ask({
    title: vscode.l10n.t('Profile Energy (5/7): latency limit'),
    prompt,
    value: String(value),
    validateInput: (typed) => (Number(typed) > 0 ? undefined : vscode.l10n.t('A number above 0')),
  });
  return text === undefined ? undefined : Number(text);
}

/**
 * How long it may take: a first look need not wait for a figure to rely on.
 *
 * @param experiment what would be measured with each effort
 */
export async function askEffort(
  experiment: (effort: Effort) => SpecInput,
  machine: Machine,
): Promise<Effort | undefined> {
  const length = (effort: Effort) => {
    const { configurations, seconds } = lengthOf(experiment(effort), machine);
    return vscode.l10n.t('at least {0} for {1} configurations', describeSeconds(seconds), configurations);
  };
  const choices: Choice<Effort>[] = [
    {
      icon: 'rocket',
      label: vscode.l10n.t('Quick look'),
      description: length('quick'),
      detail: vscode.l10n.t('windows of 1.5 s, 5 to 8 repeats: tells large differences apart'),
      value: 'quick',
    },
    {
      icon: 'target',
      label: vscode.l10n.t('Thorough'),
      description: length('thorough'),
      detail: vscode.l10n.t('windows of 5 s, 5 to 12 repeats'),
      value: 'thorough',
    },
  ];
  if (machine.cores > 1) {
    const { batchSizes, spinning = [] } = experiment('split');
    const batches = listed(batchSizes.map(String));
    choices.push({
      icon: 'split-horizontal',
      label: vscode.l10n.t('Thorough, with the split of the cores'),
      description: length('split'),
      detail:
        spinning.length > 1
          ? vscode.l10n.t(
              'from 1 process of {0} threads to {0} processes of 1, spinning and not, at batch {1}: usually worth more than the batch size',
              machine.cores,
              batches,
            )
          : vscode.l10n.t(
              'from 1 process of {0} threads to {0} processes of 1, at batch {1}: usually worth more than the batch size',
              machine.cores,
              batches,
            ),
      value: 'split',
    });
  }
  const title = vscode.l10n.t('Profile Energy (6/7): how thorough');
  const placeHolder = vscode.l10n.t('The panel says how much time is left, and you can stop at any time');
  return (await pick(choices, { title, placeHolder }))?.value;
}

/** Whether the experiment is kept beside the model, or only run. */
export async function askKeep(name: string): Promise<boolean | undefined> {
  const choices: Choice<boolean>[] = [
    {
      icon: 'save',
      label: vscode.l10n.t('Write {0} and run it', name),
      description: vscode.l10n.t('to change, repeat and share'),
      value: true,
    },
    { icon: 'play', label: vscode.l10n.t('Only run'), value: false },
  ];
  const title = vscode.l10n.t('Profile Energy (7/7): experiment file');
  return (await pick(choices, { title }))?.value;
}

/**
 * Whether to run the experiment of the last time again.
 *
 * @param file its name in the workspace, and whether it is still there: else it is made anew of the same answers
 */
export async function askSameAgain(
  answers: Answers,
  { name, isThere }: { name: string; isThere: boolean },
): Promise<'same' | 'change' | undefined> {
  const limit = answers.sla
    ? vscode.l10n.t('within {0} ms at {1} requests/s', answers.sla.requestLatencyMs, answers.sla.arrivalRate)
    : vscode.l10n.t('no latency limit');
  const same: Choice<'same' | 'change'> = isThere
    ? {
        icon: 'play',
        label: vscode.l10n.t('As last time'),
        description: vscode.l10n.t('{0} as it stands', name),
        value: 'same',
      }
    : {
        icon: 'new-file',
        label: vscode.l10n.t('Write it anew and run it'),
        description: vscode.l10n.t('batches {0}; {1}', answers.batchSizes.join(', '), limit),
        value: 'same',
      };
  const choices = [same, { icon: 'edit', label: vscode.l10n.t('Change…'), value: 'change' as const }];
  const title = vscode.l10n.t('Profile Energy');
  const placeHolder = isThere ? undefined : vscode.l10n.t('{0}, which ran last time, is no longer there', name);
  return (await pick(choices, { title, ...(placeHolder && { placeHolder }) }))?.value;
}
