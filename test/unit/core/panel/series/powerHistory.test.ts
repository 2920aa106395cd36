import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPowerHistory, plainWatts } from '../../../../../src/core/panel/series/powerHistory';
import { powerSeries } from '../../../../../src/core/energy/energyWindow';
import type { Part, Reading } from '../../../../../src/core/energy/source';
import { source } from '../../../../support/runEvents';

const reading = (ms: number, ...counters: (number | null)[]): Reading => ({
  ...{ monotonicMs: ms, counters, busySeconds: ms / 1000, totalSeconds: ms / 500 },
});
const withDomain = (rest: Partial<Part>) => ({ ...source, parts: [{ ...source.parts[0]!, ...rest }] });

describe('the quick way to watts', () => {
  it('is what the thorough one gives, or asks for it: whatever range, limit, gap and counters are', () => {
    let quick = 0;
    const range = fc.option(
      fc.double({ min: 6, max: 12, noNaN: true }).map((x) => Math.round(10 ** x)),
      { nil: null },
    );
    const limit = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null });
    const counter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        range,
        limit,
        counter,
        fc.integer({ min: -100, max: 1200 }),
        fc.integer({ min: 80, max: 1100 }),
        fc.constantFrom('microjoules', 'millijoules', 'joules of a later program'),
        (rangeMicrojoules, limitWatts, share, watts, ms, unit) => {
          const from = Math.round(share * (rangeMicrojoules ?? 1e12));
          const rise = watts * ms * 1000;
          const lap = rangeMicrojoules ?? Infinity;
          const to = lap === Infinity ? from + rise : (((from + rise) % lap) + lap) % lap;
          const own = withDomain({ unit, range: rangeMicrojoules, limitWatts });
          const [before, after] = [reading(1000, from), reading(1000 + ms, to)];
          const fast = plainWatts(own, before, after);
          if (fast === null) return;
          quick++;
          expect(fast).toEqual(powerSeries(own, [before, after])[0]!.watts);
        },
      ),
      { numRuns: 3000 },
    );
    expect(quick).toBeGreaterThan(100);
  });

  it('does not take a counter of a small range at its word: between two samples it may have gone round', () => {
    // At 40 W, 5 J last an eighth of a second: the sample after 0.3 s may be any number of laps further.
    const small = withDomain({ range: 5e6, limitWatts: null });
    const pair = [reading(1000, 1e6), reading(1300, 3e6)] as const;
    expect(plainWatts(small, ...pair)).toBeNull();
    const history = createPowerHistory();
    history.begin({ version: 1, session: 1, wallOffsetMs: 0, domains: ['package-0'] }, small);
    for (const sample of pair) history.add(sample);
    expect(history.joulesSoFar()).toEqual(powerSeries(small, pair)[0]!.watts[0] === null ? null : expect.any(Number));
    expect(plainWatts(withDomain({}), ...pair)).toEqual([20 / 3]);
  });

  it('is by the unit of the counter', () => {
    const pair = [reading(1000, 1000), reading(1500, 21_000)] as const;
    expect(plainWatts(withDomain({ unit: 'millijoules', range: 1e9 }), ...pair)).toEqual([40]);
    expect(plainWatts(withDomain({ unit: 'kilocalories' }), ...pair)).toBeNull();
  });
});

it('watts and joules so far are of the measured parts, though an estimate of others stands beside them', () => {
  const guess = { ...source.parts[0]!, id: 'gpu-0', source: 'guess', measured: false };
  const history = createPowerHistory();
  const domains = ['package-0', 'gpu-0'];
  history.begin({ version: 2, session: 1, wallOffsetMs: 0, domains }, { ...source, parts: [source.parts[0]!, guess] });
  for (let i = 0; i <= 4; i++) history.add(reading(1000 + 500 * i, i * 20e6, i * 500e6));
  expect(history.wattsNow()).toBeCloseTo(40, 4);
  expect(history.joulesSoFar()).toBeCloseTo(80, 4);
});
