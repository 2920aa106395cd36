import { normalQuantile } from './normal';

/** ln Γ(x) for x > 0, by Lanczos' approximation (g = 7, 9 terms); relative error about 1e-15. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = 0.99999999999980993;
  lanczos.forEach((coefficient, i) => {
    sum += coefficient / (shifted + i + 1);
  });
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * Regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1, by its continued fraction
 * (Abramowitz & Stegun 26.5.8, evaluated after Lentz).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side only; the other side follows from symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x) - Math.log(a),
  );
  const tiny = 1e-300;
  const away = (v: number) => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * fraction;
}

/** P(T > t) of Student's t with `df` > 0 degrees of freedom (Student 1908); keeps its digits in the tail. */
function tUpperTail(t: number, df: number): number {
  if (t < 0) return 1 - tUpperTail(-t, df);
  return 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/** Quantiles already found, by tail and degrees of freedom: the stopping rule asks for few, often. */
const known = new Map<number, Map<number, number>>();

/**
 * t with P(T > t) = `tail`, 0 < tail < 0.5: the factor of an interval with that much in each tail
 * (tail 0.025 for a two-sided 95 % interval).
 */
export function tCritical(tail: number, df: number): number {
  if (!(tail > 0 && tail <= 0.5)) throw new RangeError('a tail probability lies between 0 and 0.5');
  if (!(df > 0)) throw new RangeError('degrees of freedom must be above 0');
  let ofTail = known.get(tail);
  if (!ofTail) {
    if (known.size > 1000) known.clear();
    ofTail = new Map();
    known.set(tail, ofTail);
  }
  let value = ofTail.get(df);
  if (value === undefined) {
    value = solveTail(tail, df);
    ofTail.set(df, value);
  }
  return value;
}

function solveTail(tail: number, df: number): number {
  if (tail === 0.5) return 0;
  let low = 0;
  let high = Math.max(1, -normalQuantile(tail));
  while (tUpperTail(high, df) > tail) {
    low = high;
    high *= 2;
  }
  const logDensityAtZero = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  let t = (low + high) / 2;
  for (let i = 0; i < 200; i++) {
    const error = tUpperTail(t, df) - tail;
    if (error > 0) low = t;
    else high = t;
    // Newton; bisection wherever that leaves the bracket.
    const density = Math.exp(logDensityAtZero - ((df + 1) / 2) * Math.log1p((t * t) / df));
    const next = t + error / density;
    const inside = next > low && next < high;
    const moved = inside ? next : (low + high) / 2;
    if (Math.abs(moved - t) <= 1e-14 * Math.max(1, t)) return moved;
    t = moved;
  }
  return t;
}
