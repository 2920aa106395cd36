import { figurePoint } from '../../figure/figurePoint';
import type { FigureLayer } from '../../figure/figureSchema';
import { joulesPerBatchSlot, type PaperPoint, requestLatencyMs } from '../../paper/paperPoint';
import type { Known } from '../../statistics/known';
import { counted } from '../../statistics/wording';
import { describeNumber } from '../../words/units';

/** What a figure of the paper has along an axis: the axis' title, the value of a point, and how it is told. */
export type Quantity = {
  axis: string;
  of(point: PaperPoint): Known | null;
  words(value: string, point: PaperPoint): string;
  digits?: number;
};

const images = ({ images: count }: PaperPoint) => counted(count, 'image');

/** Titles of axes as the paper draws them, and those of the same measurements under the denominator that they are meant under. */
export const quantities = {
  f1: { axis: 'Accuracy - F1 Score', of: (p) => p.f1, words: (v) => `F1 ${v} (of AP and AR)`, digits: 4 },
  latency: {
    axis: 'Latency (ms)',
    of: (p) => p.latencyMsPerImage,
    words: (v) => `${v} ms of inference an image`,
  },
  latencyPerInput: {
    axis: 'Latency per Input (ms)',
    of: (p) => p.latencyMsPerImage,
    words: (v) => `${v} ms of inference an image`,
  },
  requestLatency: {
    axis: 'Request latency (ms), batch size × ms an image',
    of: requestLatencyMs,
    words: (v) => `${v} ms until a request’s batch is done, nothing queued`,
  },
  runEnergy: { axis: 'Energy Consumption (J)', of: (p) => p.runJoules, words: (v, p) => `${v} J for ${images(p)}` },
  slotEnergy: {
    axis: 'Energy Consumption per Input (J)',
    of: joulesPerBatchSlot,
    words: (v, p) => `${v} J per batch slot (energy of ${images(p)} ÷ ${p.batchSize})`,
  },
  imageEnergy: { axis: 'Energy (J/image)', of: (p) => p.joulesPerImage, words: (v) => `${v} J/image` },
} as const satisfies Record<string, Quantity>;

type Axes = { x: Quantity; y: Quantity };

/** A layer of points that are known along both axes, joined by rising x. */
export function paperLayer(
  { id, title, isShown, missing }: Pick<FigureLayer, 'id' | 'title' | 'isShown' | 'missing'>,
  { x, y }: Axes,
  points: readonly PaperPoint[],
  { drawn, label }: { drawn: Axes; label(point: PaperPoint): string },
): FigureLayer {
  const placed = points.flatMap((point) => {
    const [along, up] = [x.of(point), y.of(point)];
    return along && up ? [{ point, along, up }] : [];
  });
  placed.sort((a, b) => a.along.value - b.along.value);
  const isOther = x.axis !== drawn.x.axis || y.axis !== drawn.y.axis;
  return {
    ...{ id, title, isShown, isJoined: true },
    ...(isOther && { axes: { x: x.axis, y: y.axis } }),
    points: placed.map(({ point, along, up }) =>
      figurePoint({
        ...{ x: along.value, xLow: along.low, xHigh: along.high },
        ...{ y: up.value, yLow: up.low, yHigh: up.high },
        label: label(point),
        words: [
          `${point.model} at batch ${point.batchSize}`,
          y.words(knownText(up, y.digits), point),
          x.words(knownText(along, x.digits), point),
          counted(point.n, 'trial'),
        ],
      }),
    ),
    missing: placed.length > 0 ? null : missing,
  };
}

/** `51.2`, `51.2 (50.9–51.6)`. */
function knownText({ value, low, high }: Known, digits = 3): string {
  const text = (number: number) => describeNumber(number, digits);
  const isSame = low === null || high === null || (text(low) === text(value) && text(high) === text(value));
  return isSame ? text(value) : `${text(value)} (${text(low)}–${text(high)})`;
}
