import { describe, expect, it } from 'vitest';
import { metrics, trialMetrics } from '../../../../src/core/metrics/registry';
import { meanOf, valueOf } from '../../../../src/core/metrics/metricValue';
import { configurationSummarySchema } from '../../../../src/core/metrics/summarySchema';
import { judge } from '../../../../src/core/analysis/verdict/judge';
import { widerRun } from '../../../webview/harness/runs';

const { results: measured, terms } = widerRun();
/** As of a source with measured and estimated parts and of several processes, so that every metric is known. */
const results = measured.map((result) => ({
  ...result,
  trials: result.trials.map((t) => ({
    ...t,
    partlyEstimatedJoulesPerUnit: 1.5 * t.joulesPerUnit,
    instanceBatchMs: [90 + t.block, 100, 110],
    pixelsPerUnit: 400_000 + t.block,
  })),
}));
const { configurations } = judge(results, terms);

describe('the registry of metrics', () => {
  it('has each key and each head of a CSV column once', () => {
    for (const of of [(m) => m.key, (m) => `${m.label} (${m.unit})`] as ((m: (typeof metrics)[number]) => string)[]) {
      expect(new Set(metrics.map(of)).size).toBe(metrics.length);
    }
  });

  it('is what summaries have, with the mean of the trials and its interval', () => {
    for (const c of configurations) expect(configurationSummarySchema.safeParse(c).error?.issues ?? []).toEqual([]);
    const [first] = configurations;
    for (const { key, json, trialValue } of trialMetrics.filter((m) => m.json !== null && m.per !== 'request')) {
      const values = results[0]!.trials.map((t) => trialValue(t, null, first!)!);
      const metric = metrics.find((m) => m.key === key)!;
      expect(meanOf(metric, first!), key).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 9);
      expect(valueOf(metric, first!), key).toMatchObject({ n: 5 });
      expect(first, `${key} as ${json}`).toHaveProperty(key);
    }
  });

  it('has images per joule with an interval of its own: the mean of inverses, not the inverse of a mean', () => {
    const result = results[0]!;
    const joules = [1, 2, 4];
    const trials = joules.map((joulesPerUnit, i) => ({ ...result.trials[i]!, joulesPerUnit }));
    const perJoule = (of: typeof trials) => judge([{ ...result, trials: of }], terms).configurations[0]!.unitsPerJoule;
    const { mean, low, high, n } = perJoule(trials)!;
    expect([mean, n]).toEqual([(1 + 1 / 2 + 1 / 4) / 3, 3]);
    // On the ratio scale: around the geometric mean, 1/2.
    expect(low! * high!).toBeCloseTo(1 / 4, 12);
    expect(low!).toBeLessThan(mean);
    // Of nothing no efficiency is known.
    expect(perJoule([{ ...trials[0]!, joulesPerUnit: 0 }, ...trials.slice(1)])).toBeNull();
  });

  it('has the spread between processes of those that are several: slowest less fastest by their mean', () => {
    const spreadOf = (instanceBatchMs: number[] | undefined) => {
      const { instanceBatchMs: _, ...one } = results[0]!.trials[0]!;
      const trials = [{ ...one, ...(instanceBatchMs && { instanceBatchMs }) }];
      return judge([{ ...results[0]!, trials }], terms).configurations[0]!.instanceSpreadPercent;
    };
    expect(spreadOf([90, 100, 110])!.mean).toBeCloseTo(20, 12);
    expect(spreadOf([50, 50])!.mean).toBe(0);
    expect(spreadOf([50])).toBeNull();
    expect(spreadOf(undefined)).toBeNull();
  });

  it('knows nothing of what was not measured', () => {
    const skipped = configurations.find((c) => c.n === 0)!;
    for (const metric of metrics) expect(valueOf(metric, skipped), metric.key).toBeNull();
  });

  it('is unknown of a configuration where one trial does not know it', () => {
    const [one, ...rest] = results;
    const trials = one!.trials.map((t, i) => (i === 0 ? { ...t, idleWatts: null } : t));
    const [c] = judge([{ ...one!, trials }, ...rest], terms).configurations;
    expect(c!.netJoulesPerUnit).toBeNull();
    expect(c!.joulesPerUnit).not.toBeNull();
  });
});
