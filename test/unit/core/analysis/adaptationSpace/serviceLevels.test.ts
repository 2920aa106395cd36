import { describe, expect, it } from 'vitest';
import { keptLevels, levelGrid } from '../../../../../src/core/analysis/adaptationSpace/serviceLevels';
import { runOfRows } from '../../../../support/paperRuns';

const { results } = runOfRows([
  { batchSize: 1, joules: 10, ms: 20, watts: 100 },
  { batchSize: 8, joules: 5, ms: 15, watts: 100 },
]);

describe('service levels', () => {
  it('go by 1, 2, 5 from the quickest batch to ten times the slowest, eight at most', () => {
    const { latencyLimitsMs, arrivalRates } = levelGrid(results);
    expect(latencyLimitsMs).toEqual([20, 50, 100, 200, 500, 1000]);
    expect(arrivalRates).toEqual([1, 2, 5, 10, 20]);
    const wide = runOfRows([
      { batchSize: 1, joules: 10, ms: 1, watts: 100 },
      { batchSize: 1000, joules: 5, ms: 100, watts: 100 },
    ]).results;
    expect(levelGrid(wide).latencyLimitsMs.length).toBeLessThanOrEqual(8);
    expect(levelGrid([])).toEqual({ latencyLimitsMs: [], arrivalRates: [] });
  });

  it('end, whatever times a log has', () => {
    for (const ms of [0, 1e308]) {
      const odd = runOfRows([{ batchSize: 1, joules: 10, ms: 20, watts: 100 }]).results;
      for (const trial of odd[0]!.trials) trial.batchMs = [ms];
      expect(levelGrid(odd)).toEqual({ latencyLimitsMs: [], arrivalRates: [] });
      expect(levelGrid([...odd, ...results])).toEqual({
        ...levelGrid(results),
        arrivalRates: expect.anything() as number[],
      });
    }
  });

  it('are kept the same every time: more of them at a longer limit, none above the throughput', () => {
    const grid = { latencyLimitsMs: [25, 100, 10_000], arrivalRates: [1, 15] };
    const [one, eight] = keptLevels(results, grid, { percentile: 95 });
    // At batch 1 and a tenth of its load a request takes little more than its batch.
    expect(one!.requestMs[0]!).toBeGreaterThan(20);
    expect(one!.requestMs[0]!).toBeLessThan(25);
    // 15 requests a second outrun 10 a second.
    expect(one!.requestMs[1]).toBeNull();
    expect(one!.share).toBeCloseTo(3 / 6, 12);
    // A batch of 8 waits for seven more: 7 s at one a second, half a second at 15.
    expect(eight!.requestMs[0]!).toBeGreaterThan(5000);
    expect(eight!.requestMs[1]!).toBeLessThan(2000);
    expect(keptLevels(results, grid, { percentile: 95 })).toEqual([one, eight]);
  });

  it('end a batch’s wait at a timeout', () => {
    const grid = { latencyLimitsMs: [1000], arrivalRates: [1] };
    const [, eight] = keptLevels(results, grid, { percentile: 95, batchTimeoutMs: 50 });
    expect(eight!.requestMs[0]!).toBeLessThan(250);
  });
});
