/**
 * Mean, scatter and Student's t a second time, by other formulas than those of src/core/statistics, so that an error of the one
 * shows against the other. Slow and plain: for audits, not for sweeps.
 */

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const average = (values: readonly number[]): number => sum(values) / values.length;

/** Sample standard deviation, by the sum over all pairs: s² = Σ(xᵢ − xⱼ)² ÷ (2 n (n − 1)), of any centre. */
export function scatter(values: readonly number[]): number {
  const n = values.length;
  // Of many the pairs would take long; about the mean it is the same.
  if (n > 500) {
    const centre = average(values);
    return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (n - 1));
  }
  let squares = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) squares += (values[i]! - values[j]!) ** 2;
  return Math.sqrt(squares / (n * (n - 1)));
}

/**
 * P(|T| ≤ t) of Student's t with a whole number of degrees of freedom, as the finite sums of Abramowitz & Stegun 26.7.3 and
 * 26.7.4: no gamma function, no continued fraction.
 */
function centralShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  if (degrees % 2 === 1) {
    let [term, total] = [cosine, 0];
    for (let k = 1; k <= degrees - 2; k += 2) {
      total += term;
      term *= ((k + 1) / (k + 2)) * cosine * cosine;
    }
    return (2 / Math.PI) * (angle + sine * total);
  }
  let [term, total] = [1, 0];
  for (let k = 0; k <= degrees - 2; k += 2) {
    total += term;
    term *= ((k + 1) / (k + 2)) * cosine * cosine;
  }
  return sine * total;
}

/** P(|Z| ≤ z) of the normal distribution, as the series of Abramowitz & Stegun 26.2.11. */
function normalCentralShare(z: number): number {
  let [term, total] = [z, z];
  for (let k = 3; term > 1e-17 * total; k += 2) {
    term *= (z * z) / k;
    total += term;
  }
  return Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) * total;
}

/** From so many degrees of freedom on the finite sums take long, and the expansion about the normal quantile has all digits. */
const mostSummed = 10_000;

/** Abramowitz & Stegun 26.7.5 to the third power of 1 ÷ degrees. */
function byNormal(z: number, degrees: number): number {
  const [first, second, third] = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

const known = new Map<string, number>();

/** t beyond which lies `tail` on each side, by halving. @param tail above 0, below .5; @param degrees 1 and more, whole */
export function tBeyond(tail: number, degrees: number): number {
  const key = `${tail} ${degrees}`;
  let found = known.get(key);
  if (found === undefined) {
    found =
      degrees > mostSummed
        ? byNormal(halved(normalCentralShare, 1 - 2 * tail), degrees)
        : halved((t) => centralShare(t, degrees), 1 - 2 * tail);
    known.set(key, found);
  }
  return found;
}

/** Where a function that rises from 0 reaches a value. */
function halved(rising: (at: number) => number, value: number): number {
  let [low, high] = [0, 1];
  while (rising(high) < value) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export type Ends = { low: number | null; high: number | null };

/** mean ± t · s ÷ √n ± edge. */
export function plainEnds(values: readonly number[], tail: number, edge = 0): Ends {
  const n = values.length;
  if (n < 2) return { low: null, high: null };
  const half = (tBeyond(tail, n - 1) * scatter(values)) / Math.sqrt(n) + edge;
  return { low: average(values) - half, high: average(values) + half };
}

/** The same of the logarithms, exponentiated; the mean lies inside, no end is below 0. Of values with a 0 on the plain scale. */
export function ratioEnds(values: readonly number[], tail: number, edge = 0): Ends {
  const plain = plainEnds(values, tail, edge);
  if (plain.low === null || plain.high === null) return plain;
  if (values.some((value) => !(value > 0))) return { low: Math.max(0, plain.low), high: plain.high };
  const logs = plainEnds(values.map(Math.log), tail);
  const centre = average(values);
  return {
    low: Math.max(0, Math.min(centre, Math.exp(logs.low!)) - edge),
    high: Math.max(centre, Math.exp(logs.high!)) + edge,
  };
}

/** The value below which `percent` of the others lie, by straight lines between neighbours. */
export function quantile(values: readonly number[], percent: number): number {
  const inOrder = Float64Array.from(values).sort();
  const place = ((inOrder.length - 1) * percent) / 100;
  const before = Math.floor(place);
  const [a, b] = [inOrder[before]!, inOrder[Math.min(before + 1, inOrder.length - 1)]!];
  return a + (place - before) * (b - a);
}
