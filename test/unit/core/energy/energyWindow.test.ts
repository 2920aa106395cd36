import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { powerSeries, windowEnergy } from '../../../../src/core/energy/energyWindow';
import type { Part, Reading, SourceRecord } from '../../../../src/core/energy/source';
import { cpuTime } from '../../../../src/core/energy/units';
import { zonePart } from '../../../support/runEvents';

const packageRange = 262_143_328_850;
const dramRange = 65_712_999_613;

function domain(id: string, options: Partial<Part> = {}): Part {
  return zonePart(id, { range: id.startsWith('dram') ? dramRange : packageRange, ...options });
}

function source(...parts: Part[]): SourceRecord {
  return { parts, reason: null };
}

const reading = (monotonicMs: number, ...counters: (number | null)[]): Reading => ({
  ...{ monotonicMs, counters },
  busySeconds: monotonicMs / 1000,
  totalSeconds: monotonicMs / 500,
});

/** Readings of counters that have used `totals[k]` microjoules at time k. */
function readingsOf(domains: Part[], times: number[], totals: number[][], starts: number[]): Reading[] {
  return times.map((ms, k) => reading(ms, ...domains.map((d, i) => (starts[i]! + totals[k]![i]!) % d.range!)));
}

const fourZones = (range: number, limitWatts: number | null) =>
  ['package-0', 'dram-0', 'package-1', 'dram-1'].map((id) => domain(id, { range: range, limitWatts }));

