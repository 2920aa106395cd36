import { describe, expect, it } from 'vitest';
import { repeats } from '../../../support/repeats';
import { simulateDrift } from '../../../support/simulatedDrift';

const runs = repeats(1000, 5000);
/** Three standard errors of a share of 5 %. */
const chance = 3 * Math.sqrt((0.05 * 0.95) / runs);

describe.each([
  [1, 5],
  [2, 5],
  [5, 5],
  [5, 12],
  [11, 5],
])('%i configurations in %i blocks, trials that are like the ones before (AR(1), .5)', (configurations, blocks) => {
  const truth = { configurations, blocks, correlation: 0.5 };

  it.each([1, 2])('have no drift of which is told in more than 5 %, at a CV of %i %', (cvPercent) => {
    const { told, covered } = simulateDrift({ ...truth, cvPercent, driftPercent: 0 }, runs, 41);
    expect(told).toBeLessThan(0.05 + chance);
    expect(covered).toBeGreaterThan(0.95 - chance);
  });
});

it('the last check over the first one is a false alarm far more often', () => {
  const truth = { configurations: 5, blocks: 5, correlation: 0.5, driftPercent: 0 };
  expect(simulateDrift({ ...truth, cvPercent: 1 }, runs, 42).toldByChecks).toBeGreaterThan(0.12);
  expect(simulateDrift({ ...truth, cvPercent: 2 }, runs, 42).toldByChecks).toBeGreaterThan(0.4);
});

it('a drift of 4 % is told where trials are many enough for it', () => {
  const truth = { correlation: 0.5, driftPercent: 4 };
  const told = (configurations: number, blocks: number, cvPercent: number) =>
    simulateDrift({ ...truth, configurations, blocks, cvPercent }, runs, 43).told;
  expect(told(5, 5, 1)).toBeGreaterThan(0.75);
  expect(told(5, 12, 1)).toBeGreaterThan(0.97);
  expect(told(11, 12, 2)).toBeGreaterThan(0.88);
  // Of independent trials more is known.
  expect(
    simulateDrift({ ...truth, configurations: 2, blocks: 5, cvPercent: 1, correlation: 0 }, runs, 44).told,
  ).toBeGreaterThan(0.65);
});
