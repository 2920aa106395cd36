import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { smoothCosts } from '../../../../src/core/search/smoothCosts';
import type { Observation } from '../../../../src/core/search/observation';
import { emptyResult } from '../../../support/simulatedSweep';

const sizes = [1, 2, 4, 8, 16, 32];
const configurations = sizes.map((batchSize) => emptyResult(batchSize));
const truth = (batchSize: number) => 0.03 * Math.log2(batchSize / 8) ** 2;

/** Trials of some sizes in some blocks, each block at a level of its own. */
function trials(of: number[], blocks: number, noise: number, change: (o: Observation) => number = () => 0) {
  const random = seededRandom(3);
  return Array.from({ length: blocks }, (_, b) =>
    of.map((size) => {
      const o = { configuration: sizes.indexOf(size), block: b + 1, lnCost: 0 };
      return { ...o, lnCost: truth(size) + 0.1 * b + noise * (random() - 0.5) + change(o) };
    }),
  ).flat();
}
const at = (size: number) => sizes.indexOf(size);

describe('smooth costs', () => {
  it('foretell between those that were measured, whatever the blocks share', () => {
    const costs = smoothCosts(configurations, trials([1, 2, 8, 32], 3, 0.004));
    expect(costs.difference(at(4), at(8))).toBeCloseTo(truth(4), 1);
    expect(costs.difference(at(1), at(8))).toBeCloseTo(truth(1), 2);
    expect(costs.chanceBelow(at(1), at(8), 0)).toBeLessThan(1e-3);
  });

  it('know more of one that was tried than of one that was not', () => {
    const some = smoothCosts(configurations, trials([1, 4, 16, 32], 2, 0.004));
    const all = smoothCosts(configurations, trials([1, 4, 8, 16, 32], 2, 0.004));
    expect(some.chanceBelow(at(8), at(4), 0.1)).toBeGreaterThan(10 * all.chanceBelow(at(8), at(4), 0.1));
  });

  it('give up nothing on one trial that its neighbours contradict, but on two', () => {
    const stray = (o: Observation) => (o.configuration === at(8) ? 0.2 : 0);
    const once = trials([1, 4, 16, 32], 2, 0.004).concat(
      trials([8], 1, 0.004, stray).map((o) => ({ ...o, block: 2, lnCost: o.lnCost + 0.1 })),
    );
    const twice = trials([1, 4, 8, 16, 32], 2, 0.004, stray);
    expect(smoothCosts(configurations, once).chanceBelow(at(8), at(4), 0)).toBeGreaterThan(0.01);
    expect(smoothCosts(configurations, twice).chanceBelow(at(8), at(4), 0)).toBeLessThan(1e-3);
  });

  it('say nothing of another model', () => {
    const other = emptyResult(8, { id: 'other', model: 'other' });
    const costs = smoothCosts([...configurations, other], trials([1, 4, 8, 16], 2, 0.004));
    expect(costs.chanceBelow(6, at(8), 0)).toBeGreaterThan(0.3);
  });

  it('are not led by one trial far from its others', () => {
    const far = (o: Observation) => (o.configuration === at(4) && o.block === 3 ? 0.3 : 0);
    const costs = smoothCosts(configurations, trials([1, 4, 8, 16], 5, 0.004, far));
    expect(costs.difference(at(4), at(8))).toBeCloseTo(truth(4), 1);
    expect(Math.abs(costs.difference(at(4), at(8)) - truth(4))).toBeLessThan(0.02);
  });
});