describe('windowEnergy', () => {
  it('starts when counting went on, and is known to what the edges and the rounding leave', () => {
    const printed = { form: 'csv', control: true, everyMs: 100, resolution: 10_000 };
    const part = domain('package-0', { range: null, printed, fromOpening: true });
    const resumed = { ...reading(1100, 5e6), uncertainMs: 2 };
    const start = { ...reading(1000, 4e6), uncertainMs: 500, resumed };
    const end = { ...reading(2100, 105e6), uncertainMs: 3 };
    const energy = windowEnergy(source(part, domain('core-0', { added: false })), start, [], end);
    expect(energy).toMatchObject({ joules: 100, seconds: 1, watts: 100, utilisation: 0.5 });
    // Ten intervals and one at each edge, half a hundredth each; 5 ms of what may have been drawn: all of that in 995 ms.
    const rounded = 12 * 0.005;
    expect(energy.valid && energy.edgeJoules).toBeCloseTo((0.005 * (100 + rounded)) / 0.995 + rounded, 9);
    expect(windowEnergy(source(domain('package-0')), reading(0, 0), [], reading(900, 9e6))).toMatchObject({
      edgeJoules: 0,
    });
  });

  it('is exact to the microjoule over at least three wraps on four zones, whatever the powers and the jitter', () => {
    const series = fc
      .record({
        range: fc.integer({ min: 40_000_000, max: 262_143_328_850 }),
        starts: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
        // Share of the range that a zone uses between two samples: below a quarter, as the gap rule demands.
        steps: fc.array(
          fc.record({
            gapShare: fc.double({ min: 0.5, max: 1, noNaN: true }),
            powers: fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
          }),
          { minLength: 64, maxLength: 80 },
        ),
      })
      .map(({ range, starts, steps }) => {
        const fullWatts = 400;
        const longestGapMs = (0.2 * range) / fullWatts / 1000;
        const domains = fourZones(range, null);
        const times = [1000];
        const totals = [[0, 0, 0, 0]];
        for (const { gapShare, powers } of steps) {
          const gapMs = gapShare * longestGapMs;
          times.push(times.at(-1)! + gapMs);
          totals.push(totals.at(-1)!.map((used, i) => used + Math.round(powers[i]! * fullWatts * gapMs * 1000)));
        }
        const offsets = starts.map((start) => start % range);
        return { range, domains, totals, readings: readingsOf(domains, times, totals, offsets) };
      });
    fc.assert(
      fc.property(series, ({ range, domains, totals, readings }) => {
        const energy = windowEnergy(source(...domains), readings[0]!, readings, readings.at(-1)!);
        if (!energy.valid) throw new Error(energy.message);
        const truth = totals.at(-1)!;
        domains.forEach((d, i) => {
          expect(Math.floor(truth[i]! / range)).toBeGreaterThanOrEqual(3);
          expect(Math.round(energy.byDomain[d.id]! * 1e6)).toBe(truth[i]);
        });
        expect(Math.round(energy.joules * 1e6)).toBe(truth.reduce((a, b) => a + b));
      }),
      { numRuns: 300 },
    );
  });

  it('adds up over adjoining windows and never falls as a window grows', () => {
    const watts = fc.array(fc.double({ min: 20, max: 100, noNaN: true }), { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(watts, fc.nat(), (powers, cut) => {
        const [d] = [domain('package-0', { range: 50_000_000 })];
        const times = [0];
        const totals = [[0]];
        for (const power of powers) {
          times.push(times.at(-1)! + 100);
          totals.push([totals.at(-1)![0]! + Math.round(power * 100_000)]);
        }
        const readings = readingsOf([d], times, totals, [12_345]);
        const middle = 8 + (cut % (readings.length - 16));
        const joules = (from: number, to: number) => {
          const energy = windowEnergy(source(d), readings[from]!, readings, readings[to]!);
          if (!energy.valid) throw new Error(energy.message);
          return Math.round(energy.joules * 1e6);
        };
        const last = readings.length - 1;
        expect(joules(0, middle) + joules(middle, last)).toBe(joules(0, last));
        expect(joules(0, middle + 1)).toBeGreaterThan(joules(0, middle));
      }),
    );
  });

  it('counts wraps of a 50 J counter at 100 W from 10 Hz samples', () => {
    const d = domain('package-0', { range: 50_000_000, limitWatts: 165 });
    const times = Array.from({ length: 31 }, (_, k) => k * 100);
    const readings = readingsOf(
      [d],
      times,
      times.map((ms) => [ms * 100_000]),
      [49_999_999],
    );
    const energy = windowEnergy(source(d), readings[0]!, readings.slice(1, -1), readings.at(-1)!);
    expect(energy).toMatchObject({ valid: true, joules: 300, watts: 100, wraps: 6, seconds: 3, utilisation: 0.5 });
  });

  it('refuses a gap in which a wrap could hide, and names it', () => {
    const d = domain('package-0', { limitWatts: 165 });
    const at = (s: number) => reading(s * 1000, Math.round(s * 120e6) % packageRange);
    const samples = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => at(from + k));
    expect(windowEnergy(source(d), at(0), samples(0, 1000), at(1000))).toMatchObject({ valid: true });
    const hole = windowEnergy(source(d), at(0), [...samples(0, 300), ...samples(1450, 1500)], at(1500));
    expect(hole).toMatchObject({ valid: false, reason: 'gap', message: expect.stringContaining('package-0') });
    const longer = windowEnergy(source(d), at(0), [...samples(0, 300), ...samples(3000, 3100)], at(3100));
    expect(longer).toMatchObject({ valid: false, reason: 'gap' });
    // Half a wrap lasts 1,092 s at 120 W.
    const shorter = windowEnergy(source(d), at(0), [...samples(0, 300), ...samples(1350, 1400)], at(1400));
    expect(shorter).toMatchObject({ valid: true, joules: 168_000 });
  });

  it('takes a small step back as readings out of order, not as a wrap', () => {
    const d = domain('package-0');
    const samples = [reading(500, 50_000_000), reading(500.05, 49_990_000), reading(600, 60_000_000)];
    expect(windowEnergy(source(d), reading(0, 0), samples, reading(1000, 100_000_000))).toMatchObject({
      joules: 100,
      wraps: 0,
    });
  });

  it('does not take a short tick between two readings for a high power', () => {
    const d = domain('package-0', { range: 50_000_000 });
    // 0.1 J within 0.02 ms would be 5,000 W.
    const samples = [
      reading(0.02, 100_000),
      ...Array.from({ length: 9 }, (_, k) => reading((k + 1) * 100, ((k + 1) * 10_000_000) % 50_000_000)),
    ];
    expect(windowEnergy(source(d), reading(0, 0), samples, reading(1000, 0))).toMatchObject({
      valid: true,
      joules: 100,
      wraps: 2,
    });
  });

  it('refuses a reset, a jump, an unreadable edge, a dead package and an unknown range that falls', () => {
    const d = domain('package-0');
    const series = (...counters: (number | null)[]) => counters.map((c, k) => reading(k * 1000, c));
    const reason = (readings: Reading[], of = d) => {
      const energy = windowEnergy(source(of), readings[0]!, readings.slice(1, -1), readings.at(-1)!);
      return energy.valid ? energy.joules : energy.reason;
    };
    expect(reason(series(90e9, 90.1e9, 0, 0.1e9))).toBe('backwards');
    expect(reason(series(0, 100e6, 100e9, 100.1e9))).toBe('implausible');
    expect(reason(series(200e9, 0, 100e6))).toBe('implausible');
    expect(reason(series(null, 100e6, 200e6))).toBe('unreadable');
    expect(reason(series(0, 100e6, null))).toBe('unreadable');
    expect(reason(series(0, null, null, 300e6))).toBe('unreadable');
    expect(reason(series(0, 300e6))).toBe(300);
    expect(reason(series(7e9, 7e9, 7e9))).toBe('dead');
    expect(reason(series(7e9, 1e9), domain('package-0', { range: null }))).toBe('no-range');
    expect(reason(series(60_293_987e6, 60_294_087e6))).toBe(100);
    expect(reason(series(60_293_987e6, 60_200_000e6))).toBe('no-range');
    expect(reason([reading(5, 1), reading(5, 1)])).toBe('short');
  });

  it('adds package and dram of all sockets, shows psys and core, and lets only added domains spoil a window', () => {
    const domains = [
      domain('package-0'),
      domain('dram-0'),
      domain('core-0'),
      domain('psys', { scope: { of: 'machine', number: null } }),
      domain('package-1'),
    ];
    const energy = windowEnergy(
      source(...domains),
      reading(0, 0, 0, 0, 0, 0),
      [],
      reading(1000, 100e6, 20e6, 60e6, null, 80e6),
    );
    expect(energy).toMatchObject({ valid: true, joules: 200, watts: 200 });
    expect(energy.valid && energy.byDomain).toEqual({ 'package-0': 100, 'dram-0': 20, 'core-0': 60, 'package-1': 80 });
  });

  it('takes any added counter that stands still for dead, memory after a longer time, and none that is not added', () => {
    const outcome = (seconds: number, packageAt: number, dramAt: number, ...domains: Part[]) => {
      const energy = windowEnergy(
        source(...domains),
        reading(0, 5e6, 7e6),
        [],
        reading(seconds * 1000, 5e6 + packageAt, 7e6 + dramAt),
      );
      return energy.valid ? energy.joules : `${energy.reason} ${energy.message.split(':')[0]}`;
    };
    const both = [domain('package-0'), domain('dram-0')];
    expect(outcome(5, 100e6, 0, ...both)).toBe('dead dram-0');
    expect(outcome(1.1, 100e6, 0, ...both)).toBe('dead dram-0');
    expect(outcome(0.6, 0, 1e6, ...both)).toBe('dead package-0');
    expect(outcome(5, 100e6, 0, domain('package-0'), domain('dram-0', { added: false }))).toBe(100);
    expect(outcome(5, 0, 9e6, domain('package-0', { added: false }), domain('dram-0'))).toBe(9);
  });

  it('estimates watts(utilisation) × seconds', () => {
    const curve = { idleWatts: 10, maxWatts: 110, shape: 2, errorPercent: 17, basis: '' };
    const estimate = source(domain('machine', { measured: false, unit: cpuTime, range: null, added: true, curve }));
    const energy = windowEnergy(estimate, reading(0, 0), [], reading(4000, 4e6));
    expect(energy).toMatchObject({ valid: true, joules: 4 * (10 + 100 * 0.75), watts: 85, utilisation: 0.5 });
    const still = { ...reading(4000, 0), totalSeconds: 0 };
    expect(windowEnergy(estimate, reading(0, 0), [], still)).toMatchObject({ valid: false, reason: 'short' });
  });
});

