import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOf, agreementText, disagreeing, disagreementText } from '../../../../src/core/energy/agreement';
import type { Part, Reading } from '../../../../src/core/energy/source';
import { comparedEvent, readingAt, zonePart } from '../../../support/runEvents';

type Watts = Parameters<typeof comparedEvent>[0];
const of = (watts: Watts, seconds?: number) => {
  const { parts, readings } = comparedEvent(watts, seconds);
  return agreementOf(parts, readings);
};
const event = (id: string, rest: Partial<Part> = {}) =>
  zonePart(id, { source: 'perf', way: 'event', range: null, cpu: 0, fromOpening: true, ...rest });
/** Readings of these counters, a second apart. */
const readingsOf = (...counters: (number | null)[][]): Reading[] =>
  counters.map((all, second) => ({ ...readingAt(second), counters: all }));

describe('two instruments over the same seconds', () => {
  it('agree, to the hundredth of a percent upwards', () => {
    const agreement = of({ powercap: [100, 20], perf: [100.021, 20] });
    expect(agreement).toMatchObject({
      seconds: 5,
      domains: [
        { id: 'package-0', powercapJoules: 500, perfJoules: 500.105, problem: null },
        { id: 'dram-0', powercapJoules: 100, perfJoules: 100, differencePercent: 0 },
      ],
    });
    expect(agreement.domains[0]!.differencePercent).toBeCloseTo(-0.021, 4);
    expect([disagreeing(agreement), disagreementText(agreement)]).toEqual([[], null]);
    expect(agreementText(agreement)).toBe('powercap and perf agree within 0.03 % (package-0 + dram-0, over 5.0 s)');
    expect(agreementText(of({ powercap: [100, 20], perf: [100, 20] }))).toContain('agree within 0.01 %');
  });

  it('do not, beyond half a percent: each domain is named with both numbers', () => {
    const agreement = of({ powercap: [100, 20.4], perf: [101, 20] });
    expect(disagreeing(agreement).map(({ id }) => id)).toEqual(['package-0', 'dram-0']);
    expect(disagreementText(agreement)).toBe(
      'powercap and perf do not agree over the same 5.0 s: package-0 took 500 J by powercap and 505 J by perf (0.99 % apart); dram-0 took 102 J by powercap and 100 J by perf (2.0 % apart)',
    );
    expect(agreementText(agreement)).toBe(disagreementText(agreement));
    expect(disagreementText(of({ powercap: [100, 20], perf: [100.49, 20] }))).toBeNull();
    expect(disagreementText(of({ powercap: [100, 20], perf: [100.51, 20] }))).toContain('package-0 took');
  });

  it('are given the time that a slow edge took from one to the other', () => {
    const { parts, readings } = comparedEvent({ powercap: [100, 20], perf: [102, 20] });
    const slow = (uncertainMs: number) => readings.map((reading) => ({ ...reading, uncertainMs }));
    expect(agreementOf(parts, slow(10)).withinPercent).toBeCloseTo(1.3, 6);
    expect(disagreementText(agreementOf(parts, slow(10)))).toContain('package-0 took');
    expect(disagreementText(agreementOf(parts, slow(20)))).toBeNull();
  });

  it('have moved in neither where one seems to have fallen by a tick', () => {
    const parts = [zonePart('package-0', { limitWatts: 165 }), event('package-0')];
    const { domains } = agreementOf(parts, readingsOf([5_000_000, 7], [4_999_999, 7]));
    expect(domains).toMatchObject([{ powercapJoules: 0, differencePercent: null, problem: 'neither counter moved' }]);
  });

  it('differ by the units of memory on some servers, which is said where it is that and not where it is not', () => {
    const units = 'of memory powercap shows 0.27 % more';
    const text = (powercap: number) => agreementText(of({ powercap: [100, powercap], perf: [100, 20] }));
    expect(text(20 * 1.0027)).toContain(`agree within 0.27 % (package-0 + dram-0, over 5.0 s); ${units}`);
    for (const other of [20, 20 / 1.0027, 20 * 1.001, 20 * 1.004]) expect(text(other)).not.toContain(units);
    expect(agreementText(of({ powercap: [100.27, 20], perf: [100, 20] }))).not.toContain(units);
  });

  it('are the full difference apart where only one of them moves', () => {
    expect(of({ powercap: [100, 0], perf: [100, 20] }).domains[1]).toMatchObject({ differencePercent: -100 });
    expect(disagreementText(of({ powercap: [100, 20], perf: [0, 20] }))).toContain('500 J by powercap and 0 J by perf');
  });

  it('are not compared where neither moves, and nothing is wrong with that', () => {
    const agreement = of({ powercap: [100, 0], perf: [100, 0] });
    expect(disagreementText(agreement)).toBeNull();
    expect(agreementText(agreement)).toBe(
      'powercap and perf agree within 0.01 % (package-0, over 5.0 s); dram-0 is not compared (neither counter moved)',
    );
  });

  it('are not compared by a domain that one of them does not show, or shows without adding it', () => {
    const parts = [zonePart('package-0'), zonePart('dram-0'), event('package-0'), event('psys', { added: false })];
    const agreement = agreementOf(parts, readingsOf([0, 0, 0, 0], [5e6, 1e6, 5e6, 9e6]));
    expect(agreement.domains.map(({ id, problem }) => [id, problem])).toEqual([
      ['package-0', null],
      ['dram-0', 'perf does not show it'],
    ]);
    expect(agreementText(agreement)).toMatch(/agree within .*; dram-0 is not compared \(perf does not show it\)$/);
    const apart = [zonePart('package-0'), event('package-0-die-0', { kind: 'package' })];
    expect(agreementText(agreementOf(apart, readingsOf([0, 0], [1e6, 1e6])))).toBe(
      'powercap and perf have nothing in common that could be compared; package-0 is not compared (perf does not show it); package-0-die-0 is not compared (powercap does not show it)',
    );
  });

  it('are not compared by a counter that could not be read at an edge', () => {
    const parts = [zonePart('package-0'), event('package-0')];
    for (const [edges, who] of [
      [
        [
          [null, 0],
          [5e6, 5e6],
        ],
        'powercap',
      ],
      [
        [
          [0, 0],
          [5e6, null],
        ],
        'perf',
      ],
    ] as const) {
      const agreement = agreementOf(parts, readingsOf(...edges.map((edge) => [...edge])));
      expect(agreement.domains[0]).toMatchObject({
        ...{ differencePercent: null },
        problem: `${who}: package-0: the counter could not be read at an edge of the window`,
      });
      expect(disagreementText(agreement)).toBeNull();
    }
    // Between the edges it may.
    const between = agreementOf(parts, readingsOf([0, 0], [null, null], [5e6, 5e6]));
    expect(between.domains[0]).toMatchObject({ powercapJoules: 5, perfJoules: 5, differencePercent: 0 });
  });

  it('are compared over wraps of powercap, which readings between the edges tell', () => {
    const parts = [zonePart('package-0', { range: 300e6, limitWatts: 165 }), event('package-0')];
    const readings = Array.from({ length: 11 }, (_, s) => [(250e6 + s * 100e6) % 300e6, s * 100e6]);
    const agreement = agreementOf(parts, readingsOf(...readings));
    expect(agreement.domains[0]).toMatchObject({ powercapJoules: 1000, perfJoules: 1000, differencePercent: 0 });
    const [first, last] = [readings[0]!, readings.at(-1)!];
    const blind = agreementOf(parts, [
      { ...readingAt(0), counters: first },
      { ...readingAt(10), counters: last },
    ]);
    expect(blind.domains[0]!.problem).toMatch(/^powercap: package-0: no reading for 10.00 s/);
  });

  it('never say anything of less than two readings, and never throw', () => {
    const { parts } = comparedEvent({ powercap: [1, 1], perf: [1, 1] });
    for (const readings of [[], [readingAt(0)], [readingAt(0), readingAt(0)]]) {
      const agreement = agreementOf(parts, readings);
      expect(agreement.seconds).toBe(0);
      expect(disagreementText(agreement)).toBeNull();
      expect(agreementText(agreement)).toContain('nothing in common');
    }
  });

  it('differ by as much in whichever order, of any watts', () => {
    const watts = fc.double({ min: 1, max: 400, noNaN: true });
    fc.assert(
      fc.property(watts, watts, fc.integer({ min: 1, max: 60 }), (a, b, seconds) => {
        const percent = (one: number, other: number) =>
          of({ powercap: [one, 20], perf: [other, 20] }, seconds).domains[0]!.differencePercent!;
        expect(percent(a, b)).toBeCloseTo(-percent(b, a), 9);
        expect(percent(a, b)).toBeCloseTo((100 * (a - b)) / Math.max(a, b), 2);
      }),
    );
  });
});
