import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../src/core/energy/source';
import { heatSecondsFor } from '../../../../src/core/run/duration';
import { watchLimits } from '../../../../src/engine/trial/limitWatch';
import { readingAt, zonePart } from '../../../support/runEvents';
import { type PowerLimit, type Schedule, simulatePowerLimit } from '../../../support/simulatedPowerLimit';

const parts = [zonePart('package-0'), zonePart('dram-0')];

/** What is said after each second in which the package drew so many watts. */
function said(watts: readonly number[], limits: Record<string, number>, of: readonly Part[] = parts) {
  let [seconds, joules, readings] = [0, 0, 0];
  const read = () => {
    readings++;
    return { ...readingAt(seconds), counters: [Math.round(joules * 1e6), 0] };
  };
  const areHeld = watchLimits({ read }, of, limits);
  const answers = watts.map((w) => {
    [seconds, joules] = [seconds + 1, joules + w];
    return areHeld(1000 * seconds);
  });
  return { answers, readings };
}

describe('the power limits', () => {
  const limits = { 'package-0': 100 };

  it('are held once the power has been down to them for three seconds', () => {
    expect(said([150, 150, 100, 100, 100, 100.4], limits).answers).toEqual([false, false, false, false, true, true]);
    expect(said([100, 100, 101, 100, 100, 100], limits).answers).toEqual([false, false, false, false, false, true]);
  });

  it('are no matter where the work stays far below, or none is known: nothing is waited for', () => {
    expect(said([60], limits).answers).toEqual([true]);
    expect(said([500], {})).toEqual({ answers: [true], readings: 0 });
    expect(said([500], { 'package-1': 100 })).toEqual({ answers: [true], readings: 0 });
    const printed = parts.map((part) => ({
      ...part,
      printed: { form: 'csv', control: true, everyMs: 100, resolution: 1 },
    }));
    expect(said([500], limits, printed)).toEqual({ answers: [true], readings: 0 });
  });

  it('are unknown over a wrap, and of all packages the worst counts', () => {
    expect(said([60, -1000, 60], limits).answers).toEqual([true, false, true]);
    const two = [zonePart('package-0'), zonePart('package-1')];
    expect(said([60], { 'package-0': 100, 'package-1': 100 }, two).answers).toEqual([true]);
    const first = watchLimits(
      {
        read: (() => {
          let n = 0;
          return () => ({ ...readingAt(n), counters: [n * 60e6, n++ * 120e6] });
        })(),
      },
      two,
      { 'package-0': 100, 'package-1': 100 },
    );
    expect(first(1000)).toBe(false);
  });

  it('are not read more often than once a second', () => {
    let readings = 0;
    const areHeld = watchLimits({ read: () => (readings++, readingAt(0)) }, parts, limits);
    for (let ms = 10; ms < 1000; ms += 10) areHeld(ms);
    expect(readings).toBe(1);
  });
});

describe('by simulation of a machine with a power limit, batches of 10 ms to 30 s', () => {
  const batches = [0.01, 0.1, 1, 3, 10, 30];
  const usual = { restSeconds: 10, idleSeconds: 10, warmup: { seconds: 2, batches: 1 }, windowSeconds: 5 };
  const favour = (limit: Partial<PowerLimit>, schedule: Partial<Schedule> = {}) => {
    const machine = { tau: 28, demand: 1.1, gapSeconds: 1, gapPower: 0.3, noisePercent: 0.5, ...limit };
    const heatSeconds = heatSecondsFor(machine.tau);
    const all = { ...usual, heatSeconds, waitsSeconds: heatSeconds, ...schedule };
    return simulatePowerLimit(machine, all, batches, 8, 3).favourPercent;
  };

  it.each([1, 28])('of a time constant of %i s no batch is favoured by more than .3 percent', (tau) => {
    for (const gapSeconds of [1, 3, 10])
      for (const demand of [0.9, 1.004, 1.01, 1.02, 1.05, 1.1, 1.25, 1.5])
        expect(favour({ tau, gapSeconds, demand }), `${gapSeconds} s, ${demand}`).toBeLessThanOrEqual(0.3);
  });

  it('small batches would come out up to 10 % dearer without the wait, with or without the load before', () => {
    expect(favour({}, { waitsSeconds: null })).toBeGreaterThan(3);
    expect(favour({ demand: 1.25, gapSeconds: 3 }, { waitsSeconds: null })).toBeGreaterThan(10);
    const before = { heatSeconds: 0, waitsSeconds: null, warmup: { seconds: 2, batches: 2 } };
    expect(favour({}, before)).toBeGreaterThan(3);
  });
});
