import { sourceLabel } from '../../energy/sourceLabel';
import type { Figure, FigureLayer } from '../../figure/figureSchema';
import { type PaperPoint, publishedPaperPoints } from '../../paper/paperPoint';
import { type PaperExperiment, publishedPoints } from '../../paper/published';
import { counted } from '../../statistics/wording';
import type { AnalysedRun } from '../analysis';
import { type Quantity, paperLayer, quantities } from './paperLayers';
import { batchSentence, denominatorSentence, modelSentence } from './paperSentences';
import { reproducedPoints } from './reproducedPoints';

/**
 * Figures 1 to 4 of "Towards Sustainable AI with IPA" (Willis, Bryson, Agho, 2024), drawn as they are there, with the same measurements
 * under the denominator that they are meant under, and with those of runs that repeat them.
 */

type Axes = { x: Quantity; y: Quantity };
type PaperFigure = {
  number: 1 | 2 | 3 | 4;
  experiment: PaperExperiment;
  title: string;
  /** As the paper has it, and under which name the published layer goes. */
  drawn: Axes & { says: string };
  corrected: Axes & { says: string };
  sentence(points: readonly PaperPoint[], whose: string): string | null;
  notes: string[];
};

const { f1, latency, latencyPerInput, requestLatency, runEnergy, slotEnergy, imageEnergy } = quantities;

const amortised =
  'The paper’s latency is the time of inference ÷ images: neither loading nor NMS is in it, nor that an image waits for the others of its batch. Corrected: batch size × that, how long a request waits for its batch where nothing is queued.';
const noF1 =
  'The F1 score is the harmonic mean of COCO’s AP and AR at 100 detections, not of a precision and a recall at one confidence.';

const figures: readonly PaperFigure[] = [
  {
    ...{ number: 1, experiment: 'exp1', title: 'Figure 1: Energy Consumption vs. Accuracy' },
    drawn: { x: f1, y: runEnergy, says: 'joules of a run' },
    corrected: { x: f1, y: imageEnergy, says: 'joules per image' },
    sentence: modelSentence,
    notes: [noF1],
  },
  {
    ...{ number: 2, experiment: 'exp1', title: 'Figure 2: Energy Consumption vs. Latency' },
    drawn: { x: latency, y: runEnergy, says: 'joules of a run, milliseconds per image' },
    corrected: { x: requestLatency, y: imageEnergy, says: 'joules per image, latency of a request' },
    sentence: batchSentence,
    notes: [amortised],
  },
  {
    ...{ number: 3, experiment: 'exp2', title: 'Figure 3: Energy Consumption vs. Latency' },
    drawn: { x: latency, y: runEnergy, says: 'joules of a run, milliseconds per image' },
    corrected: { x: requestLatency, y: imageEnergy, says: 'joules per image, latency of a request' },
    sentence: batchSentence,
    notes: [amortised],
  },
  {
    ...{ number: 4, experiment: 'exp2', title: 'Figure 4: Energy Consumption per Input vs. Latency' },
    drawn: { x: latencyPerInput, y: slotEnergy, says: 'joules per batch slot (energy of the run ÷ batch size)' },
    corrected: { x: latencyPerInput, y: imageEnergy, says: 'joules per image' },
    sentence: denominatorSentence,
    notes: [
      'As published, energy per input is the energy of the whole run ÷ batch size. Every run goes over the same images, so the energy of an image is that of the run ÷ its images.',
    ],
  },
];

/**
 * All four; runs that repeat an experiment have layers in its figures, others none.
 *
 * @param runs in the order in which their layers stand
 */
export function paperFigures(runs: readonly AnalysedRun[]): Figure[] {
  return figures.map((figure) =>
    figureWith(
      figure,
      runs.filter((run) => repeats(run, figure.experiment)),
    ),
  );
}

/** Those of the experiment that a run repeats, with its points; none where it repeats none. */
export function paperFiguresOf(run: AnalysedRun): Figure[] {
  return figures.filter(({ experiment }) => repeats(run, experiment)).map((figure) => figureWith(figure, [run]));
}

const repeats = ({ report }: AnalysedRun, experiment: PaperExperiment) =>
  report.run.reproduces === `paper-${experiment}` && report.run.workload.unit === 'image';

