import type { AnalysedRun } from '../../src/core/analysis/analysis';
import { analysedRun } from '../../src/core/report/report';
import { foldRun } from '../../src/core/run/fold';
import { sweep } from './runEvents';
import { emptyResult, termsOf, trialOf } from './simulatedSweep';

const base = analysedRun(foldRun(sweep()), () => [], { folder: '/runs/one', status: 'complete' });

type Facts = Partial<AnalysedRun['report']['run']>;
type Row = {
  model?: string;
  batchSize: number;
  joules: number;
  /** Milliseconds of inference an image. */
  ms: number;
  /** COCO's AP and AR at 100 detections. */
  accuracy?: [number, number];
  watts?: number;
  utilisation?: number;
};

/**
 * A run with one configuration a row and `blocks` trials of each, which scatter by ± 1 % by a fixed pattern.
 *
 * @param idleWatts of the machine at rest; null: no baseline
 */
export function runOfRows(
  rows: readonly Row[],
  { blocks = 5, idleWatts = null, ...facts }: Facts & { blocks?: number; idleWatts?: number | null } = {},
): AnalysedRun {
  const results = rows.map(({ model = 'yolov7', batchSize, joules, ms, watts = 100, utilisation = 0.9, accuracy }) =>
    emptyResult(batchSize, {
      ...{ id: `${model} b${batchSize}`, model, accuracy: accuracy?.[0] ?? null },
      trials: Array.from({ length: blocks }, (_, i) => {
        const factor = 1 + 0.01 * Math.cos(2 * i + batchSize);
        return trialOf(i + 1, joules * factor, {
          ...{ watts, utilisation, idleWatts, unitsPerSecond: watts / joules },
          batchMs: Array.from({ length: 20 }, () => ms * batchSize * factor),
        });
      }),
    }),
  );
  const { idle: _, ...own } = base.report.run;
  const run = { ...own, images: { ...base.report.run.images!, count: 500 }, idleWatts, ...facts };
  const models = new Map(rows.map(({ model = 'yolov7', accuracy }) => [model, accuracy]));
  return {
    report: { ...base.report, run },
    results,
    terms: termsOf({ min: 5, max: 5 }),
    accuracies: [...models].map(([model, known]) => ({ model, accuracy: known ? accuracyOf(...known) : null })),
  };
}

/** As much of an accuracy as the paper's F1 and YOLOv7's own take. */
function accuracyOf(averagePrecision: number, averageRecall: number) {
  const stats = Array.from({ length: 12 }, (_, i) => (i === 0 ? averagePrecision : i === 8 ? averageRecall : 0.5));
  const yolov7 = { P: 0.7, R: 0.6, F1: 0.64, confidence: 0.3, mAP50: 0.6, mAP: 0.45, classes: 80, labels: 1000 };
  return { coco: { stats }, yolov7 } as unknown as NonNullable<
    NonNullable<AnalysedRun['accuracies']>[number]['accuracy']
  >;
}
