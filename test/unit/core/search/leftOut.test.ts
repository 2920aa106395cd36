import { expect, it } from 'vitest';
import { curveOf, ruledOut, type Standing } from '../../../../src/core/search/leftOut';
import { emptyResult } from '../../../support/simulatedSweep';

const sizes = [1, 2, 4, 8, 16, 32, 64];
const configurations = sizes.map((batchSize) => emptyResult(batchSize));
const standing = (lnCosts: number[], rest: Partial<Standing> = {}): Standing => ({
  trials: lnCosts.length,
  lnCosts: new Map(lnCosts.map((cost, i) => [i + 1, cost])),
  ...{ isAlways: false, isSettled: false, isBroken: false, ...rest },
});
const costs = (size: number) =>
  [0.1, 0.3].map((level, k) => level + 0.1 * Math.log2(size) + 0.002 * Math.sin(size + k));
/** Ever more joules with the batch; the middle ones were not tried. */
const standings = sizes.map((size) => standing([4, 16].includes(size) ? [] : costs(size)));
const places = [...sizes.keys()];

it('rules out those that would have to be unlike all others, tried or not, and the lowest never', () => {
  const curve = curveOf(configurations, standings);
  expect(curve.lowest).toBe(0);
  const out = ruledOut(places, standings, curve, 1);
  expect(out.has(0)).toBe(false);
  expect([...out]).toEqual(expect.arrayContaining([2, 3, 4, 5, 6]));
  expect(curve.above(4)).toBeCloseTo(0.4, 1);
});

it('rules out no more than are together improbable', () => {
  const near = sizes.map((size) => standing(size === 1 ? [0.1, 0.3] : size === 64 ? [0.1005, 0.3005] : []));
  const curve = curveOf(configurations, near);
  expect(ruledOut([1, 2, 3, 4, 5], near, curve, 1).size).toBe(0);
});

it('rules out what breaks the limit, and takes the lowest of those that may keep it', () => {
  const broken = standings.map((s, i) => ({ ...s, isBroken: i === 0 || i === 2 }));
  const curve = curveOf(configurations, broken);
  expect(curve.lowest).toBe(1);
  expect(ruledOut(places, broken, curve, 1)).toContain(0);
  const none = standings.map((s) => ({ ...s, isBroken: s.trials > 0 }));
  expect(curveOf(configurations, none).lowest).toBeNull();
  expect([...ruledOut(places, none, curveOf(configurations, none), 1)]).toEqual([0, 1, 3, 5, 6]);
});