describe('powerSeries', () => {
  it('gives watts of each domain, over wraps, null around unreadable samples', () => {
    const d = [domain('package-0', { range: 50_000_000 }), domain('dram-0')];
    const samples = [
      reading(0, 45e6, 0),
      reading(100, 5e6, 2e6),
      reading(101, 5.1e6, 2e6),
      reading(200, 15e6, null),
      reading(300, 25e6, 6e6),
    ];
    expect(powerSeries(source(...d), samples)).toEqual([
      { monotonicMs: 100, watts: [100, 20] },
      { monotonicMs: 200, watts: [100, null] },
      { monotonicMs: 300, watts: [100, null] },
    ]);
  });
});

/** Ten readings a second of one part; `counterAt` in microjoules by milliseconds. */
const tenASecond = (seconds: number, counterAt: (ms: number) => number) =>
  Array.from({ length: Math.round(10 * seconds) + 1 }, (_, k) => reading(100 * k, Math.round(counterAt(100 * k))));
const energyOf = (part: Part, readings: Reading[]) =>
  windowEnergy(source(part), readings[0]!, readings.slice(1, -1), readings.at(-1)!);

describe('a counter that stands still for a part of a window', () => {
  /** 120 W, but for `stillMs` from 1 s on, and what was used then never comes back. */
  const stopping = (stillMs: number) => (ms: number) => 120_000 * (ms - Math.min(stillMs, Math.max(0, ms - 1000)));

  it.each([
    ['package-0', 3000, 'stood still for 3.0 of 5.0 s'],
    ['package-0', 700, 'stood still for 0.7 of 5.0 s'],
    ['dram-0', 3000, 'stood still for 3.0 of 5.0 s'],
  ])('%s, %d ms: has no joules', (id, stillMs, words) => {
    expect(energyOf(domain(id), tenASecond(5, stopping(stillMs)))).toMatchObject({
      ...{ valid: false, reason: 'dead', message: expect.stringContaining(`${id}: the counter ${words}`) as unknown },
    });
  });

  it('is believed where it is as slow as such counters are', () => {
    expect(energyOf(domain('package-0'), tenASecond(5, stopping(300))).valid).toBe(true);
    expect(energyOf(domain('dram-0'), tenASecond(5, stopping(1000))).valid).toBe(true);
  });

  it.each(['package-0', 'dram-0'])('%s, 60 %% of a window however short: has no joules', (id) => {
    for (const seconds of [1, 1.5, 2, 3, 10]) {
      const still = 600 * seconds;
      const at = (ms: number) => 120_000 * (ms - Math.min(still, Math.max(0, ms - 150 * seconds)));
      expect(energyOf(domain(id), tenASecond(seconds, at))).toMatchObject({ valid: false, reason: 'dead' });
    }
  });

  it('into it and then catches up has no joules, and is believed where it moved again before', () => {
    const part = domain('package-0');
    const upTo =
      (stillMs: number, untilMs = 2050) =>
      (ms: number) =>
        (ms > 2000 - stillMs && ms < untilMs ? 2000 - stillMs : ms) * 120_000;
    const value = (counterAt: (ms: number) => number) => {
      const readings = tenASecond(4, counterAt);
      return windowEnergy(source(part), readings[20]!, readings, readings[40]!);
    };
    const message =
      'package-0: the counter stood still for 1.0 s, from before a window of 2.0 s on; run greenbatch doctor';
    expect(value(upTo(1000))).toMatchObject({ valid: false, reason: 'dead', message });
    expect(value(upTo(200)).valid).toBe(true);
    const before = (ms: number) => (ms > 1000 && ms < 1850 ? 1000 : ms) * 120_000;
    expect(value(before)).toMatchObject({ joules: 240 });
    // Of another process than the edges, which count from elsewhere.
    const opened = domain('package-0', { fromOpening: true, range: null });
    const readings = tenASecond(4, upTo(1000, 2150));
    const [start, end] = [reading(2000, 7e9), reading(4000, 7.24e9)];
    expect(windowEnergy(source(opened), start, readings, end)).toMatchObject({ valid: false, reason: 'dead' });
  });

  it('is found by the sampler where the edges count from elsewhere', () => {
    const readings = tenASecond(5, stopping(3000));
    const ofAnotherProcess = readings.slice(1, -1).map((r) => ({ ...r, counters: [r.counters[0]! + 7e9] }));
    const part = domain('package-0', { fromOpening: true, range: null });
    const [start, end] = [readings[0]!, readings.at(-1)!];
    expect(windowEnergy(source(part), start, ofAnotherProcess, end)).toMatchObject({ valid: false, reason: 'dead' });
    const moving = tenASecond(5, (ms) => 120_000 * ms + 7e9).slice(1, -1);
    expect(windowEnergy(source(part), start, moving, end)).toMatchObject({ valid: true });
  });

  it('is found by the edges alone, whatever the sampler’s own counter does', () => {
    const part = domain('package-0', { fromOpening: true, range: null });
    const moving = tenASecond(5, (ms) => 120_000 * ms + 7e9).slice(1, -1);
    for (const samples of [moving, []])
      expect(windowEnergy(source(part), reading(0, 5e6), samples, reading(5000, 5e6))).toMatchObject({
        valid: false,
        reason: 'dead',
      });
  });
});

