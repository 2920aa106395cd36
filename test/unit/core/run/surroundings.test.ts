import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { surroundingsOf } from '../../../../src/core/run/surroundings';
import { created, lookedAt, sessionStarted, trialEvents } from '../../../support/runEvents';

const found = (...events: RunEvent[]) => surroundingsOf(foldRun([created(), ...sessionStarted(), ...events]));

describe('the surroundings of a run', () => {
  it('are not known of a log that has no look at them', () => {
    expect(found(...trialEvents(1, 1, 'b1', 10))).toBeNull();
  });

  it('have other processes over all blocks by name, of the CPU time of the machine', () => {
    const { others } = found(
      lookedAt({ processes: [{ name: 'early', cpuSeconds: 9 }] }),
      lookedAt({
        block: 1,
        totalSeconds: 100,
        processes: [
          { name: 'python3', cpuSeconds: 10 },
          { name: 'make', cpuSeconds: 1 },
        ],
      }),
      lookedAt({
        block: 2,
        totalSeconds: 300,
        processes: [
          { name: 'node', of: 'editor', cpuSeconds: 20 },
          { name: 'python3', cpuSeconds: 30 },
        ],
      }),
      lookedAt({ block: 3, totalSeconds: 1e6, processes: null }),
    )!;
    expect(others).toEqual([
      { name: 'python3', of: null, percent: 10 },
      { name: 'node', of: 'editor', percent: 5 },
      { name: 'make', of: null, percent: 0.25 },
    ]);
    expect(found(lookedAt({ block: 1, processes: null }))!.others).toBeNull();
  });

  it('have the share of others in what was used, of windows that count', () => {
    // Two CPUs, of which one was busy for the 2 s of each window.
    const trial = (number: number, cpuSeconds: number) =>
      trialEvents(number, 1, 'b1', 10 * number).map((e) => (e.type === 'trial.window' ? { ...e, cpuSeconds } : e));
    expect(found(lookedAt(), ...trial(1, 1.5))!.foreignPercent).toBeCloseTo(25);
    expect(found(lookedAt(), ...trial(1, 2), ...trial(2, 1))!.foreignPercent).toBeCloseTo(25);
    expect(found(lookedAt(), ...trial(1, 2.02))!.foreignPercent).toBe(0);
    expect(found(lookedAt())!.foreignPercent).toBeNull();
  });

  it('have the block in which most was swapped, and none of what was before the first', () => {
    const swapped = (block: number | null, swappedBytes: number | null) =>
      lookedAt({ block, seconds: 10, swappedBytes });
    expect(found(swapped(null, 9e9), swapped(1, 2e7), swapped(2, 5e7), swapped(3, null))!.swapMegabytesPerSecond).toBe(
      5,
    );
    expect(found(swapped(1, null))!.swapMegabytesPerSecond).toBeNull();
  });

  it('have settings that changed, between sessions too, with what they were', () => {
    const at = (block: number | null, governor: string, limit: number) =>
      lookedAt({
        block,
        settings: { governor, scalingDriver: 'intel_cpufreq', 'raplLimitsMicrowatts intel-rapl:0': limit },
      });
    const { settingsChanged, governor, frequencyDriver } = found(
      at(null, 'powersave', 1e8),
      at(1, 'performance', 1e8),
      at(2, 'performance', 1e8),
      ...sessionStarted(2),
      at(null, 'powersave', 2e8),
    )!;
    expect(settingsChanged).toEqual([
      { setting: 'governor', values: ['powersave', 'performance', 'powersave'] },
      { setting: 'raplLimitsMicrowatts intel-rapl:0', values: [1e8, 2e8] },
    ]);
    expect({ governor, frequencyDriver }).toEqual({ governor: 'powersave', frequencyDriver: 'intel_cpufreq' });
  });

  it('have what was before the first trial of the last session', () => {
    const timers = [{ name: 'apt-daily.timer', at: 5 }];
    const { start } = found(
      lookedAt({ othersSeconds: 1 }),
      lookedAt({ block: 1 }),
      lookedAt({ totalSeconds: 2, othersSeconds: 0.5, stealSeconds: 0.1, timers }),
    )!;
    expect(start).toMatchObject({ othersPercent: 25, stealPercent: 5, swapMegabytesPerSecond: 0, timers });
    expect(found(lookedAt({ block: 1 }))!.start).toBeNull();
  });
});
