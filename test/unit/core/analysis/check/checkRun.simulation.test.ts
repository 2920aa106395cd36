import { expect, it } from 'vitest';
import { type CheckTruth, increaseLimit, simulateChecks } from '../../../../support/simulatedChecks';
import { repeats } from '../../../../support/repeats';

const pairs = repeats(200, 4000);
/** Three standard errors of a share of 5 %. */
const chance = 3 * Math.sqrt((0.05 * 0.95) / pairs);

/** Days differ by 2 %, a configuration alone by .3 %, blocks by 2 %, trials by .7 %, each like the one before it. */
const usual: CheckTruth = {
  ...{ configurations: 3, blocks: 8, past: 5, dayPercent: 2, configurationDayPercent: 0.3, blockPercent: 2 },
  ...{ cvPercent: 0.7, correlation: 0.5, changePercent: 0, control: true, limits: [increaseLimit(0)] },
};
const single: Partial<CheckTruth> = { configurations: 1, control: false };

it.each([
  ['by ratios, all configurations', {}],
  [
    'by ratios, ten limits',
    { limits: Array.from({ length: 5 }, (_, i) => [increaseLimit(0), increaseLimit(i)]).flat() },
  ],
  ['by ratios, after runs that stop by themselves', { blocks: 9, stopping: { apartPercent: 3 } }],
  ['by the values themselves', single],
  ['by the values themselves, three days known', { ...single, past: 3 }],
])('an equal model breaks a budget that allows nothing in 5 of 100 at most: %s', (_, truth) => {
  expect(simulateChecks({ ...usual, ...truth }, pairs, 61).fail).toBeLessThan(0.05 + chance);
});

it('never breaks a budget without runs of other days, and keeps one with room for them', () => {
  const changed = { ...usual, past: 0, changePercent: 20, limits: [increaseLimit(2, { model: 'candidate' })] };
  expect(simulateChecks(changed, 50, 62)['cannot-tell']).toBe(1);
  const roomy = simulateChecks({ ...usual, limits: [increaseLimit(3)] }, pairs, 63);
  expect(roomy.fail).toBe(0);
  expect(roomy.pass).toBeGreaterThan(0.8);
});

it('a model that takes 5 % more is found beside one that has not changed, one that takes 10 % more mostly without', () => {
  const limits = [increaseLimit(2, { model: 'candidate' })];
  expect(simulateChecks({ ...usual, changePercent: 5, limits }, pairs, 64).fail).toBeGreaterThan(0.9);
  const alone = { ...usual, ...single, past: 10, changePercent: 10, limits };
  expect(simulateChecks(alone, pairs, 65).fail).toBeGreaterThan(0.6);
});

it('says of a model that breaks the budget that it keeps it in 5 of 100 at most', () => {
  const limits = [increaseLimit(5, { model: 'candidate' })];
  expect(simulateChecks({ ...usual, changePercent: 5.01, limits }, pairs, 66).pass).toBeLessThan(0.05 + chance);
});