describe('a counter that cannot be read in a window', () => {
  /** 120 W, without a reading for `missingMs` from 1 s on. */
  const missing = (missingMs: number, seconds = 5) =>
    tenASecond(seconds, (ms) => 120_000 * ms).map((r) =>
      r.monotonicMs > 1000 && r.monotonicMs < 1000 + missingMs ? { ...r, counters: [null] } : r,
    );

  it.each([
    ['package-0', 700, 'read for 0.7 of 5.0 s'],
    ['dram-0', 1500, 'read for 1.5 of 5.0 s'],
  ])('%s, for %d ms: has no joules, as it may have stood still', (id, missingMs, words) => {
    expect(energyOf(domain(id), missing(missingMs))).toMatchObject({
      ...{ valid: false, reason: 'unreadable' },
      message: expect.stringContaining(`${id}: the counter could not be ${words}`) as unknown,
    });
    const opened = domain(id, { fromOpening: true, range: null });
    expect(energyOf(opened, missing(missingMs))).toMatchObject({ valid: false, reason: 'unreadable' });
  });

  it('for less than it may stand still costs nothing', () => {
    expect(energyOf(domain('package-0'), missing(400))).toMatchObject({ joules: 600 });
    expect(energyOf(domain('dram-0'), missing(1100))).toMatchObject({ joules: 600 });
    expect(energyOf(domain('psys', { added: false }), missing(3000))).not.toMatchObject({ reason: 'unreadable' });
  });

  it('is no matter where it is not added, nor where there are no samples at all', () => {
    const readings = tenASecond(5, (ms) => 120_000 * ms);
    expect(energyOf(domain('package-0'), [readings[0]!, readings.at(-1)!])).toMatchObject({ joules: 600 });
  });
});

