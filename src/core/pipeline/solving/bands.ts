import { type Bound, type Prices, smallestAt } from './bound';
import { type Candidate, joulesOf, type Space, spreadOf } from './space';

/** A stripe of products of accuracies, and what choices with a product within it come to at most. */
export type Band = {
  total: number;
  bound: Bound;
  /** The same at prices looked for longer. */
  tightened: () => Band;
  /** Cut into narrower ones. */
  parts: () => Band[];
};

const bandCount = 48;
const partCount = 8;
/** Each price is looked for so often, to some thousandths of a decade; all together, where a band is to be tight, more coarsely before. */
const priceRounds = 2;
const priceSteps = 22;
const stepsTogether = 14;
/** In place of the logarithm of nought: no price above nought makes up for it, and nought times it is nought. */
const logOfNought = -1e300;

type Column = { values: number[]; logs: number[]; seconds: number[]; joules: number[] };
type BandPrices = Prices & { accuracy: number };

/**
 * Lagrange's bound on a product is loose where good choices have either all accuracies high or all low, since prices allow a mixture of both. So
 * products are cut into stripes. Within least ≤ P ≤ most and for any θ, weight·P − θ·log P is no larger than at one of the ends (it is convex in
 * log P), and θ·log P is a sum over the stages: with it in the place of the product the bound is one of sums, tight where stripes are narrow.
 */
export function bandsOf(space: Space): Band[] {
  const smallest = space.stages.map((stage) =>
    stage.reduce((least, { accuracy }) => (accuracy > 0 ? Math.min(least, accuracy) : least), 1),
  );
  const least = smallest.reduce((product, accuracy) => product * accuracy, 1);
  const columns = space.stages.map((stage): Column => ({
    values: stage.map(({ value }) => value),
    logs: stage.map(logOf),
    seconds: stage.map(({ seconds }) => seconds),
    joules: stage.map(joulesOf),
  }));
  const bands = cut(least, 1, bandCount).map(([from, to]) => bandOf(space, columns, from, to, false));
  const hasNought = space.stages.some((stage) => stage.some(({ accuracy }) => accuracy === 0));
  return hasNought ? [...bands, bandOf(space, columns, 0, 0, false)] : bands;
}

/** Stripes of equal ratio between two products, each a little wider than its share, for products in doubles; of nought itself one. */
function cut(least: number, most: number, count: number): [least: number, most: number][] {
  if (least === 0) return [[0, most]];
  const ends = Array.from({ length: count + 1 }, (_, i) => least * (most / least) ** (i / count));
  return ends.slice(1).map((end, i) => [ends[i]! * (1 - 1e-12), end * (1 + 1e-12)]);
}

const same = (prices: BandPrices) => prices;

const logOf = ({ accuracy }: Candidate) => (accuracy > 0 ? Math.log(accuracy) : logOfNought);

function bandOf(space: Space, columns: readonly Column[], least: number, most: number, isTight: boolean): Band {
  const { productWeight: weight, mostSeconds, mostJoules } = space;
  const spread = spreadOf(space);
  const atEnd = (product: number, price: number) => weight * product - (price && price * Math.log(product));
  const constants = ({ accuracy, seconds, joules }: BandPrices) =>
    Math.max(atEnd(least, accuracy), atEnd(most, accuracy)) +
    (seconds && seconds * mostSeconds) +
    (joules && joules * mostJoules);
  const bestOf = ({ values, logs, seconds, joules }: Column, at: BandPrices) => {
    let best = -Infinity;
    for (let c = 0; c < values.length; c++) {
      const value = values[c]! + at.accuracy * logs[c]! - at.seconds * seconds[c]! - at.joules * joules[c]!;
      if (value > best) best = value;
    }
    return best;
  };
  const whole = (at: BandPrices) => columns.reduce((sum, column) => sum + bestOf(column, at), constants(at));
  const units: [keyof BandPrices, number][] = [
    ...(most > 0 ? [['accuracy', weight * most] as [keyof BandPrices, number]] : []),
    ...(mostSeconds < Infinity ? [['seconds', spread / mostSeconds] as [keyof BandPrices, number]] : []),
    ...(mostJoules < Infinity ? [['joules', spread / mostJoules] as [keyof BandPrices, number]] : []),
  ];
  /** The best of one price, with what `then` makes of the others. */
  const bestPrice = (
    at: BandPrices,
    [name, unit]: [keyof BandPrices, number],
    steps: number,
    then = same,
  ): BandPrices => {
    const priceAt = (exponent: number) => then({ ...at, [name]: unit * 10 ** exponent });
    const found = priceAt(smallestAt((exponent) => whole(priceAt(exponent)), -5, 5, steps));
    const without = then({ ...at, [name]: 0 });
    return whole(found) < whole(without) ? found : without;
  };
  /** The smallest over one price of the smallest over the next, and so on: all together, which one after the other would miss. */
  const together = (at: BandPrices, left: readonly [keyof BandPrices, number][]): BandPrices =>
    left.length === 0 ? at : bestPrice(at, left[0]!, stepsTogether, (other) => together(other, left.slice(1)));
  let prices: BandPrices = { accuracy: 0, seconds: 0, joules: 0 };
  if (spread > 0) {
    if (isTight) prices = together(prices, units);
    for (let round = 0; round < priceRounds; round++)
      for (const unit of units) {
        const other = bestPrice(prices, unit, priceSteps);
        if (whole(other) < whole(prices)) prices = other;
      }
  }
  const best = columns.map((column) => bestOf(column, prices));
  const rests = best.reduceRight((rest, value) => [rest[0]! + value, ...rest], [0]);
  const limits = constants(prices);
  const total = rests[0]! + limits;
  const valueOf = (one: Candidate) =>
    one.value + prices.accuracy * logOf(one) - prices.seconds * one.seconds - prices.joules * joulesOf(one);
  return {
    total,
    tightened: () => bandOf(space, columns, least, most, true),
    parts: () => cut(least, most, partCount).map(([from, to]) => bandOf(space, columns, from, to, true)),
    bound: {
      leastProduct: least,
      mostProduct: most,
      limits,
      valueOf,
      isByProduct: false,
      rest: (s) => rests[s]!,
      through: (s, one) => total - best[s]! + valueOf(one),
    },
  };
}