function figureWith(figure: PaperFigure, runs: readonly AnalysedRun[]): Figure {
  const { number, experiment, title, drawn, corrected, sentence, notes } = figure;
  const published = publishedPaperPoints(experiment);
  const own = runs.map((run) => ({ run, points: reproducedPoints(run) }));
  const isOfModels = experiment === 'exp1';
  const label = (p: PaperPoint) => (isOfModels ? `${p.model} ${p.batchSize}` : `${p.batchSize}`);
  const both = (id: string, said: string, points: readonly PaperPoint[], missing: string | null): FigureLayer[] =>
    ([drawn, corrected] as const).map((axes) => {
      const isDrawn = axes === drawn;
      const isPublished = id === 'published';
      const layerId = isDrawn ? id : isPublished ? 'corrected' : `${id}-corrected`;
      const word = isDrawn || !isPublished ? said : 'corrected';
      const head = { id: layerId, title: `${word}: ${axes.says}`, isShown: isDrawn, missing };
      return paperLayer(head, axes, points, { drawn, label });
    });
  const yours = own.flatMap(({ run, points }, i) => {
    const id = i === 0 ? 'yours' : `yours-${i + 1}`;
    const said = own.length > 1 ? `yours, ${run.report.run.name}` : 'yours';
    return both(id, said, points, whyMissing(points, drawn));
  });
  const nobody = both(
    'yours',
    'yours',
    [],
    `no run of this experiment is here; greenbatch paper ${experiment} measures one`,
  );
  return {
    id: `paper-figure-${number}`,
    title,
    x: { title: drawn.x.axis, scale: 'linear', fromZero: false },
    y: { title: drawn.y.axis, scale: 'linear', fromZero: false },
    ...{ share: null, size: null },
    layers: [...both('published', 'published', published, null), ...(own.length > 0 ? yours : nobody)],
    sentence: [
      sentence(published, 'In the published points'),
      ...own.map(({ run, points }) => sentence(points, own.length > 1 ? `In ${run.report.run.name}` : 'Here')),
    ]
      .filter((text) => text !== null)
      .join(' '),
    notes: [
      readingNote(experiment),
      ...notes,
      ...own.flatMap(({ run, points }) => notesOfRun(run, points, experiment)),
    ],
    source: [
      'published: Willis, Bryson, Agho: Towards Sustainable AI with IPA (2024), digitised',
      ...own.map(({ run }, i) => `${i === 0 ? 'yours' : `yours-${i + 1}`}: ${sourceOf(run)}`),
    ].join('; '),
  };
}

/** Why a layer of a run has no points. */
function whyMissing(points: readonly PaperPoint[], { x }: Axes): string {
  if (points.length === 0) return 'no trial of it is finished yet';
  return x === f1
    ? 'accuracy needs trained weights and annotated images, and this run had no weights: its models’ answers mean nothing'
    : 'its log has no time of inference alone';
}

function readingNote(experiment: PaperExperiment): string {
  const [first] = publishedPoints(experiment);
  const { errorJoules, errorLatencyMs, errorF1, images } = first!;
  const ofF1 = errorF1 === null ? '' : `, ± ${errorF1} of F1`;
  return `The published points are read off the paper’s figures; their bars are the errors of the reading (± ${errorJoules} J, ± ${errorLatencyMs} ms${ofF1}), not those of the measurement, of which there is one a configuration, over ${images} images.`;
}

function notesOfRun(
  { report, terms }: AnalysedRun,
  points: readonly PaperPoint[],
  experiment: PaperExperiment,
): string[] {
  const { run } = report;
  const images = run.images?.count ?? 0;
  const paperImages = publishedPoints(experiment)[0]!.images;
  const few = points.some(({ n }) => n < 5);
  return [
    `${run.name}: joules of a run are its joules per image × ${counted(images, 'image')}${images === paperImages ? '' : ` (the paper’s runs went over ${paperImages}: compare per image)`}. ${few ? 'Fewer than five trials have no interval.' : 'Bars are 95 % intervals over its trials.'}`,
    ...(run.scope === 'process'
      ? []
      : [
          `${run.name}: the paper counted the whole process, start-up and evaluation with it; this run counts ${run.scope === 'end-to-end' ? 'the work from file to boxes' : 'inference alone'} (measure.scope: process counts as the paper did).`,
        ]),
    ...(terms.estimated ? [`${run.name}: its joules are estimated from CPU time, not measured.`] : []),
  ];
}

/** Run, n and where its joules come from. */
function sourceOf({ report, results }: AnalysedRun): string {
  const { run, source } = report;
  const trials = results.reduce((sum, { trials: own }) => sum + own.length, 0);
  return `${run.id} (${counted(trials, 'trial')}), ${source ? sourceLabel(source) : 'no energy source yet'}`;
}
