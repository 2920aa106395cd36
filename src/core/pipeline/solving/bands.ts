import { type Bound, type Prices, smallestAt } from './bound';
import { type Candidate, joulesOf, type Space, spreadOf } from './space';

/** A stripe of products of accuracies, and what choices with a product within it come to at most. */
export type Band = {
  total: number;
  bound: Bound;
  /** The same at prices looked for longer. */
  tightened: () => Band;
};

const bandCount = 48;
/** How often each price is looked for: of all bands; of one that may hold something better. */
const firstRounds = 2;
const moreRounds = 10;
const priceSteps = 22;
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
  const ends = Array.from({ length: bandCount + 1 }, (_, i) => least ** (1 - i / bandCount));
  const bands = ends.slice(1).map((most, i) => bandOf(space, columns, ends[i]! * (1 - 1e-12), most * (1 + 1e-12)));
  const hasNought = space.stages.some((stage) => stage.some(({ accuracy }) => accuracy === 0));
  return hasNought ? [...bands, bandOf(space, columns, 0, 0)] : bands;
}

const logOf = ({ accuracy }: Candidate) => (accuracy > 0 ? Math.log(accuracy) : logOfNought);

function bandOf(
  space: Space,
  columns: readonly Column[],
  least: number,
  most: number,
  start: BandPrices = { accuracy: 0, seconds: 0, joules: 0 },
  rounds = firstRounds,
): Band {
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
  let prices = start;
  const units: [keyof BandPrices, number][] = [
    ...(most > 0 ? [['accuracy', weight * most] as [keyof BandPrices, number]] : []),
    ...(mostSeconds < Infinity ? [['seconds', spread / mostSeconds] as [keyof BandPrices, number]] : []),
    ...(mostJoules < Infinity ? [['joules', spread / mostJoules] as [keyof BandPrices, number]] : []),
  ];
  for (let round = 0; round < rounds && spread > 0; round++)
    for (const [name, unit] of units) {
      const at = (exponent: number): BandPrices => ({ ...prices, [name]: unit * 10 ** exponent });
      const found = at(smallestAt((exponent) => whole(at(exponent)), -5, 5, priceSteps));
      const without = { ...prices, [name]: 0 };
      for (const other of [found, without]) if (whole(other) < whole(prices)) prices = other;
    }
  const best = columns.map((column) => bestOf(column, prices));
  const rests = best.reduceRight((rest, value) => [rest[0]! + value, ...rest], [0]);
  const limits = constants(prices);
  const total = rests[0]! + limits;
  const valueOf = (one: Candidate) =>
    one.value + prices.accuracy * logOf(one) - prices.seconds * one.seconds - prices.joules * joulesOf(one);
  return {
    total,
    tightened: () => bandOf(space, columns, least, most, prices, moreRounds),
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
