import { describe, expect, it } from 'vitest';
import {
  correlationOf,
  discordantPairs,
  partial,
  pearson,
  ranks,
  spearman,
} from '../../../../src/core/statistics/correlation';
import { publishedPoints } from '../../../../src/core/paper/published';
import { seededNormal, seededRandom, shuffled } from '../../../../src/core/statistics/random';

const random = seededRandom(15);
const draws = Array.from({ length: 50 }, () => Array.from({ length: 3 + Math.floor(random() * 12) }, () => random()));
const points = publishedPoints('exp1');
const column = (of: (p: (typeof points)[number]) => number) => points.map(of);
const [energy, latency, f1] = [column((p) => p.runJoules), column((p) => p.latencyMsPerImage), column((p) => p.f1!)];

describe('coefficients', () => {
  it('are those of an independent computation (SciPy 1.x: pearsonr, spearmanr)', () => {
    expect(pearson(energy, latency)).toBeCloseTo(0.9929524535817811, 12);
    expect(spearman(energy, latency)).toBeCloseTo(0.9868131868131869, 12);
    expect(pearson(energy, f1)).toBeCloseTo(0.8142602034054409, 12);
    expect(spearman(energy, f1)).toBeCloseTo(0.8769230769230769, 12);
  });

  it('of small sets, by hand', () => {
    expect(pearson([1, 2, 3], [2, 4, 6])).toBe(1);
    expect(pearson([1, 2, 3], [1, 3, 2])).toBeCloseTo(0.5, 12);
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBe(1);
    expect(spearman([1, 2, 3, 4], [10, 1, 100, 1000])).toBeCloseTo(0.8, 12);
  });

  it('are symmetric, within ± 1, and indifferent to scale and order', () => {
    for (const [i, x] of draws.entries()) {
      const y = shuffled(x, seededRandom(i)).map((value, j) => value + 0.3 * x[j]!);
      const r = pearson(x, y)!;
      expect(Math.abs(r)).toBeLessThanOrEqual(1);
      expect(pearson(y, x)).toBeCloseTo(r, 12);
      expect(
        pearson(
          x.map((v) => 3 * v - 7),
          y,
        ),
      ).toBeCloseTo(r, 9);
      expect(
        pearson(
          x.map((v) => -v),
          y,
        ),
      ).toBeCloseTo(-r, 9);
      const order = shuffled([...x.keys()], seededRandom(i + 1));
      const at = (values: number[]) => order.map((place) => values[place]!);
      expect(pearson(at(x), at(y))).toBeCloseTo(r, 9);
      // Ranks see no scale at all.
      expect(spearman(x.map(Math.exp), y)).toBeCloseTo(spearman(x, y)!, 12);
    }
  });

  it('are none where one of the two does not vary', () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull();
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
  });
});

describe('ranks', () => {
  it('share the mean where values are equal', () => {
    expect(ranks([10, 20, 20, 5])).toEqual([2, 3.5, 3.5, 1]);
    expect(ranks([7, 7, 7])).toEqual([2, 2, 2]);
  });

  it('are a permutation of 1 to n without ties, and always sum to n(n + 1)/2', () => {
    for (const x of draws) {
      const n = x.length;
      expect(ranks(x).toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
      const tied = ranks(x.map((value) => Math.round(3 * value)));
      expect(tied.reduce((a, b) => a + b, 0)).toBeCloseTo((n * (n + 1)) / 2, 9);
    }
  });
});

describe('a partial coefficient', () => {
  it('is that of the residuals of both on the third', () => {
    const residuals = (y: number[], z: number[]) => {
      const [my, mz] = [y, z].map((values) => values.reduce((a, b) => a + b, 0) / values.length) as [number, number];
      const slope =
        z.reduce((sum, v, i) => sum + (v - mz) * (y[i]! - my), 0) / z.reduce((sum, v) => sum + (v - mz) ** 2, 0);
      return y.map((v, i) => v - my - slope * (z[i]! - mz));
    };
    const held = partial(pearson(energy, f1), pearson(energy, latency), pearson(f1, latency));
    expect(held).toBeCloseTo(pearson(residuals(energy, latency), residuals(f1, latency))!, 9);
  });

  it('is none where the third tells one of the two entirely, or one is not known', () => {
    expect(partial(0.5, 1, 0.5)).toBeNull();
    expect(partial(null, 0.1, 0.1)).toBeNull();
  });
});

describe('an interval', () => {
  it('is Fisher’s, by hand: r = .8 of 14 points', () => {
    const { low, high } = correlationOf(0.8, 14, 'pearson')!;
    const z = Math.atanh(0.8);
    expect(low).toBeCloseTo(Math.tanh(z - 1.959963984540054 / Math.sqrt(11)), 12);
    expect(high).toBeCloseTo(Math.tanh(z + 1.959963984540054 / Math.sqrt(11)), 12);
    expect([low!.toFixed(2), high!.toFixed(2)]).toEqual(['0.47', '0.93']);
  });

  it('is wider of ranks, of fewer points, and with one held equal', () => {
    const width = (...args: Parameters<typeof correlationOf>) => {
      const { low, high } = correlationOf(...args)!;
      return high! - low!;
    };
    expect(width(0.8, 14, 'spearman')).toBeGreaterThan(width(0.8, 14, 'pearson'));
    expect(width(0.8, 7, 'pearson')).toBeGreaterThan(width(0.8, 14, 'pearson'));
    expect(width(0.8, 14, 'pearson', 1)).toBeCloseTo(width(0.8, 13, 'pearson'), 12);
  });

  it('is none of three points, nor of a coefficient of 1', () => {
    expect(correlationOf(0.8, 3, 'pearson')).toEqual({ coefficient: 0.8, low: null, high: null, n: 3 });
    expect(correlationOf(1, 14, 'pearson')!.low).toBeNull();
    expect(correlationOf(null, 14, 'pearson')).toBeNull();
  });

  /** Of models with two batch sizes each, whose points hang together: docs/statistics.md has the table (npm run bench -- correlation). */
  it('holds the truth as often as it says when it counts models, and not when it counts points', () => {
    const normal = seededNormal(20240501);
    const truth = 0.8;
    const counts = { models: 0, points: 0 };
    const sets = 2000;
    for (let i = 0; i < sets; i++) {
      const [x, y]: [number[], number[]] = [[], []];
      for (let model = 0; model < 7; model++) {
        const a = normal();
        const b = truth * a + Math.sqrt(1 - truth ** 2) * normal();
        for (let batch = 0; batch < 2; batch++) {
          x.push(a + 0.1 * normal());
          y.push(b + 0.1 * normal());
        }
      }
      const r = pearson(x, y);
      const isIn = (n: number) => {
        const { low, high } = correlationOf(r, n, 'pearson')!;
        return low! <= truth && truth <= high!;
      };
      if (isIn(7)) counts.models++;
      if (isIn(14)) counts.points++;
    }
    expect(counts.models / sets).toBeGreaterThan(0.93);
    expect(counts.points / sets).toBeLessThan(0.85);
  });
});

describe('pairs in other order', () => {
  it('are counted among those that differ in both', () => {
    expect(discordantPairs([1, 2, 3], [1, 3, 2])).toEqual({ discordant: 1, pairs: 3 });
    expect(discordantPairs([1, 2, 2], [1, 3, 2])).toEqual({ discordant: 0, pairs: 2 });
    expect(discordantPairs(energy, latency)).toEqual({ discordant: 3, pairs: 91 });
  });
});
