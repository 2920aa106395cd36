import { describeMilliseconds } from '../statistics/wording';
import type { Table } from '../words/table';
import { type PaperExperiment, publishedPoints } from './published';

/** The published points as a table: what the figures plot, and the same measurements under the work that was done. */
export function publishedTable(experiment: PaperExperiment): Table {
  const points = publishedPoints(experiment);
  const hasF1 = points.some(({ f1 }) => f1 !== null);
  return {
    columns: [
      ...['model', 'batch', 'J of the run', 'ms/image', ...(hasF1 ? ['F1 (AP, AR)'] : [])],
      ...['J/batch slot', 'J/image', 'request latency'],
    ],
    rows: points.map((p) => [
      ...[p.model, String(p.batchSize), String(p.runJoules), p.latencyMsPerImage.toFixed(1)],
      ...(hasF1 ? [p.f1 === null ? null : p.f1.toFixed(4)] : []),
      ...[p.joulesPerBatchSlot.toFixed(0), p.joulesPerImage.toFixed(2), describeMilliseconds(p.requestLatencyMs)],
    ]),
  };
}

/** What a reader of the table must know, a line each. */
export function publishedNotes(experiment: PaperExperiment): string[] {
  const points = publishedPoints(experiment);
  const { errorJoules, errorLatencyMs, errorF1, images } = points[0]!;
  const f1 = errorF1 === null ? '' : `, ± ${errorF1} of F1`;
  const perImage = points.map((p) => p.joulesPerImage);
  return [
    `Read off the figures of Towards Sustainable AI with IPA (Willis, Bryson, Agho, 2024) to ± ${errorJoules} J, ± ${errorLatencyMs} ms${f1}; each configuration was measured once`,
    `J of the run: the packages, over the whole process with ${images} images. J/batch slot: that ÷ batch size, which figure 4 plots as energy per input. J/image: that ÷ images`,
    'ms/image: forward passes alone. Request latency: batch size × that, which a request waits for its batch with nothing queued',
    ...(experiment === 'exp2'
      ? [
          `Per batch slot energy falls with the batch size; per image it rises, from ${perImage[0]!.toFixed(1)} J at batch 5 to ${perImage.at(-1)!.toFixed(1)} J at batch 1000`,
        ]
      : []),
  ];
}
