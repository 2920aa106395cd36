import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTicker, readStandstills, standstillMemory, tickMs } from '../../../../src/engine/trial/standstill';

/** Ticks from 0 on, ten a second but for the pauses; `cores` are used outside them, and what `within` says inside. */
function ticked(pauses: { atMs: number; ms: number; within?: number }[], { cores = 4, untilMs = 10_000 } = {}) {
  const memory = standstillMemory();
  const tick = createTicker(memory);
  let cpuMs = 0;
  let nowMs = 0;
  for (tick(0, 0); nowMs < untilMs; tick(nowMs, cpuMs)) {
    const pause = pauses.find(({ atMs }) => atMs >= nowMs && atMs < nowMs + tickMs);
    const late = pause?.ms ?? 0;
    nowMs += tickMs + late;
    cpuMs += cores * tickMs + (pause?.within ?? 0) * late;
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
  });

  it('are none where it was late as threads are', () => {
    expect(ticked([{ atMs: 2000, ms: 100 }], { cores: 0.1 }).longestMs(0, 5000)).toBe(0);
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
