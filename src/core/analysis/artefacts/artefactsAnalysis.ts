import type { Size } from '../../spec/spec';
import { describePercent, listed } from '../../statistics/wording';
import { publishedStartup, repeatedTwice } from '../../paper/startup';
import type { Table } from '../../words/table';
import { describeJoules, describeNumber } from '../../words/units';
import type { AnalysedRun, Analysis } from '../analysis';
import { type Artefacts, artefactsSchema } from './artefactsSchema';
import { ownSizes } from './ownSizes';
import { publishedSizes } from './publishedSizes';

type Artefact = Artefacts['artefacts'][number];
type Result = Pick<Artefacts, 'artefacts'>;

/** What makes each, and what would tell its size. */
const known: readonly Pick<Artefact, 'id' | 'title' | 'why' | 'missing'>[] = [
  {
    id: 'denominator',
    title: 'energy per batch slot',
    why: 'figure 4 divides the energy of the run by the batch size, while every run goes over the same images',
    missing: null,
  },
  {
    id: 'rect-padding',
    title: 'padding that grows with the batch',
    why: 'the test program pads each batch to one shape that holds all its images, so a larger batch has more pixels',
    missing: 'the sizes of the images tell it: greenbatch paper questions --annotations instances_val2017.json',
  },
  {
    id: 'f1',
    title: 'F1 of AP and AR',
    why: 'AP and AR are means over confidences and overlaps, no precision and recall at one of them',
    missing: 'the paper states neither AP nor AR; a run with trained weights and annotations tells it',
  },
  {
    id: 'latency-waiting',
    title: 'latency without waiting',
    why: 'inference ÷ images is what an image adds; a request waits until its batch is done',
    missing: null,
  },
  {
    id: 'latency-nms',
    title: 'latency without loading and NMS',
    why: 'of the three times that the test program prints the paper takes the first, inference',
    missing: 'windows of the whole work tell it (measure.scope: end-to-end or process)',
  },
  {
    id: 'start-up',
    title: 'start-up in the totals',
    why: 'perf counts the whole process: imports, weights, tracing and the evaluation at its end weigh more, the fewer the images',
    missing: null,
  },
  {
    id: 'one-trial',
    title: 'one trial a configuration',
    why: 'without repeats nothing tells a difference from chance',
    missing: null,
  },
  {
    id: 'order',
    title: 'ascending order',
    why: 'batch sizes were measured from small to large, so that whatever warms up or drifts looks like one of the batch',
    missing: 'the published order cannot tell it; a run in shuffled blocks does',
  },
  {
    id: 'image-size',
    title: 'models of 1280 px at 640 px',
    why: 'W6, E6, D6 and E6E are made and published for 1280 px: at 640 px they are less accurate, and X comes out on top',
    missing: 'runs with trained weights at both sizes tell it',
  },
];

/**
 * What in the paper's numbers is of how they were made, with its size in the published points and in runs.
 *
 * @param imageSizes of the images that the paper measured (val2017); null: not known here
 */
export const artefactsWith = (imageSizes: readonly Size[] | null): Analysis<readonly AnalysedRun[], Result> => ({
  id: 'paper-artefacts',
  title: 'What is of the measuring',
  schema: artefactsSchema,
  run(runs) {
    const found = [publishedSizes(imageSizes), ...runs.map(ownSizes)];
    return {
      artefacts: known.map(({ missing, ...artefact }) => {
        const sizes = found.flatMap((sizesOf) => sizesOf[artefact.id] ?? []);
        return { ...artefact, sizes, missing: sizes.length > 0 ? null : missing };
      }),
    };
  },
  json: (result): Artefacts => ({ version: 1, ...result, sentence: sentenceOf(result) }),
  sentence: sentenceOf,
  table: tableOf,
  notes: notesOf,
});

function sentenceOf({ artefacts }: Result): string {
  const sizesOf = (id: Artefact['id']) =>
    artefacts.find((each) => each.id === id)!.sizes.filter(({ of }) => of === 'published');
  const [denominator] = sizesOf('denominator');
  const twice = sizesOf('one-trial');
  const range = [Math.min, Math.max].map((most) => describePercent(most(...twice.map(({ value }) => value!))));
  return `From ${denominator!.configuration} energy changes by ${denominator!.words}. Where the paper measured one configuration in both experiments (${listed(twice.map(({ configuration }) => configuration))}) the two came out ${listed([...new Set(range)])} apart in time, once each; they went over 500 and over 5000 images, so they are no repeats of each other.`;
}

function tableOf({ artefacts }: Result): Table {
  return {
    columns: ['artefact', 'of', 'configuration', 'size'],
    rows: artefacts.flatMap(({ title, sizes, missing }) =>
      sizes.length === 0
        ? [[title, null, null, missing ?? '–']]
        : sizes.map(({ of, configuration, words }) => [title, of, configuration, words]),
    ),
  };
}

function notesOf({ artefacts }: Result): string[] {
  const startup = publishedStartup();
  const byTime = listed(startup.map((each) => describeJoules(each.byTime).replace('-', '−')));
  const slower = listed(repeatedTwice().map(({ latencyMs }) => describeNumber(latencyMs, 2)));
  return [
    ...artefacts.map(({ title, why }) => `${title}: ${why}.`),
    `Start-up is by two equations, over 500 and over 5000 images. Inference took ${slower} ms an image longer in experiment 1. If a second of inference took the same energy in both that explains all of the difference (start-up of ${byTime}, so about 0); if an image did it explains none.`,
  ];
}
