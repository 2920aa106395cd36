import { pixelsPerImage, rectStride } from '../../detection/rectShapes';
import { publishedPoints } from '../../paper/published';
import { type PublishedStartup, publishedStartup, repeatedTwice } from '../../paper/startup';
import type { Size } from '../../spec/spec';
import { describeChange, describeMilliseconds, describePercent } from '../../statistics/wording';
import { describeJoules } from '../../words/units';
import type { Artefacts } from './artefactsSchema';

export type ArtefactSize = Artefacts['artefacts'][number]['sizes'][number];
type Id = Artefacts['artefacts'][number]['id'];

const noEnds = { estimated: false, low: null, high: null };
const change = (from: number, to: number) => 100 * (to / from - 1);

/**
 * How large each artefact is in the published points, as far as they tell.
 *
 * @param imageSizes of the images that were measured, upright; null: not known here
 */
export function publishedSizes(imageSizes: readonly Size[] | null): Partial<Record<Id, ArtefactSize[]>> {
  return {
    denominator: denominator(),
    'rect-padding': imageSizes === null ? [] : padding(imageSizes),
    'latency-waiting': waiting(),
    'start-up': publishedStartup().map(startup),
    'one-trial': repeatedTwice().map(({ model, batchSize, latencyPercent, joulesPercent }) => ({
      ...{
        of: 'published',
        configuration: `${model} at batch ${batchSize}`,
        unit: '% of ms/image',
        value: latencyPercent,
      },
      ...noEnds,
      words: `measured once in each experiment, over 500 and over 5000 images, ${describeChange(latencyPercent)} in ms/image and ${describeChange(joulesPercent)} in J/image apart`,
    })),
  };
}

/** No process takes less than nothing to start. */
function startup({
  model,
  batchSize,
  byImage,
  byTime,
  percentOfSmall,
  percentOfLarge,
}: PublishedStartup): ArtefactSize {
  const [low, high] = [Math.max(0, Math.min(byImage, byTime)), Math.max(byImage, byTime)];
  const least = low === 0 ? 'about 0' : describeJoules(low);
  return {
    ...{ of: 'published', configuration: `${model} at batch ${batchSize}`, estimated: false },
    ...{ value: null, unit: 'J', low, high },
    words: `cannot be told: ${least} (if a second of inference took the same energy in both experiments) to ${describeJoules(byImage)} (if an image did: ${describePercent(percentOfSmall)} of the run over 500 images, ${describePercent(percentOfLarge)} of that over 5000)`,
  };
}

function denominator(): ArtefactSize[] {
  const points = publishedPoints('exp2');
  const [first, last] = [points[0]!, points.at(-1)!];
  const perImage = change(first.joulesPerImage, last.joulesPerImage);
  const perSlot = change(first.joulesPerBatchSlot, last.joulesPerBatchSlot);
  return [
    {
      ...{ of: 'published', configuration: `batch ${first.batchSize} to ${last.batchSize}` },
      ...{ value: perImage - perSlot, unit: 'percentage points', ...noEnds },
      words: `${describeChange(perSlot)} divided by the batch size, ${describeChange(perImage)} per image`,
    },
  ];
}

function waiting(): ArtefactSize[] {
  const points = publishedPoints('exp2');
  return [points[0]!, points.at(-1)!].map(({ batchSize, latencyMsPerImage, requestLatencyMs }) => ({
    ...{ of: 'published', configuration: `batch ${batchSize}`, value: requestLatencyMs, unit: 'ms', ...noEnds },
    words: `a request takes ${describeMilliseconds(requestLatencyMs)}, not ${describeMilliseconds(latencyMsPerImage)}`,
  }));
}

/** YOLOv7-E6E's largest stride is 64; both experiments ran at 640 px. */
function padding(sizes: readonly Size[]): ArtefactSize[] {
  const points = publishedPoints('exp2');
  const pixels = (batchSize: number) => pixelsPerImage(sizes, { batchSize, imageSize: 640, stride: rectStride(64) });
  const least = pixels(points[0]!.batchSize);
  // Of fewer images than a batch has places it says nothing of the larger ones.
  const told = points.slice(1).filter(({ batchSize }) => batchSize <= sizes.length);
  return told.map(({ batchSize }) => {
    const percent = change(least, pixels(batchSize));
    return {
      ...{ of: 'published', configuration: `batch ${batchSize}`, value: percent, unit: '% of pixels', ...noEnds },
      words: `${describeChange(percent)} pixels an image against batch ${points[0]!.batchSize}, by the sizes of ${sizes.length} images`,
    };
  });
}
