import { describe, expect, it } from 'vitest';
import { imageWork } from '../../../../src/core/plan/imageWork';
import { estimateSeconds } from '../../../../src/core/run/duration';
import { specSchema } from '../../../../src/core/spec/spec';
import { foreseen, planFrom, smallMachine } from '../../../support/plans';

const work = imageWork(specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1] }), (path) => path);
const measured = (batchSize: number, more = {}) => ({
  ...{ model: 'yolov7-tiny', batchSize, instances: 1, threads: 4, spinning: true, runId: 'r', work },
  ...{ imageSize: { height: 320, width: 320 }, msPerImage: [20], loadSeconds: 0.5, peakRssBytes: 1e9, ...more },
});

describe('a plan', () => {
  it('counts trials: configurations, blocks, and three references', () => {
    const { trials } = planFrom({ measure: { repeats: { min: 5, max: 12 }, seed: 7 } });
    expect(trials).toMatchObject({ configurations: 3, blocks: { min: 5, max: 12 }, references: 3, order: 'shuffled' });
    expect(trials).toMatchObject({ least: 18, most: 39, seed: 7, reference: 'yolov7-tiny b2 t4 spin' });
  });

  it('has the time of its parts, with the fastest and the slowest speeds, for the fewest and the most blocks', () => {
    const { time } = planFrom({ batchSizes: [1, 64] });
    for (const { low, high } of [time.least, time.most]) {
      for (const { totalSeconds, ...parts } of [low, high!])
        expect(Object.values(parts).reduce((sum, s) => sum + s, 0)).toBeCloseTo(totalSeconds);
      // A batch of 64 takes 2 to 23 s: longer than a window.
      expect(high!.totalSeconds).toBeGreaterThan(1.5 * low.totalSeconds);
    }
    expect(time.most.low.windowSeconds).toBeCloseTo((12 / 5) * time.least.low.windowSeconds);
  });

  it('is the engine’s own arithmetic where speeds are known, with probes and accuracy besides', () => {
    const runs = [1, 2, 4].map((batch) => measured(batch));
    const models = foreseen(['yolov7-tiny']).models.map((m) => ({ ...m, accuracyImages: 500 }));
    const plan = planFrom({}, { runs, foreseen: foreseen([], { models }) });
    const pace = { secondsPerUnit: () => 0.02, loadSeconds: () => 0.5, heatSeconds: 10 };
    const spec = specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1, 2, 4] });
    const { leastSeconds } = estimateSeconds(spec, plan.configurations, pace);
    const { low, high } = plan.time.least;
    // Probes: three loads, two batches of 1, 2 and 4; accuracy: one load and 500 images.
    expect(low.probeSeconds).toBeCloseTo(3 * 0.5 + 14 * 0.02);
    expect(low.accuracySeconds).toBeCloseTo(0.5 + 500 * 0.02);
    expect(low.totalSeconds).toBeCloseTo(leastSeconds + low.probeSeconds + low.accuracySeconds);
    expect(high).toEqual(low);
  });

  it('says at least so much where a speed is not known', () => {
    const models = foreseen(['x.onnx']).models.map((m) => ({ ...m, gflops: null, memory: null, unknown: 'an .onnx' }));
    const plan = planFrom({ models: ['./x.onnx'] }, { foreseen: foreseen([], { models }) });
    expect(plan.time.least.high).toBeNull();
    expect(plan.time.least.low.totalSeconds).toBeGreaterThan(100);
    expect(plan.configurations[0]!.trialSeconds).toMatchObject({ high: null });
    expect(plan.ready).toBe(true);
  });

  it('leaves out of trials and time what does not fit, and cannot run as it stands then', () => {
    const plan = planFrom({ batchSizes: [1, 4096] });
    expect(plan.configurations.map(({ memory }) => memory.expectation)).toEqual(['fits', 'does not fit']);
    expect(plan.trials.configurations).toBe(1);
    expect(plan.configurations[1]).toMatchObject({ trialSeconds: null, notProven: expect.stringContaining('GB') });
    expect(plan.ready).toBe(false);
    expect(plan.time.least.low.windowSeconds).toBeCloseTo(planFrom({ batchSizes: [1] }).time.least.low.windowSeconds);
  });

  it('takes a batch for proven that a run on this machine has measured', () => {
    const batch = 900;
    const machine = { ...smallMachine(), availableBytes: 1e12 };
    expect(planFrom({ batchSizes: [batch] }, { machine }).configurations[0]!.notProven).toMatch(/2³¹/);
    const [seen] = planFrom({ batchSizes: [batch] }, { machine, runs: [measured(batch)] }).configurations;
    expect(seen).toMatchObject({ notProven: null, measuredIn: 'r' });
  });

  it('is ready unless something is missing that it needs', () => {
    const missing = { kind: 'images' as const, what: 'images ./a', where: '/a', how: null };
    expect(planFrom().ready).toBe(true);
    expect(planFrom({}, { missing: [{ ...missing, blocks: false }] }).ready).toBe(true);
    expect(planFrom({}, { missing: [{ ...missing, blocks: true }] }).ready).toBe(false);
    expect(
      planFrom({}, { foreseen: foreseen(['yolov7-tiny'], { missing: [{ ...missing, blocks: true }] }) }).ready,
    ).toBe(false);
  });

  it('tells what it can of a workload that foresees nothing', () => {
    const plan = planFrom({}, { foreseen: null });
    expect(plan.configurations[0]).toMatchObject({
      speed: { source: 'unknown' },
      memory: { expectation: 'not known' },
    });
    expect(plan.trials.least).toBe(18);
  });
});
