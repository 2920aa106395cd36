import { describe, expect, it } from 'vitest';
import { loadCurve } from '../../../../../src/core/pipeline/simulation/loadCurve';
import { createArrivals } from '../../../../../src/core/pipeline/simulation/patternArrivals';
import { unitArrivals } from '../../../../support/queueRun';

const take = (next: () => number, count: number) => Array.from({ length: count }, () => next());

const steps = loadCurve({
  kind: 'steps',
  steps: [
    { seconds: 2, requestsPerSecond: 3 },
    { seconds: 3, requestsPerSecond: 0 },
    { seconds: 1, requestsPerSecond: 2 },
  ],
});

describe('evenly spaced', () => {
  it('requests are exactly k ÷ λ apart, however many', () => {
    const next = createArrivals(loadCurve({ kind: 'constant', requestsPerSecond: 10 }), 'even', 1);
    expect(take(next, 100_001).at(-1)).toBe(10_000);
  });

  it('requests follow the steps, leave out those without load, and begin anew', () => {
    const moments = take(createArrivals(steps, 'even', 1), 11);
    const expected = [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 5, 5.5, 6, 6 + 1 / 3, 6 + 2 / 3];
    moments.forEach((moment, i) => expect(moment).toBeCloseTo(expected[i]!, 12));
  });

  it('requests come also of a load at which very many periods pass without one', () => {
    const seldom = loadCurve({ kind: 'steps', steps: [{ seconds: 10, requestsPerSecond: 1e-300 }] });
    const [first, second] = take(createArrivals(seldom, 'even', 1), 2);
    expect(first).toBe(0);
    expect(second! / 1e300).toBeCloseTo(1, 9);
  });
});

describe('Poisson', () => {
  it('arrivals are those of single queues, at the rate', () => {
    const next = createArrivals(loadCurve({ kind: 'constant', requestsPerSecond: 4 }), 'poisson', 9);
    const unit = unitArrivals(9, 40_000);
    take(next, 40_000).forEach((moment, i) => {
      if (i % 999 === 0) expect(moment).toBeCloseTo(unit[i]! / 4, 6);
    });
  });

  it('arrivals have the rate of each piece', () => {
    const trace = loadCurve({ kind: 'trace', requestsPerSecond: [40, 0, 10], file: 'trace.csv' });
    const counts = [0, 0, 0];
    const next = createArrivals(trace, 'poisson', 2);
    for (let at = next(); at < 3000; at = next()) counts[Math.floor(at) % 3]!++;
    expect(counts[1]).toBe(0);
    // Four standard deviations.
    expect(Math.abs(counts[0]! - 40_000)).toBeLessThan(800);
    expect(Math.abs(counts[2]! - 10_000)).toBeLessThan(400);
  });
});
