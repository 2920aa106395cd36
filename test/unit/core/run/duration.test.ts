import { describe, expect, test } from 'vitest';
import { estimateSeconds, heatSecondsFor, trialTime } from '../../../../src/core/run/duration';
import { configurationsOf } from '../../../../src/core/run/plan';
import { specSchema } from '../../../../src/core/spec/spec';
import { quickMeasure } from '../../../../src/extension/profile/newExperiment';

describe('the estimated time', () => {
  const measure = {
    windowSeconds: 3,
    warmupSeconds: 1,
    windows: 2,
    idleSeconds: 4,
    restSeconds: 2,
    repeats: { min: 5, max: 6 },
  };
  const timed = specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1, 8], measure });
  const all = configurationsOf(timed, { cores: 2 });

  test('adds load, warm-up, windows, idle and the three references', () => {
    const time = estimateSeconds(timed, all, { loadSeconds: () => 1 });
    // A trial is 1 + 1 + 2 × 3 = 8 s, a block 16 s, three references 24 s; before each block 2 s of rest, 4 s idle,
    // 10 s of load by a model that is loaded in 1 s.
    expect(time.leastSeconds).toBeCloseTo(24 + 5 * (16 + 17));
  });

  test('rounds up to whole batches', () => {
    const time = estimateSeconds(timed, all, { secondsPerUnit: () => 0.5, loadSeconds: () => 1 });
    // Batch 8 lasts 4 s: one in the warm-up, one in each window.
    expect(time.trialSeconds.get('yolov7-tiny b8 t2 spin')).toBeCloseTo(1 + 4 + 2 * 4);
    expect(time.trialSeconds.get('yolov7-tiny b1 t2 spin')).toBeCloseTo(1 + 1 + 2 * 3);
  });

  test('counts that each of several processes does its share: a batch lasts as much longer', () => {
    const several = configurationsOf({ ...timed, instances: [4], threads: [1] }, { cores: 4 });
    const time = estimateSeconds(timed, several, { secondsPerUnit: () => 0.125, loadSeconds: () => 1 });
    // All together do 8 images a second, so a batch of 8 lasts 4 s in each of four.
    expect(time.trialSeconds.get('yolov7-tiny b8 i4 t1 spin')).toBeCloseTo(1 + 4 + 2 * 4);
  });

  test('is the sum of its parts, for as many blocks as are asked for', () => {
    const pace = { secondsPerUnit: () => 0.5, loadSeconds: () => 1, heatSeconds: 30 };
    const time = estimateSeconds(timed, all, pace);
    for (const blocks of [5, 6]) {
      const { totalSeconds, ...parts } = time.parts(blocks);
      expect(Object.values(parts).reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(totalSeconds);
      // The reference is the lower median: batch 1, 8 s each of three times.
      const ofTrials = { loadSeconds: 2 * blocks, warmupSeconds: 5 * blocks, windowSeconds: 14 * blocks };
      const between = { restSeconds: 2 * blocks, idleSeconds: 4 * blocks, heatSeconds: 31 * blocks };
      expect(parts).toEqual({ ...ofTrials, referenceSeconds: 24, ...between, pacedSeconds: 0 });
    }
    expect(time.leastSeconds).toBe(time.parts(5).totalSeconds);
  });

  test('counts trials of replayed requests and what comes before their blocks: of the one in use and another, or of all', () => {
    const pace = { secondsPerUnit: () => 0.05, loadSeconds: () => 1, heatSeconds: 30 };
    const paced = { seconds: 20, blocks: 2 };
    const sla = { requestLatencyMs: 1000, arrivalRate: 4, percentile: 95 };
    const partsOf = (more: object, served = {}) => {
      const spec = specSchema.parse({ ...timed, sla, current: { batchSize: 1 }, ...more });
      return estimateSeconds(spec, all, { ...pace, ...served }).parts(5);
    };
    const with_ = (of: object) => ({ measure: { ...timed.measure, paced: { ...paced, ...of } } });
    // Load, two batches of warm-up, the lead-in of three batches at 4 requests a second, 20 s, and the last batch.
    const [ofOne, ofEight] = [1 + 0.1 + 1 + 20 + 0.05, 1 + 0.8 + 6 + 20 + 0.4];
    const winners = partsOf(with_({}));
    expect(winners.pacedSeconds).toBeCloseTo(2 * (ofOne + ofEight));
    expect(winners.restSeconds).toBe((5 + 2) * 2);
    expect(partsOf(with_({ of: 'all' })).pacedSeconds).toBeCloseTo(2 * (ofOne + ofEight));
    expect(partsOf({ ...with_({}), current: undefined }).pacedSeconds).toBeCloseTo(2 * ofEight);
    expect(partsOf(with_({ of: 'none' })).pacedSeconds).toBe(0);
    expect(partsOf(with_({}), { serves: false }).pacedSeconds).toBe(0);
    expect(partsOf({ measure: { ...timed.measure, ...quickMeasure, paced } }).pacedSeconds).toBe(0);
  });

  test('counts whole passes end to end, and a warm-up that ends with a batch', () => {
    const pace = { secondsPerUnit: () => 0.5, passUnits: 100 };
    const [one] = all;
    expect(trialTime(timed.measure, one!, pace)).toEqual({ loadSeconds: 2, warmupSeconds: 1, windowSeconds: 2 * 50 });
  });

  test('counts of windows that are whole processes loading and one pass each, however long windows were to be', () => {
    const pace = { secondsPerUnit: () => 0.5, passUnits: 100, wholeProcess: true, loadSeconds: () => 3 };
    const long = { ...timed.measure, windowSeconds: 600 };
    expect(trialTime(long, all[0]!, pace)).toEqual({ loadSeconds: 0, warmupSeconds: 0, windowSeconds: 2 * 53 });
  });

  test('of nothing is that of the rests', () => {
    expect(estimateSeconds(timed, []).leastSeconds).toBe(5 * 16);
  });

  test('counts three rests and two loads where the machine at rest is measured thrice, and one load where never', () => {
    const seconds = (more: Partial<typeof timed.measure>) =>
      estimateSeconds({ measure: { ...timed.measure, ...more } }, []).leastSeconds;
    expect(seconds({ idleAt: 'thrice' })).toBe(3 * 6 + 2 * 10);
    expect(seconds({ idleAt: 'thrice', heatSeconds: 84 })).toBe(3 * 6 + 2 * 84);
    expect(seconds({ idleSeconds: 0 })).toBe(10);
  });

  test('of the second experiment of the paper stays within 3.6 hours, and of a quick look within three minutes', () => {
    // Seconds an image of YOLOv7-E6E on the paper's node (fact sheet of the experiments, digitised).
    const speeds = new Map<number, number>([
      ...([[5, 0.2237], [10, 0.2561], [32, 0.301], [50, 0.3107], [100, 0.3175], [150, 0.3204]] as const),
      ...([[200, 0.3289], [300, 0.334], [400, 0.3398], [500, 0.3406], [1000, 0.345]] as const),
    ]); // prettier-ignore
    const batchSizes = [...speeds.keys()];
    const speed = ({ batchSize }: { batchSize: number }) => speeds.get(batchSize)!;
    // Its limits' time constant is a second; with the 28 s of a desktop processor the load is 84 s.
    for (const heatSeconds of [10, 84]) {
      const paper = specSchema.parse({ models: ['yolov7-e6e'], batchSizes, measure: { heatSeconds } });
      const { leastSeconds } = estimateSeconds(paper, configurationsOf(paper, { cores: 48 }), {
        secondsPerUnit: speed,
        loadSeconds: () => 10,
      });
      expect(leastSeconds / 3600).toBeLessThan(3.6);
      expect(leastSeconds / 3600).toBeGreaterThan(2.5);
    }
    const quick = specSchema.parse({
      ...{ models: ['yolov7-tiny'], batchSizes: [1, 2, 4, 8, 16], measure: quickMeasure },
    });
    expect(
      estimateSeconds(quick, configurationsOf(quick, { cores: 4 }), { secondsPerUnit: () => 0.03 }).leastSeconds,
    ).toBeLessThan(170);
  });
});

test('the load is three time constants of the power limits, at least ten seconds, and no longer than five minutes', () => {
  expect([null, 0.001, 1, 4, 28, 27.99, 1e6].map(heatSecondsFor)).toEqual([10, 10, 10, 12, 84, 84, 300]);
});
