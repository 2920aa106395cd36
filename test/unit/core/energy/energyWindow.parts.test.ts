import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { powerSeries, windowEnergy } from '../../../../src/core/energy/energyWindow';
import type { Part, Reading } from '../../../../src/core/energy/source';
import { cpuTime } from '../../../../src/core/energy/units';
import { zonePart } from '../../../support/runEvents';

const curve = { idleWatts: 10, maxWatts: 110, shape: 1, errorPercent: 17, basis: '' };
const byCurve = zonePart('machine', { source: 'estimate', measured: false, added: true, unit: cpuTime, curve });
const guessed = zonePart('gpu-0', { source: 'guess', measured: false, added: true, limitWatts: null });
const meter = zonePart('gpu-1', { source: 'meter', added: true, unit: 'millijoules', range: 20_000 });

/** Of a machine that is half busy. */
const reading = (seconds: number, ...counters: (number | null)[]): Reading => ({
  ...{ monotonicMs: 1000 * seconds, counters, busySeconds: seconds, totalSeconds: 2 * seconds },
});
const energyOf = (parts: Part[], start: (number | null)[], end: (number | null)[], seconds = 2) =>
  windowEnergy({ parts }, reading(10, ...start), [], reading(10 + seconds, ...end));

describe('measured and estimated parts', () => {
  it('are never one sum: whatever is estimated beside, the measured joules stay what they are', () => {
    const estimated = fc.array(
      fc.record({
        part: fc.constantFrom(byCurve, guessed),
        added: fc.boolean(),
        first: fc.option(fc.nat(2e9), { nil: null }),
        rise: fc.integer({ min: -1e9, max: 1e9 }),
      }),
      { maxLength: 4 },
    );
    const measured = fc.array(
      fc.record({ added: fc.boolean(), first: fc.nat(2e9), rise: fc.integer({ min: 1, max: 1e9 }) }),
      { minLength: 1, maxLength: 3 },
    );
    const place = fc.nat(3);
    fc.assert(
      fc.property(measured, estimated, place, (zones, guesses, at) => {
        const own = zones.map(({ added, first, rise }, i) => ({
          ...{ part: zonePart(`package-${i}`, { added: i === 0 || added }), first: first as number | null, rise },
        }));
        const others = guesses.map(({ part, added, first, rise }, i) => ({
          ...{ part: { ...part, id: `guess-${i}`, added }, first, rise },
        }));
        const all = [...own.slice(0, at), ...others, ...own.slice(at)];
        const of = (list: typeof all) =>
          energyOf(
            list.map(({ part }) => part),
            list.map(({ first }) => first),
            list.map(({ first, rise }) => (first === null ? null : first + rise)),
          );
        const [alone, beside] = [of(own), of(all)];
        if (!alone.valid || !beside.valid) throw new Error('the measured parts are sound');
        expect([beside.joules, beside.watts, beside.wraps]).toEqual([alone.joules, alone.watts, alone.wraps]);
        expect(alone.partlyEstimatedJoules).toBeNull();
        // The total is all of both, or it is not known.
        const added = others.filter(({ part }) => part.added);
        if (added.length === 0 || beside.partlyEstimatedJoules === null) return;
        const sum = added.reduce((joules, { part }) => joules + beside.byDomain[part.id]!, alone.joules);
        expect(beside.partlyEstimatedJoules).toBeCloseTo(sum, 6);
      }),
      { numRuns: 300 },
    );
  });

  it('stand beside each other as a total', () => {
    // Measured 100 J; guessed 30 J; by the curve 60 W for 2 s.
    const energy = energyOf([zonePart('package-0'), guessed, byCurve], [0, 0, 0], [100e6, 30e6, 0]);
    expect(energy).toMatchObject({ valid: true, joules: 100, watts: 50, partlyEstimatedJoules: 250 });
  });

  it('lose the total, and no measured joule, where an estimated counter fails', () => {
    for (const end of [null, 0]) {
      const energy = energyOf([zonePart('package-0'), guessed], [0, 0], [100e6, end]);
      expect(energy).toMatchObject({ valid: true, joules: 100, partlyEstimatedJoules: null });
    }
    const stopped = windowEnergy(
      { parts: [zonePart('package-0'), byCurve] },
      { ...reading(1, 0, 0), totalSeconds: 5 },
      [],
      { ...reading(2, 50e6, 0), totalSeconds: 5 },
    );
    expect(stopped).toMatchObject({ valid: true, joules: 50, partlyEstimatedJoules: null });
  });

  it('are one sum where all are estimated: that is the estimate, and there is no other total', () => {
    const energy = energyOf([guessed, byCurve], [0, 0], [30e6, 0]);
    expect(energy).toMatchObject({ valid: true, joules: 150, watts: 75, partlyEstimatedJoules: null });
    expect(energyOf([guessed, byCurve], [0, 0], [null, 0])).toMatchObject({ valid: false, reason: 'unreadable' });
  });
});

describe('a counter of another unit', () => {
  it('becomes joules by its own unit, its wraps by its own range', () => {
    // 19 J, then round once: 4 J after 20.
    expect(energyOf([meter], [19_000], [3000], 0.2)).toMatchObject({ valid: true, joules: 4, wraps: 1, watts: 20 });
    expect(energyOf([zonePart('package-0'), meter], [0, 1000], [5e6, 4000], 0.1)).toMatchObject({ joules: 8 });
    expect(powerSeries({ parts: [meter] }, [reading(1, 1000), reading(1.1, 4000)])[0]!.watts[0]).toBeCloseTo(30, 9);
  });

  it('refuses the window where this program does not know the unit', () => {
    const later = { ...meter, unit: 'kilocalories' };
    expect(energyOf([later], [0], [100])).toMatchObject({
      ...{ valid: false, reason: 'unit' },
      message: expect.stringContaining('gpu-1: its counter is in kilocalories'),
    });
    expect(energyOf([zonePart('package-0'), { ...later, added: false }], [0, 0], [1e6, 5])).toMatchObject({
      joules: 1,
    });
    expect(powerSeries({ parts: [later] }, [reading(1, 1000), reading(1.1, 4000)])[0]!.watts).toEqual([null]);
  });
});
