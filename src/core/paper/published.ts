/**
 * The measured points of "Towards Sustainable AI with IPA" (Willis, Bryson, Agho, 2024), read off its figures 1 to 4: the
 * paper has no table of them, and its logs are not public. The larger originals of the figures were digitised (axis ticks
 * regressed, line vertices fitted); the errors are those of the reading, as half-widths, not those of the measurement,
 * which was made once a configuration.
 */

export type PaperExperiment = 'exp1' | 'exp2';

/** One configuration of one of the two experiments, as published, with what follows from it. */
export type PublishedPoint = {
  /** As the paper calls it. */
  model: string;
  /** Its name among the built-in models. */
  builtinModel: string;
  /** Images per inference call. */
  batchSize: number;
  /** Energy of all packages over the whole process of the run, joules. */
  runJoules: number;
  /** Time of the forward passes ÷ images, milliseconds: no loading, no NMS, no waiting for the batch. */
  latencyMsPerImage: number;
  /** COCO's AP and AR (100 detections) taken as precision and recall; null: experiment 2 states none. */
  f1: number | null;
  /** Images that the run went over: 500, of which 496 have labels ("496 loaded"); 5,000, of which 4,952. */
  images: number;
  errorJoules: number;
  errorLatencyMs: number;
  errorF1: number | null;
  /** What figure 4 plots as "energy per input": energy of the whole run ÷ batch size. */
  joulesPerBatchSlot: number;
  /** Energy of the whole run ÷ images. */
  joulesPerImage: number;
  /** Batch size × milliseconds an image: how long a request waits for its batch when nothing is queued. */
  requestLatencyMs: number;
};

type Read = readonly [batchSize: number, runJoules: number, latencyMsPerImage: number, f1: number | null];

/** Figures 1 and 2. The paper's spelling, ours, and batches 10 and 32. */
const experiment1: readonly (readonly [string, string, readonly Read[]])[] = [
  ['YOLOv7-tiny', 'yolov7-tiny', [[10, 6333, 39.3, 0.4766], [32, 7460, 53.9, 0.476]]], // prettier-ignore
  ['YOLOv7', 'yolov7', [[10, 20_107, 178.4, 0.6097], [32, 22_237, 220.5, 0.6089]]], // prettier-ignore
  ['YOLOv7-X', 'yolov7x', [[10, 27_754, 246.7, 0.6207], [32, 30_635, 298.3, 0.6203]]], // prettier-ignore
  ['YOLOv7-W6', 'yolov7-w6', [[10, 16_723, 134.2, 0.5974], [32, 17_707, 153.8, 0.5962]]], // prettier-ignore
  ['YOLOv7-E6', 'yolov7-e6', [[10, 24_186, 210.7, 0.6103], [32, 26_250, 249.6, 0.6095]]], // prettier-ignore
  ['YOLOv7-D6', 'yolov7-d6', [[10, 30_264, 260.5, 0.6139], [32, 31_877, 285.9, 0.6143]]], // prettier-ignore
  ['YOLOv7-E6E', 'yolov7-e6e', [[10, 35_054, 321.1, 0.6164], [32, 39_898, 393.0, 0.617]]], // prettier-ignore
];

/** Figures 3 and 4: E6E alone. */
const experiment2: readonly Read[] = [
  [5, 255_909, 223.7, null],
  [10, 287_462, 256.1, null],
  [32, 314_145, 301.0, null],
  [50, 316_469, 310.7, null],
  [100, 314_549, 317.5, null],
  [150, 312_573, 320.4, null],
  [200, 319_916, 328.9, null],
  [300, 318_918, 334.0, null],
  [400, 323_029, 339.8, null],
  [500, 323_340, 340.6, null],
  [1000, 329_348, 345.0, null],
];

const experiments = {
  exp1: {
    ...{ images: 500, errorJoules: 40, errorLatencyMs: 0.3, errorF1: 0.0001 },
    read: experiment1.flatMap(([model, builtinModel, read]) => read.map((r) => ({ model, builtinModel, read: r }))),
  },
  exp2: {
    ...{ images: 5000, errorJoules: 50, errorLatencyMs: 0.1, errorF1: null },
    read: experiment2.map((read) => ({ model: 'YOLOv7-E6E', builtinModel: 'yolov7-e6e', read })),
  },
} as const;

/** The points of an experiment, in the order of its script: models as listed, batch sizes upwards. */
export function publishedPoints(experiment: PaperExperiment): PublishedPoint[] {
  const { images, read, ...errors } = experiments[experiment];
  return read.map(({ model, builtinModel, read: [batchSize, runJoules, latencyMsPerImage, f1] }) => ({
    ...{ model, builtinModel, batchSize, runJoules, latencyMsPerImage, f1, images, ...errors },
    joulesPerBatchSlot: runJoules / batchSize,
    joulesPerImage: runJoules / images,
    requestLatencyMs: batchSize * latencyMsPerImage,
  }));
}
