import { type Candidate, joulesOf, type Space, spreadOf } from './space';

/**
 * What choices can come to at most: Lagrange's bound, limits as prices. For prices at or above nought, value − prices·use of any choice,
 * plus prices·limits, is no smaller than the value of one that keeps the limits; and without limits the best rest of a pipeline is known
 * exactly. It is a function of the product so far, and convex in it: the largest of some straight lines (slope: product of the rest's
 * accuracies; intercept: Σ of its values at these prices). Any prices give a valid bound, so nothing rests on how well they are found.
 */
export type Bound = {
  /** A candidate's value at these prices. */
  valueOf: (one: Candidate) => number;
  /** What the rest adds depends on the product before it. */
  isByProduct: boolean;
  /** Only of choices with a product within these. */
  leastProduct: number;
  mostProduct: number;
  /** Prices · limits. */
  limits: number;
  /** What the stages from s on add at most, at these prices, after a product. */
  rest: (s: number, product: number) => number;
  /** What a choice with this candidate of stage s comes to at most, limits included. */
  through: (s: number, candidate: Candidate) => number;
};

type Line = { slope: number; intercept: number };
export type Prices = { seconds: number; joules: number };

const priceSteps = 36;
const priceRounds = 3;

const priced = (one: Candidate, { seconds, joules }: Prices) =>
  one.value - (seconds && seconds * one.seconds) - (joules && joules * joulesOf(one));

/** The bound at the prices that make it tight, looked for one price after the other. */
export function boundOf(space: Space): Bound {
  const prices: Prices = { seconds: 0, joules: 0 };
  const limitsAt = ({ seconds, joules }: Prices) =>
    (seconds && seconds * space.mostSeconds) + (joules && joules * space.mostJoules);
  const whole = (at: Prices) => valueAt(restLines(space, at)[0]!, 1) + limitsAt(at);
  const spread = spreadOf(space);
  const searched = (['seconds', 'joules'] as const).filter(
    (name) => spread > 0 && (name === 'seconds' ? space.mostSeconds : space.mostJoules) < Infinity,
  );
  for (let round = 0; round < (searched.length > 1 ? priceRounds : 1); round++)
    for (const name of searched) {
      const unit = spread / (name === 'seconds' ? space.mostSeconds : space.mostJoules);
      const at = (exponent: number): Prices => ({ ...prices, [name]: unit * 10 ** exponent });
      const exponent = smallestAt((value) => whole(at(value)), -6, 6, priceSteps);
      const isBetter = whole(at(exponent)) < whole({ ...prices, [name]: 0 });
      prices[name] = isBetter ? at(exponent)[name] : 0;
    }
  const lines = restLines(space, prices);
  const before = linesBefore(space, prices);
  const limits = limitsAt(prices);
  const weight = space.productWeight;
  return {
    valueOf: (one) => priced(one, prices),
    isByProduct: weight > 0,
    leastProduct: 0,
    mostProduct: Infinity,
    limits,
    rest: (s, product) => valueAt(lines[s]!, product),
    through(s, one) {
      const value = priced(one, prices) + limits;
      const behind = lines[s + 1]!.map(
        // The weight of the product is in the slopes of both.
        ({ slope, intercept }) => intercept + valueAt(before[s]!, slope === 0 ? 0 : (slope / weight) * one.accuracy),
      );
      return value + behind.reduce((most, here) => Math.max(most, here), -Infinity);
    },
  };
}

/** Of the stages before each the same: as functions of the product behind them. */
function linesBefore({ stages, productWeight }: Space, prices: Prices): Line[][] {
  const lines: Line[][] = [[{ slope: productWeight, intercept: 0 }]];
  for (const stage of stages) lines.push(joined(stage, lines.at(-1)!, prices));
  return lines;
}

/** Of each stage, and of the end, the lines of what comes from there on, by rising slope. */
function restLines({ stages, productWeight }: Space, prices: Prices): Line[][] {
  const lines: Line[][] = [[{ slope: productWeight, intercept: 0 }]];
  for (const stage of stages.toReversed()) lines.unshift(joined(stage, lines[0]!, prices));
  return lines;
}

/** The lines of stages with one more of them: each of its accuracies, at its best value, with each line. */
function joined(stage: readonly Candidate[], lines: readonly Line[], prices: Prices): Line[] {
  const byAccuracy = new Map<number, number>();
  for (const one of stage) {
    const value = priced(one, prices);
    if (value > (byAccuracy.get(one.accuracy) ?? -Infinity)) byAccuracy.set(one.accuracy, value);
  }
  return upperEnvelope(
    [...byAccuracy].flatMap(([accuracy, value]) =>
      lines.map(({ slope, intercept }) => ({ slope: slope * accuracy, intercept: intercept + value })),
    ),
  );
}

/** Those of the lines that are the highest somewhere between 0 and 1, by rising slope. */
function upperEnvelope(lines: Line[]): Line[] {
  lines.sort((a, b) => a.slope - b.slope || b.intercept - a.intercept);
  const kept: Line[] = [];
  for (const line of lines) {
    const last = kept.at(-1);
    if (last && last.slope === line.slope) continue;
    // From 0 on a steeper line that begins no lower is above.
    while (kept.length > 0 && kept.at(-1)!.intercept <= line.intercept) kept.pop();
    while (kept.length > 1 && crossing(kept.at(-2)!, line) <= crossing(kept.at(-2)!, kept.at(-1)!)) kept.pop();
    if (kept.length === 0 || crossing(kept.at(-1)!, line) < 1) kept.push(line);
  }
  return kept;
}

const crossing = (a: Line, b: Line) => (a.intercept - b.intercept) / (b.slope - a.slope);

function valueAt(lines: readonly Line[], product: number): number {
  let best = -Infinity;
  for (const { slope, intercept } of lines) {
    const value = slope * product + intercept;
    // Along the envelope values rise to the highest and then fall.
    if (value < best) return best;
    best = value;
  }
  return best;
}

/** Where a function with one valley is smallest, by golden sections (Kiefer, 1953). */
export function smallestAt(of: (at: number) => number, from: number, to: number, steps: number): number {
  const share = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let left = high - share * (high - low);
  let right = low + share * (high - low);
  let atLeft = of(left);
  let atRight = of(right);
  for (let step = 0; step < steps; step++) {
    if (atLeft <= atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - share * (high - low);
      atLeft = of(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + share * (high - low);
      atRight = of(right);
    }
  }
  return (low + high) / 2;
}
