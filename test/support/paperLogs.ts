/** Logs as the paper's scripts write them, made by hand: no result of anybody. */

export type LoggedRun = {
  weights?: string;
  batchSize?: number;
  images?: number;
  inferenceMs?: string;
  joules?: string;
  target?: string;
  /** COCO's twelve, as they are printed. */
  stats?: readonly string[];
};

export const cocoStats = ['0.512', '0.697', '0.555', '0.352', '0.559', '0.667', '0.384', '0.637', '0.688', '0.537', '0.735', '0.837']; // prettier-ignore
const heads = [
  'Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ]',
  'Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ]',
  'Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=100 ]',
  ...[' small', 'medium', ' large'].map((area) => `Precision  (AP) @[ IoU=0.50:0.95 | area=${area} | maxDets=100 ]`),
  ...['  1', ' 10', '100'].map((most) => `Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=${most} ]`),
  ...[' small', 'medium', ' large'].map((area) => `Recall     (AR) @[ IoU=0.50:0.95 | area=${area} | maxDets=100 ]`),
];

export function perfReportOf(
  { joules = '255,909.12', target = "'system wide'" }: LoggedRun = {},
  seconds = '1234.567890123',
) {
  return `\n Performance counter stats for ${target}:\n\n        ${joules} Joules power/energy-pkg/                \n\n     ${seconds} seconds time elapsed\n\n`;
}

/** What the test program prints, with a bar of progress that writes its line again and again. */
export function testOutputOf({
  batchSize = 10,
  images = 500,
  inferenceMs = '321.1',
  stats = cocoStats,
}: LoggedRun = {}) {
  return [
    `Namespace(batch_size=${batchSize}, img_size=640)`,
    'val: Scanning labels... 496 found, 4 missing:   0%|  | 0/500\rval: Scanning labels... 496 found, 4 missing: 100%|##| 500/500',
    `                 all        ${images}        3636       0.735       0.632       0.686       0.498`,
    `Speed: ${inferenceMs}/5.3/326.4 ms inference/NMS/total per 640x640 image at batch-size ${batchSize}`,
    '',
    ...stats.map((value, i) => ` Average ${heads[i]} = ${value}`),
    'Results saved to runs/test/yolov7_640_val',
    '',
  ].join('\n');
}

export function runTextOf(run: LoggedRun = {}) {
  const { weights = 'yolov7-e6e.pt', batchSize = 10 } = run;
  return `EXP ${weights} ${batchSize}\n${testOutputOf(run)}${perfReportOf(run)}`;
}

export function paperLogOf(runs: readonly LoggedRun[]): string {
  const unique = <T>(values: readonly T[]) => [...new Set(values)];
  const weights = unique(runs.map((run) => run.weights ?? 'yolov7-e6e.pt'));
  const batchSizes = unique(runs.map((run) => run.batchSize ?? 10));
  return `weights:${weights.join(' ')}\nbatches:${batchSizes.join(' ')}\n${runs.map(runTextOf).join('')}`;
}