describe('a counter that jumps ahead', () => {
  const jumping = (joules: number) => tenASecond(5, (ms) => 20_000 * ms + (ms > 2300 ? joules * 1e6 : 0));

  it('is found by its limit and its other steps, from what a peak of power may take on', () => {
    const limited = domain('dram-0', { limitWatts: 50 });
    expect(energyOf(limited, jumping(30))).toMatchObject({ valid: false, reason: 'implausible' });
    expect(energyOf(limited, jumping(10))).toMatchObject({ valid: true, joules: 110 });
    // Without a limit it is what no socket takes.
    expect(energyOf(domain('dram-0', { limitWatts: null }), jumping(900))).toMatchObject({ joules: 1000 });
    expect(energyOf(domain('dram-0', { limitWatts: null }), jumping(1001))).toMatchObject({ reason: 'implausible' });
  });

  it('is not what draws more than its limit all the time, nor a peak beside it', () => {
    const loose = domain('package-0', { limitWatts: 40 });
    expect(
      energyOf(
        loose,
        tenASecond(5, (ms) => 150_000 * ms),
      ),
    ).toMatchObject({ joules: 750 });
    expect(
      energyOf(
        loose,
        tenASecond(5, (ms) => 150_000 * ms + (ms > 2300 ? 60e6 : 0)),
      ).valid,
    ).toBe(true);
    // Of two readings there is nothing to compare with.
    expect(windowEnergy(source(loose), reading(0, 0), [], reading(1000, 150e6))).toMatchObject({ joules: 150 });
  });
});

describe('a counter that begins anew', () => {
  const watts = 150;
  it('is never taken for a wrap, however near to its end it was, to the energy of a moment', () => {
    const resets = fc.record({
      left: fc.double({ min: 0, max: 0.4, noNaN: true }),
      atMs: fc.integer({ min: 200, max: 4800 }),
      limitWatts: fc.constantFrom(null, 165),
    });
    fc.assert(
      fc.property(resets, ({ left, atMs, limitWatts }) => {
        const part = domain('package-0', { limitWatts });
        const first = packageRange * (1 - left) - watts * 1000 * atMs - 1;
        const counterAt = (ms: number) => (ms < atMs ? first + watts * 1000 * ms : watts * 1000 * (ms - atMs));
        const energy = energyOf(part, tenASecond(5, counterAt));
        if (energy.valid) expect(Math.abs(energy.joules - 5 * watts)).toBeLessThan(watts);
        else expect(energy.message).toMatch(/package-0: the counter (fell|rose)/);
      }),
      { numRuns: 500 },
    );
  });

  it('says so', () => {
    const counterAt = (ms: number) => (ms < 2000 ? packageRange - 1e9 + 150_000 * ms : 150_000 * (ms - 2000));
    expect(energyOf(domain('package-0'), tenASecond(5, counterAt))).toMatchObject({
      ...{ valid: false, reason: 'backwards', message: expect.stringContaining('it was reset') as unknown },
    });
  });

  it('is a wrap where the range was used up', () => {
    const counterAt = (ms: number) => (packageRange - 3e8 + 150_000 * ms) % packageRange;
    const energy = energyOf(domain('package-0'), tenASecond(5, counterAt));
    expect(energy).toMatchObject({ valid: true, wraps: 1 });
    if (energy.valid) expect(energy.joules).toBeCloseTo(750, 3);
  });
});
