import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTicker,
  readStandstills,
  standstillMemory,
  tickMs,
  watchdogShare,
} from '../../../../src/engine/trial/standstill';

type Pause = { atMs: number; ms: number; within?: number; waits?: boolean };

/**
 * Ticks from 0 on, ten a second but for the pauses; `cores` are used outside them, and what `within` says inside, in which the
 * thread `waits` for a CPU or does not.
 */
function ticked(pauses: Pause[], { cores = 4, untilMs = 10_000, isWaitKnown = true } = {}) {
  const memory = standstillMemory();
  const tick = createTicker(memory);
  let cpuMs = 0;
  let nowMs = 0;
  let waited = 0;
  const now = () => tick({ nowMs, cpuMs, own: isWaitKnown ? { ranMs: nowMs / 500, waitedMs: waited } : null });
  for (now(); nowMs < untilMs; now()) {
    const pause = pauses.find(({ atMs }) => atMs >= nowMs && atMs < nowMs + tickMs);
    const late = pause?.ms ?? 0;
    nowMs += tickMs + late;
    cpuMs += cores * tickMs + (pause?.within ?? 0) * late;
    waited += pause?.waits ? late : 0;
  }
  return readStandstills(memory);
}

describe('standstills', () => {
  it('are found where a tick came late and no CPU was used', () => {
    const standstills = ticked([{ atMs: 2000, ms: 1500 }], { cores: 0.1 });
    expect(standstills.longestMs(0, 5000)).toBe(1600);
    expect(standstills.longestMs(0, 1900)).toBe(0);
    expect(standstills.longestMs(3600, 5000)).toBe(0);
  });

  it('are none where the process worked, though its thread was late', () => {
    expect(ticked([{ atMs: 2000, ms: 1500, within: 2 }]).longestMs(0, 5000)).toBe(0);
    expect(ticked([{ atMs: 2000, ms: 1500, within: 0.5 }]).longestMs(0, 5000)).toBe(0);
  });

  it('are found on many cores, whose work until the stop is more than one core does in the whole of it', () => {
    const stop = { atMs: 2000, ms: 1500 };
    expect(ticked([stop], { cores: 96 }).longestMs(0, 5000)).toBe(1600);
    // Late for want of a CPU it may have worked; so it may where nobody knows.
    expect(ticked([{ ...stop, waits: true }], { cores: 96 }).longestMs(0, 5000)).toBe(0);
    expect(ticked([stop], { cores: 96, isWaitKnown: false }).longestMs(0, 5000)).toBe(0);
  });

  it('are none where it was late as threads are', () => {
    expect(ticked([{ atMs: 2000, ms: 100 }], { cores: 0.1 }).longestMs(0, 5000)).toBe(0);
  });

  it('are found from a quarter of a second on, the latest of any number', () => {
    const pauses = Array.from({ length: 70 }, (_, i) => ({ atMs: 1000 * (i + 1), ms: 300 }));
    const standstills = ticked(pauses, { cores: 0, untilMs: 72_000 });
    for (const second of [10, 66, 70])
      expect(standstills.longestMs(1000 * second - 500, 1000 * second + 500)).toBe(400);
  });

  it('are asked for once a tick may have noted what has just ended', () => {
    const standstills = ticked([], { untilMs: 1000 });
    const began = performance.now();
    standstills.longestMs(0, 5000);
    expect(performance.now() - began).toBeGreaterThan(240);
  });

  it('are looked for at a cost that is known where the kernel counts by threads', () => {
    const standstills = ticked([], { untilMs: 2000 });
    expect(standstills.ownCpuMs()).toBe(4);
    expect(watchdogShare(1, standstills)).toEqual({ watchdogCpuSeconds: 0.003 });
    expect(watchdogShare(null, standstills)).toEqual({});
    const unknown = ticked([], { isWaitKnown: false });
    expect(unknown.ownCpuMs()).toBeNull();
    expect(watchdogShare(1, unknown)).toEqual({});
  });

  it('count by the part inside the window', () => {
    const standstills = ticked([{ atMs: 2000, ms: 1500 }], { cores: 0.1 });
    expect(standstills.longestMs(2600, 9000)).toBe(1000);
    // A part as short as a tick tells nothing.
    expect(standstills.longestMs(3550, 9000)).toBe(0);
  });

  it('are never longer than the window, and the longest is found among any number', () => {
    const pauses = fc.array(fc.record({ atMs: fc.nat(9000), ms: fc.integer({ min: 300, max: 2000 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(pauses, fc.nat(9000), fc.integer({ min: 1, max: 5000 }), (made, fromMs, ms) => {
        const longest = ticked(made, { cores: 0 }).longestMs(fromMs, fromMs + ms);
        expect(longest).toBeGreaterThanOrEqual(0);
        expect(longest).toBeLessThanOrEqual(ms);
      }),
    );
  });
});
