import { experimentPath } from '../spec/experimentPath';
import type { SpecInput } from '../spec/spec';
import { writeSpec } from '../spec/specWrite';
import { paperImageSize, type PaperSetup, paperSetups, reproducesOf } from './experiments';
import type { PaperExperiment } from './published';

/**
 * The paper's experiments as experiment files. *As published*: a fresh process for each configuration, all of it measured, once,
 * in the order of the script. *Sound*: the same configurations, so that a difference between two of them is one of the batch size.
 * *Laptop*: either of both, scaled down to what two cores do in minutes.
 */

export type PaperChoice = {
  experiment: PaperExperiment;
  sound: boolean;
  laptop: boolean;
  /** Trials of each configuration; null: as the protocol has it (published: 1; sound: 5 to 12, until the intervals are narrow). */
  trials: number | null;
  /** Folder of the released checkpoints, relative to the experiment's; null: the architectures that are built in, with random weights. */
  weights: string | null;
  /** COCO's val2017, relative to the experiment's folder; null: scenes that Greenbatch draws. */
  images: { images: string; annotations: string } | null;
};

/** Enough for a ranking by size and for every phase, and minutes on two cores. */
const laptopSetups: Readonly<
  Record<PaperExperiment, Pick<PaperSetup, 'batchSizes' | 'images'> & { imageSize: number }>
> = {
  exp1: { batchSizes: [2, 6], images: 12, imageSize: 128 },
  exp2: { batchSizes: [1, 2, 4, 8, 16], images: 16, imageSize: 128 },
};

/** The experiment as data, valid by the schema. */
export function paperSpec(choice: PaperChoice): SpecInput {
  const { experiment, sound, laptop, weights } = choice;
  const setup = paperSetups[experiment];
  const { batchSizes, images, imageSize } = laptop ? laptopSetups[experiment] : { ...setup, imageSize: paperImageSize };
  return {
    name: nameOf(choice),
    reproduces: reproducesOf(experiment),
    models: setup.models.map((model) => (weights === null ? model : `${experimentPath(weights)}/${model}.pt`)),
    batchSizes: [...batchSizes],
    imageSize,
    images: {
      ...(choice.images === null ? { generated: { count: images } } : { coco: choice.images, count: images }),
      ...(!sound && { rect: true }),
    },
    measure: sound ? soundMeasure(choice) : publishedMeasure(choice),
  };
}

function publishedMeasure({ laptop, trials }: PaperChoice): NonNullable<SpecInput['measure']> {
  const blocks = trials ?? 1;
  return {
    // On a laptop perf may be missing, and counters locked: then the estimate, which says so.
    ...(!laptop && { source: 'perf', perf: 'program' }),
    domains: ['package'],
    scope: 'process',
    // Nothing but the programs one after the other.
    ...{ warmupSeconds: 0, idleSeconds: 0, heatSeconds: 0 },
    repeats: { min: blocks, max: blocks },
    order: 'listed',
    // Batch 1000 takes minutes without a sign.
    trialTimeoutSeconds: laptop ? 1800 : 7200,
  };
}

function soundMeasure({ laptop, trials }: PaperChoice): NonNullable<SpecInput['measure']> {
  const repeats = trials === null ? (laptop ? { min: 5, max: 5 } : undefined) : { min: trials, max: trials };
  return {
    domains: ['package', 'dram'],
    scope: 'inference',
    ...(laptop
      ? { windowSeconds: 1, warmupSeconds: 0.5, idleAt: 'thrice', idleSeconds: 3, restSeconds: 2, heatSeconds: 5 }
      : { windowSeconds: 10, warmupSeconds: 5, trialTimeoutSeconds: 7200 }),
    ...(repeats && { repeats }),
    order: 'shuffled',
  };
}

/** Its file's name where nobody gives another one: `paper-exp2-sound.energy.yaml`. */
export const presetFile = ({
  experiment,
  sound,
  laptop,
}: Pick<PaperChoice, 'experiment' | 'sound' | 'laptop'>): string =>
  `paper-${experiment}${sound ? '-sound' : ''}${laptop ? '-laptop' : ''}.energy.yaml`;

/** Its text, with what a reader must know of the protocol in comments. */
export function paperExperiment(choice: PaperChoice): string {
  return writeSpec(paperSpec(choice), remarksOf(choice));
}

function nameOf({ experiment, sound, laptop }: PaperChoice): string {
  const way = sound ? 'sound' : 'as published';
  return `the paper's ${paperSetups[experiment].title} (${way}${laptop ? ', scaled down for a laptop' : ''})`;
}

function remarksOf({ experiment, sound, laptop, weights, images }: PaperChoice): Record<string, string> {
  const published = images !== null && !laptop;
  return {
    reproduces: 'Towards Sustainable AI with IPA (Willis, Bryson, Agho, 2024); docs/paper.md tells its protocol',
    models:
      weights === null
        ? 'the architectures alone, with random weights: energy and latency are theirs, accuracy there is none'
        : 'the released checkpoints, at 640 pixels as in the paper, although w6, e6, d6 and e6e were trained at 1280',
    ...(laptop && {
      imageSize: 'small, and few images, so that two cores need minutes: no figure of it stands for the paper’s',
    }),
    images:
      (published && experiment === 'exp1'
        ? 'the first 500 by name. The paper counts 496, which are those with labels: all 500 are run. '
        : published
          ? 'all 5,000 of val2017, of which 4,952 have labels. '
          : '') +
      (sound
        ? 'every image has the same pixels, whatever the batch size'
        : 'rect: as YOLOv7’s test program, which sorts images by shape and pads each batch to one: larger batches hold more pixels'),
    measure: sound
      ? 'what lets configurations be compared: a warm machine, repeats in shuffled order, package and memory; scope: end-to-end would tell the phases apart'
      : 'the paper’s protocol: the whole process of each configuration once, in this order, packages alone',
  };
}
