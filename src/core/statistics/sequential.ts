import { normalDensity, normalQuantile, normalUpperTail } from './normal';

/** Fewest common blocks on which a verdict rests: below, a t interval says little and its coverage cannot be checked. */
export const fewestBlocks = 5;

/**
 * Numbers of blocks at which the data are looked at: every block up to 24, then whenever they have
 * grown by a twelfth; the maximum always.
 */
export function lookSchedule(min: number, max: number): number[] {
  const looks: number[] = [];
  for (let n = Math.max(min, fewestBlocks); n < max; n += Math.max(1, Math.floor(n / 12))) looks.push(n);
  looks.push(Math.max(max, min, fewestBlocks));
  return looks;
}

/** Nodes of the quadrature: enough for steps of a twelfth at boundaries up to 6. */
const nodes = 40;

/**
 * Two-sided nominal level to use at every look so that the probability of ever crossing the
 * boundary under the null hypothesis is `overall` (Pocock 1977). The looks need not be equally
 * spaced: crossing probabilities by the recursive integration of Armitage, McPherson & Rowe (1969);
 * applied to t statistics through their p-values (Jennison & Turnbull 2000, §4.4), which lets 3 to
 * 20 % more cross with so few values (docs/statistics.md, simulated): the level pays for that.
 */
export function nominalLevel(overall: number, looks: readonly number[]): number {
  return looks.length <= 1 ? overall : pocockLevel(overall / studentExcess, looks);
}

/** Simulated crossings of t statistics from 5 blocks on, over those that the normal theory allows; the largest seen. */
const studentExcess = 1.2;

/** The same for statistics whose variance is known: Pocock's constant, as a two-sided nominal level. */
export function pocockLevel(overall: number, looks: readonly number[]): number {
  // Regula falsi (Illinois) on ln(crossing probability), between no correction and Bonferroni's.
  const excess = (z: number) => Math.log(crossingProbability(z, looks) / overall);
  let [low, high] = [-normalQuantile(overall / 2), -normalQuantile(overall / looks.length / 2)];
  let [atLow, atHigh] = [excess(low), excess(high)];
  let z = high;
  for (let i = 0; i < 40; i++) {
    z = (low * atHigh - high * atLow) / (atHigh - atLow);
    const at = excess(z);
    if (Math.abs(at) < 1e-9) break;
    if (at > 0) [low, atLow, atHigh] = [z, at, atHigh / 2];
    else [high, atHigh, atLow] = [z, at, atLow / 2];
  }
  return 2 * normalUpperTail(z);
}

/** P(|Sₙ| ≥ boundary·√n at any of the looks) for sums Sₙ of n independent standard normal values. */
export function crossingProbability(boundary: number, looks: readonly number[]): number {
  // The density of the sums that have not crossed is even, so half the line is enough.
  const first = looks[0]!;
  let points = scaled(boundary * Math.sqrt(first));
  let density = points.x.map((x) => normalDensity(x / Math.sqrt(first)) / Math.sqrt(first));
  for (let k = 1; k < looks.length; k++) {
    const n = looks[k]!;
    const sd = Math.sqrt(n - looks[k - 1]!);
    const next = scaled(boundary * Math.sqrt(n));
    density = next.x.map((x) => {
      let sum = 0;
      for (let i = 0; i < points.x.length; i++) {
        const y = points.x[i]!;
        sum += points.weight[i]! * density[i]! * (normalDensity((x - y) / sd) + normalDensity((x + y) / sd));
      }
      return sum / sd;
    });
    points = next;
  }
  let inside = 0;
  for (let i = 0; i < points.x.length; i++) inside += 2 * points.weight[i]! * density[i]!;
  return 1 - inside;
}

const gauss = gaussLegendre(nodes);

/** Gauss–Legendre nodes and weights on [0, end]. */
function scaled(end: number) {
  return { x: gauss.map((g) => ((g.x + 1) * end) / 2), weight: gauss.map((g) => (g.weight * end) / 2) };
}

/** Nodes and weights on [−1, 1]: Newton's method on the Legendre polynomial. */
function gaussLegendre(count: number): { x: number; weight: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let step = 0; step < 20; step++) {
      let previous = 1;
      let value = x;
      for (let k = 2; k <= count; k++) {
        [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      }
      slope = (count * (x * value - previous)) / (x * x - 1);
      x -= value / slope;
    }
    return { x, weight: 2 / ((1 - x * x) * slope * slope) };
  });
}
