import type { PaperPoint } from '../../paper/paperPoint';
import { joulesPerBatchSlot, requestLatencyMs } from '../../paper/paperPoint';
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
  const isBeaten = (point: PaperPoint) => joules(point) > joules(most) && point.f1!.value < most.f1!.value;
  const beatenCount = known.filter(isBeaten).length;
  const beaten =
    beatenCount === 0
      ? ''
      : `; ${beatenCount} of the ${known.length - 1} others take more energy than it for less accuracy`;
  return `${whose} the most accurate is ${text(most)}, the least ${text(least)}${beaten}.`;
};

/** Figures 2 and 3: what a larger batch does to energy per image and to both latencies. */
export const batchSentence: Sentence = (points, whose) => {
  const pairs = batchPairs(points).filter(({ least, most }) => least.latencyMsPerImage && most.latencyMsPerImage);
  if (pairs.length === 0) return null;
  const of = pairs.map(({ least, most }) => ({
    energy: change(joules(least), joules(most)),
    latency: change(least.latencyMsPerImage!.value, most.latencyMsPerImage!.value),
  }));
  const sizes = [...new Set(pairs.map(({ least, most }) => `from batch ${least.batchSize} to ${most.batchSize}`))];
  const requests = pairs.flatMap(({ least, most }) => [least, most]).map((p) => requestLatencyMs(p)!.value);
  const [soonest, latest] = [Math.min(...requests), Math.max(...requests)].map(describeMilliseconds);
  const more = of.filter(({ energy }) => energy > 0).length;
  const models = pairs.length === 1 ? pairs[0]!.least.model : `${more} of ${pairs.length} models`;
  const verb =
    pairs.length === 1 ? (more === 1 ? 'takes more' : 'takes less') : more === 1 ? 'takes more' : 'take more';
  return `${whose}, ${listed(sizes)}, ${models} ${verb} energy per image (${rangeText(of.map(({ energy }) => energy))}; time of inference ${rangeText(of.map(({ latency }) => latency))}). A request waits for its whole batch: ${soonest} to ${latest}.`;
};

/** Figure 4: which way energy goes hangs on what it is divided by. */
export const denominatorSentence: Sentence = (points, whose) => {
  const [pair] = batchPairs(points);
  if (!pair) return null;
  const { least, most } = pair;
  const slot = (point: PaperPoint) => joulesPerBatchSlot(point).value;
  const perImage = change(joules(least), joules(most));
  const perSlot = change(slot(least), slot(most));
  const turns = perImage > 0 && perSlot < 0;
  const images = `${describeNumber(joules(least))} J/image at batch ${least.batchSize} becomes ${describeNumber(joules(most))} at ${most.batchSize} (${wholePercent(perImage)})`;
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
