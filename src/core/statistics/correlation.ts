import { normalQuantile } from './normal';
import { mean } from './statistics';

/** How two or three measured quantities go together. */

/** A coefficient with its 95 % interval; `n`: independent ones that the interval counts. null: too few, or one does not vary. */
export type Correlation = { coefficient: number; low: number | null; high: number | null; n: number };

/** Pearson's product-moment coefficient, −1 to 1; null where one of the two does not vary. */
export function pearson(x: readonly number[], y: readonly number[]): number | null {
  const [centreX, centreY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  x.forEach((value, i) => {
    const [dx, dy] = [value - centreX, y[i]! - centreY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  });
  // Of equal values rounding leaves something.
  const isFlat = (squares: number, values: readonly number[]) =>
    !(squares > 1e-24 * values.reduce((sum, value) => sum + value * value, 0));
  if (isFlat(xx, x) || isFlat(yy, y)) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Ranks from 1; equal values have the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranked = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let i = from; i <= to; i++) ranked[order[i]!] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranked;
}

/** Spearman's rank coefficient (1904): Pearson's of the ranks, which holds with ties too. */
export const spearman = (x: readonly number[], y: readonly number[]): number | null => pearson(ranks(x), ranks(y));

/**
 * Of x and y among those of equal z: (rxy − rxz ryz) / √((1 − rxz²)(1 − ryz²)) (Yule 1907). null where one of the three is
 * not known, or z tells one of the others entirely.
 */
export function partial(xy: number | null, xz: number | null, yz: number | null): number | null {
  if (xy === null || xz === null || yz === null) return null;
  const rest = (1 - xz * xz) * (1 - yz * yz);
  // What is left of a coefficient of 1 is rounding.
  return rest < 1e-12 ? null : Math.max(-1, Math.min(1, (xy - xz * yz) / Math.sqrt(rest)));
}

/**
 * A coefficient with the interval of Fisher's z (1921): tanh(artanh r ± z · s), s = 1/√(n − 3 − k) with k quantities held equal. For
 * ranks s is wider, √((1 + ρ²/2)/(n − 3 − k)) (Bonett & Wright 2000).
 *
 * @param n independent ones: of models at two batch sizes each the models (docs/statistics.md says how often it is right)
 * @param kind of Pearson's or of Spearman's coefficient
 * @param held how many other quantities are held equal
 */
export function correlationOf(
  coefficient: number | null,
  n: number,
  kind: 'pearson' | 'spearman',
  held = 0,
): Correlation | null {
  if (coefficient === null) return null;
  const free = n - 3 - held;
  // Of a coefficient of 1 z has no end.
  if (free < 1 || Math.abs(coefficient) >= 1 - 1e-12) return { coefficient, low: null, high: null, n };
  const widening = kind === 'spearman' ? 1 + (coefficient * coefficient) / 2 : 1;
  const half = normalQuantile(0.975) * Math.sqrt(widening / free);
  const z = Math.atanh(coefficient);
  return { coefficient, low: Math.tanh(z - half), high: Math.tanh(z + half), n };
}

/** Pairs of points that the two quantities order in opposite ways, of all pairs that differ in both. */
export function discordantPairs(x: readonly number[], y: readonly number[]): { discordant: number; pairs: number } {
  let [discordant, pairs] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const product = (x[i]! - x[j]!) * (y[i]! - y[j]!);
      if (product === 0) continue;
      pairs++;
      if (product < 0) discordant++;
    }
  }
  return { discordant, pairs };
}
