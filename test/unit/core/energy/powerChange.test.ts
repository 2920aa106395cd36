import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { powerChangePercent } from '../../../../src/core/energy/powerChange';
import type { Reading } from '../../../../src/core/energy/source';
import { powerSamples } from '../../../support/powerSamples';
import { markedWindows } from '../../../support/simulatedPowerLimit';
import { source } from '../../../support/runEvents';

const change = (seconds: number, watts: (at: number) => number, batchMs = 100) =>
  powerChangePercent(source, powerSamples(seconds, watts), { fromMs: 0, toMs: seconds * 1000, batchMs });

describe('power that changes over a window', () => {
  it('is told in percent of its mean, up or down, from 2 % on', () => {
    const noise = seededNormal(1);
    const rising = (percent: number) => (at: number) => 100 * (1 + (percent / 100) * (at / 5 - 0.5)) + 0.2 * noise();
    expect(change(5, rising(6))).toBeCloseTo(6, 0);
    expect(change(5, rising(-6))).toBeCloseTo(-6, 0);
    expect(change(5, rising(1))).toBeNull();
  });

  it('is found where a power limit takes effect, and where the clock settles late', () => {
    expect(change(10, (at) => (at < 4 ? 150 : 120) + 0.5 * Math.sin(37 * at))).toBeLessThan(-15);
    expect(change(10, (at) => 120 + 20 * Math.exp(-at / 3) + 0.5 * Math.sin(37 * at))).toBeLessThan(-5);
  });

  it('is not what goes up and down with the work, nor chance', () => {
    // A batch of a second, of which the first half draws more: as many stretches as batches.
    expect(change(8, (at) => (at % 1 < 0.5 ? 130 : 90), 1000)).toBeNull();
    let told = 0;
    for (let seed = 1; seed <= 2000; seed++) {
      const noise = seededNormal(seed);
      // Half of each step's deviation stays in the next one, as power does.
      let deviation = 0;
      const watts = () => 100 + (deviation = 0.5 * deviation + 4 * noise());
      if (change(5, watts) !== null) told++;
    }
    expect(told / 2000).toBeLessThan(0.03);
  });

  it('is found where a tenth is lost half-way in most windows, and seldom where it is near an edge', () => {
    const window = { seconds: 5, batchSeconds: 0.1, noisePercent: 4, correlation: 0.5 };
    const found = (percent: number, after: number) => markedWindows({ ...window, drop: { percent, after } }, 400, 5);
    expect(found(10, 0.5)).toBeGreaterThan(0.55);
    expect(found(25, 0.5)).toBeGreaterThan(0.95);
    expect(found(25, 0.1)).toBeLessThan(0.05);
    expect(found(0, 0)).toBeLessThan(0.05);
  });

  it('is not looked for in windows of fewer than five batches, or of few samples', () => {
    const rising = (at: number) => 100 + 10 * at;
    expect(change(5, rising, 1100)).toBeNull();
    expect(change(0.8, rising)).toBeNull();
    expect(change(5, rising, 900)).toBeGreaterThan(30);
    expect(powerChangePercent(source, [], { fromMs: 0, toMs: 5000, batchMs: 100 })).toBeNull();
  });

  it('is a finite number or nothing, whatever the samples say', () => {
    const counter = fc.oneof(fc.constant(null), fc.nat(2 ** 31));
    const sample = fc.tuple(fc.integer({ min: 1, max: 400 }), counter, counter);
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 80 }), (steps) => {
        let monotonicMs = 0;
        const samples = steps.map(([ms, ...counters]): Reading => {
          monotonicMs += ms;
          return { monotonicMs, counters, busySeconds: monotonicMs / 1000, totalSeconds: monotonicMs / 500 };
        });
        const percent = powerChangePercent(source, samples, { fromMs: 0, toMs: monotonicMs, batchMs: 50 });
        expect(percent === null || Number.isFinite(percent)).toBe(true);
      }),
    );
  });
});
