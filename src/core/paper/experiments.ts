import type { PaperExperiment } from './published';

/**
 * The two experiments of "Towards Sustainable AI with IPA" (Willis, Bryson, Agho, 2024), as its scripts run them: YOLOv7's
 * test program over images of COCO val2017, once for each checkpoint and batch size, under `perf stat`.
 */

export type PaperSetup = {
  title: string;
  /** Names among the built-in models, in the order of the script; `MODEL.pt` is the released checkpoint of each. */
  models: readonly string[];
  batchSizes: readonly number[];
  /** The first so many images of val2017, by name. */
  images: number;
};

export const paperSetups: Readonly<Record<PaperExperiment, PaperSetup>> = {
  exp1: {
    title: 'experiment 1: seven models',
    models: ['yolov7-tiny', 'yolov7', 'yolov7x', 'yolov7-w6', 'yolov7-e6', 'yolov7-d6', 'yolov7-e6e'],
    batchSizes: [10, 32],
    images: 500,
  },
  exp2: {
    title: 'experiment 2: eleven batch sizes',
    models: ['yolov7-e6e'],
    batchSizes: [5, 10, 32, 50, 100, 150, 200, 300, 400, 500, 1000],
    images: 5000,
  },
};

/** Pixels of a side, of every model: also of those that were trained at 1280. */
export const paperImageSize = 640;

/** The word of an experiment's key `reproduces`. */
export const reproducesOf = (experiment: PaperExperiment) => `paper-${experiment}` as const;
