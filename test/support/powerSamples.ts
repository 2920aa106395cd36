import type { Reading } from '../../src/core/energy/source';

/** The sampler's readings at 10 Hz inside a window of `seconds`, of a package that draws what `watts` says at each time (seconds). */
export function powerSamples(seconds: number, watts: (at: number) => number): Reading[] {
  let joules = 0;
  return Array.from({ length: Math.max(0, Math.round(seconds * 10) - 1) }, (_, i) => {
    const at = (i + 1) / 10;
    joules += 0.1 * watts(at);
    const counters = [Math.round(joules * 1e6), Math.round(at * 1e6)];
    return { monotonicMs: 1000 * at, counters, busySeconds: at, totalSeconds: 2 * at };
  });
}
