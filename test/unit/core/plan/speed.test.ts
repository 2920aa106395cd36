import { describe, expect, it } from 'vitest';
import { type MeasuredSpeed, speedOf, type SpeedFacts, usualGflopsPerCore } from '../../../../src/core/plan/speed';
import { machineOf } from '../../../support/plans';

const configuration = { id: '', model: 'yolov7-e6e', batchSize: 10, instances: 1, threads: 48, spinning: true };
const size = { height: 640, width: 640 };
const machine = (more = '') => machineOf(`name: a\ncores: 48\nmemoryGiB: 192\n${more}`);
const facts = (more: Partial<SpeedFacts> = {}): SpeedFacts => ({
  ...{ machine: machine(), runs: [], work: 'inference', imageSize: size, gflopsOf: () => 210 },
  ...more,
});
const run = (batchSize: number, msPerImage: number[], more: Partial<MeasuredSpeed> = {}): MeasuredSpeed => ({
  ...configuration,
  ...{ runId: 'newest', work: 'inference', imageSize: size, loadSeconds: 2, peakRssBytes: 1e9 },
  ...{ batchSize, msPerImage, ...more },
});

describe('the speed of a configuration', () => {
  it('is that of a finished run, before all else, from its fastest to its slowest trial', () => {
    const runs = [run(10, [101, 99, 100]), run(10, [500], { runId: 'older' })];
    const speed = speedOf(configuration, facts({ runs, machine: machine('speeds: paper') }));
    expect(speed).toEqual({ source: 'run', detail: 'run newest', msPerImage: { low: 99, high: 101 } });
  });

  it('prefers an older run of the very batch size to a newer one without, and else takes all of the newest', () => {
    const runs = [run(4, [90]), run(16, [120, 130]), run(10, [500], { runId: 'older' })];
    expect(speedOf(configuration, facts({ runs })).detail).toBe('run older');
    const between = speedOf({ ...configuration, batchSize: 8 }, facts({ runs }));
    expect(between).toEqual({
      source: 'run',
      detail: 'run newest at batches 4, 16',
      msPerImage: { low: 90, high: 130 },
    });
  });

  it.each([
    ['model', { model: 'yolov7' }],
    ['image size', { imageSize: { height: 320, width: 320 } }],
    ['work', { work: 'end-to-end' }],
    ['split', { threads: 24 }],
    ['spinning', { spinning: false }],
  ])('is not that of a run of another %s', (_, more) => {
    expect(speedOf(configuration, facts({ runs: [run(10, [100], more)] })).source).toBe('gflops');
  });

  it('is next what the machine’s description says, of the batch size where it can', () => {
    const list =
      'speeds: [{ model: yolov7-e6e, batchSize: 10, msPerImage: 200 }, { model: yolov7-e6e, batchSize: 5, msPerImage: 150 }]';
    const at = (batchSize: number) => speedOf({ ...configuration, batchSize }, facts({ machine: machine(list) }));
    expect(at(10)).toMatchObject({ source: 'machine', msPerImage: { low: 200, high: 200 } });
    expect(at(7)).toMatchObject({ source: 'machine', msPerImage: { low: 150, high: 200 } });
    const elsewhere = facts({ machine: machine('speeds: [{ model: yolov7-e6e, imageSize: 320, msPerImage: 9 }]') });
    expect(speedOf(configuration, elsewhere).source).toBe('gflops');
  });

  it('is the paper’s where that is named: as read, both experiments, the batch sizes around, at 640 pixels alone', () => {
    const paper = facts({ machine: machine('speeds: paper') });
    const at = (batchSize: number) => speedOf({ ...configuration, batchSize }, paper).msPerImage!;
    expect(at(500).low).toBeCloseTo(340.5);
    expect(at(500).high).toBeCloseTo(340.7);
    // Experiment 2 has 256.1 and experiment 1 321.1 ms.
    expect(at(10).low).toBeCloseTo(256);
    expect(at(10).high).toBeCloseTo(321.4);
    expect(at(700)).toEqual({ low: at(500).low, high: at(1000).high });
    expect(at(1).low).toBeCloseTo(223.6);
    expect(speedOf(configuration, { ...paper, imageSize: { height: 320, width: 320 } }).source).toBe('gflops');
    expect(speedOf({ ...configuration, model: 'best.pt' }, paper).source).toBe('gflops');
  });

  it('may take as much longer as there are cores that it does not use', () => {
    const half = speedOf(
      { ...configuration, threads: 24, batchSize: 500 },
      facts({ machine: machine('speeds: paper') }),
    );
    expect(half.msPerImage!.low).toBeCloseTo(340.5);
    expect(half.msPerImage!.high).toBeCloseTo(2 * 340.7);
  });

  it('is else a range from operations: never one number', () => {
    const { msPerImage, source } = speedOf(configuration, facts());
    expect(source).toBe('gflops');
    expect(msPerImage!.low).toBeCloseTo((1000 * 210) / (48 * usualGflopsPerCore.high));
    expect(msPerImage!.high).toBeCloseTo((1000 * 210) / (48 * usualGflopsPerCore.low));
    const named = speedOf(
      { ...configuration, threads: 96 },
      facts({ machine: machine('gflopsPerCore: { low: 10, high: 20 }') }),
    );
    expect(named.msPerImage).toEqual({ low: (1000 * 210) / (48 * 20), high: (1000 * 210) / (48 * 10) });
  });

  it('holds what the paper measured between its ends, so that the range is not drawn too narrow', () => {
    for (const [model, gflops] of [
      ['yolov7-tiny', 13.7],
      ['yolov7', 104.5],
      ['yolov7-e6e', 210.5],
    ] as const) {
      const c = { ...configuration, model, batchSize: 10 };
      const guessed = speedOf(c, facts({ gflopsOf: () => gflops })).msPerImage!;
      const published = speedOf(c, facts({ machine: machine('speeds: paper') })).msPerImage!;
      expect(guessed.low).toBeLessThan(published.low);
      expect(guessed.high).toBeGreaterThan(published.high);
    }
  });

  it('is not known where nothing tells', () => {
    expect(speedOf(configuration, facts({ gflopsOf: () => null }))).toMatchObject({
      source: 'unknown',
      msPerImage: null,
    });
  });
});
