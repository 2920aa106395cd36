import type { PaperPoint } from '../../paper/paperPoint';
import { joulesPerBatchSlot, requestLatencyMs } from '../../paper/paperPoint';
import { fewestBlocks } from '../../statistics/sequential';
import { describeChange, describeMilliseconds, listed } from '../../statistics/wording';
import { describeNumber } from '../../words/units';

/**
 * What the paper's figures say, made from their points. null: too few points to say it.
 *
 * @param whose `In the published points`, `Here`
 */
type Sentence = (points: readonly PaperPoint[], whose: string) => string | null;

const change = (from: number, to: number) => 100 * (to / from - 1);
const joules = ({ joulesPerImage }: PaperPoint) => joulesPerImage.value;
const ascending = (points: readonly PaperPoint[]) => points.toSorted((a, b) => a.batchSize - b.batchSize);
const jouleText = (point: PaperPoint) => `${describeNumber(joules(point))} J/image`;

/** Whether one takes more energy an image than another, or less; open where their intervals meet. Of points without intervals by their values alone. */
function orderOf(from: PaperPoint, to: PaperPoint): 'more' | 'less' | 'open' {
  const [a, b] = [from.joulesPerImage, to.joulesPerImage];
  if ((a.high ?? a.value) < (b.low ?? b.value)) return 'more';
  return (b.high ?? b.value) < (a.low ?? a.value) ? 'less' : 'open';
}

/** What is said of points with fewer trials than an interval takes, as the published ones are, holds of these trials: `, in one trial each`. */
function basisOf(points: readonly PaperPoint[]): string {
  const counts = points.map(({ n }) => n);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least >= fewestBlocks) return '';
  if (most === 1) return ', in one trial each';
  return `, in ${least === most ? least : `${least} to ${most}`} trials each${most < fewestBlocks ? '' : ` (below ${fewestBlocks} there is no interval)`}`;
}

/** Of each model its smallest and its largest batch size, where it has two. */
function batchPairs(points: readonly PaperPoint[]): { least: PaperPoint; most: PaperPoint }[] {
  return [...new Set(points.map(({ model }) => model))].flatMap((model) => {
    const own = ascending(points.filter((point) => point.model === model));
    return own.length < 2 ? [] : [{ least: own[0]!, most: own.at(-1)! }];
  });
}

/** Figure 1: what accuracy costs, from the least to the most accurate. */
export const modelSentence: Sentence = (points, whose) => {
  const known = points
    .filter(({ f1 }) => f1 !== null)
    .toSorted((a, b) => a.f1!.value - b.f1!.value || joules(b) - joules(a));
  if (known.length < 2) return null;
  const [least, most] = [known[0]!, known.at(-1)!];
  const text = (point: PaperPoint) =>
    `${point.model} at batch ${point.batchSize} (F1 ${describeNumber(point.f1!.value)}, ${jouleText(point)})`;
  // The same model at another batch size may be as accurate.
  const isBeaten = (point: PaperPoint) => orderOf(most, point) === 'more' && point.f1!.value < most.f1!.value;
  const beatenCount = known.filter(isBeaten).length;
  const beaten =
    beatenCount === 0
      ? ''
      : `; ${beatenCount} of the ${known.length - 1} others take more energy than it for less accuracy${basisOf(known)}`;
  return `${whose} the most accurate is ${text(most)}, the least ${text(least)}${beaten}.`;
};

/** Figures 2 and 3: what a larger batch does to energy per image and to both latencies. */
export const batchSentence: Sentence = (points, whose) => {
  const pairs = batchPairs(points).filter(({ least, most }) => least.latencyMsPerImage && most.latencyMsPerImage);
  if (pairs.length === 0) return null;
  const of = pairs.map(({ least, most }) => ({
    order: orderOf(least, most),
    energy: change(joules(least), joules(most)),
    latency: change(least.latencyMsPerImage!.value, most.latencyMsPerImage!.value),
  }));
  const sizes = [...new Set(pairs.map(({ least, most }) => `from batch ${least.batchSize} to ${most.batchSize}`))];
  const ends = pairs.flatMap(({ least, most }) => [least, most]);
  const requests = ends.map((p) => requestLatencyMs(p)!.value);
  const [soonest, latest] = [Math.min(...requests), Math.max(...requests)].map(describeMilliseconds);
  const claim = energyClaim(
    pairs.map(({ least }) => least.model),
    of.map(({ order }) => order),
  );
  return `${whose}, ${listed(sizes)}, ${claim}${basisOf(ends)} (${rangeText(of.map(({ energy }) => energy))}; time of inference ${rangeText(of.map(({ latency }) => latency))}). A request waits for its whole batch: ${soonest} to ${latest}.`;
};

/** What a larger batch does to the energy of each model; at least one. */
function energyClaim(models: readonly string[], orders: readonly ReturnType<typeof orderOf>[]): string {
  if (models.length === 1) {
    return orders[0] === 'open'
      ? `it is open whether ${models[0]} takes more or less energy per image`
      : `${models[0]} takes ${orders[0]} energy per image`;
  }
  const [more, open] = (['more', 'open'] as const).map((one) => orders.filter((order) => order === one).length);
  const unsure = open === 0 ? '' : `, of ${open} it is open`;
  return `${more} of ${models.length} models ${more === 1 ? 'takes' : 'take'} more energy per image${unsure}`;
}

/** Figure 4: which way energy goes hangs on what it is divided by. */
export const denominatorSentence: Sentence = (points, whose) => {
  const [pair] = batchPairs(points);
  if (!pair) return null;
  const { least, most } = pair;
  const slot = (point: PaperPoint) => joulesPerBatchSlot(point).value;
  const perImage = change(joules(least), joules(most));
  const perSlot = change(slot(least), slot(most));
  const turns = orderOf(least, most) === 'more' && perSlot < 0;
  const images = `${describeNumber(joules(least))} J/image at batch ${least.batchSize} becomes ${describeNumber(joules(most))} at ${most.batchSize} (${wholePercent(perImage)}${basisOf([least, most])})`;
  return turns
    ? `${whose} the sign turns with the denominator: divided by the batch size energy falls (${wholePercent(perSlot)}), divided by the images that were worked on it rises: ${images}.`
    : `${whose} ${images}.`;
};

const wholePercent = (percent: number) =>
  `${percent < 0 ? '−' : '+'}${describeNumber(Math.abs(percent), Math.abs(percent) > 99 ? 3 : 2)} %`;

/** `+5.3 %`, `+5.3 to +17.8 %`. */
function rangeText(percents: readonly number[]): string {
  const [low, high] = [Math.min(...percents), Math.max(...percents)].map(describeChange);
  return low === high ? low! : `${low!.replace(' %', '')} to ${high}`;
}
