import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../../src/core/analysis/verdict/judgeRun';
import { footprintOf, withFootprint } from '../../../../src/core/footprint/footprint';
import { footprintSchema, type FootprintTerms } from '../../../../src/core/footprint/footprintSchema';
import { sweepRun, tokenRun, widerRun } from '../../../webview/harness/runs';

const terms = (more: Partial<FootprintTerms> = {}): FootprintTerms => ({
  grid: { gramsPerKilowattHour: 400, from: 'number', name: '400', dataset: null, year: null, hours: null },
  price: { perKilowattHour: 0.3, currency: 'EUR' },
  pue: null,
  ...more,
});
const hourly = (gramsPerKilowattHour: number[]): FootprintTerms['grid'] => ({
  ...{
    gramsPerKilowattHour: gramsPerKilowattHour.reduce((a, b) => a + b) / gramsPerKilowattHour.length,
    from: 'hours',
    name: 'h.csv',
  },
  ...{ dataset: null, year: null },
  hours: {
    cycle: gramsPerKilowattHour.length === 24 ? 'day' : 'week',
    utcOffsetMinutes: 0,
    rows: gramsPerKilowattHour.length,
    gramsPerKilowattHour,
  },
});
const judged = (run = sweepRun()) => judgeRun(run.results, run.terms);
const none = { arrivalRate: null };

/** Of one configuration of so many joules, whatever else it may be. */
function ofJoules(
  mean: number,
  { low = null as number | null, high = null as number | null, unitsPerSecond = 10 } = {},
) {
  const { configurations, verdict } = judged();
  const [c] = configurations;
  const one = { ...c!, joulesPerUnit: { mean, low, high, n: 5 }, joulesPerRequest: null, unitsPerSecond };
  return { configurations: [one], verdict: { ...verdict, winner: one.id } };
}

describe('carbon and cost', () => {
  it('of 3.6 J an image are 1 kWh for a million, and so many grams and so much money as one is set to be', () => {
    const made = footprintOf(ofJoules(3.6, { low: 3.24, high: 4.5 }), terms(), none);
    expect(made.functionalUnit).toEqual({ count: 1_000_000, unit: 'image' });
    const [row] = made.configurations;
    expect(row!.kilowattHours!.mean).toBeCloseTo(1, 12);
    expect(row!.gramsCo2e).toEqual({
      mean: expect.closeTo(400, 9),
      low: expect.closeTo(360, 9),
      high: expect.closeTo(500, 9),
      n: 5,
    });
    expect(row!.cost).toMatchObject({ mean: expect.closeTo(0.3, 12), high: expect.closeTo(0.375, 12) });
    expect(row!.perYear).toBeNull();
    expect(made.hours).toBeNull();
  });

  it('are multiplied by a PUE, and are not there where grid or price is not', () => {
    const [row] = footprintOf(ofJoules(3.6), terms({ pue: 1.5, price: null }), none).configurations;
    expect(row!.kilowattHours!.mean).toBeCloseTo(1.5, 12);
    expect(row!.gramsCo2e!.mean).toBeCloseTo(600, 9);
    expect(row!.cost).toBeNull();
    const [cost] = footprintOf(ofJoules(3.6), terms({ grid: null }), none).configurations;
    expect(cost!.gramsCo2e).toBeNull();
    expect(cost!.cost!.low).toBeNull();
  });

  it('at an arrival rate are of the joules of a request, and of a year of 8,760 hours', () => {
    const run = widerRun();
    const { sla } = run.terms;
    const { configurations, verdict } = judged(run);
    const rate = sla!.arrivalRate!;
    const made = footprintOf({ configurations, verdict }, terms(), { arrivalRate: rate });
    expect(made.joules).toBe('joulesPerRequest');
    for (const [i, row] of made.configurations.entries()) {
      const joules = configurations[i]!.joulesPerRequest;
      expect(row.kilowattHours?.mean ?? null).toEqual(joules && expect.closeTo(joules.mean / 3.6, 9));
      if (joules) expect(row.perYear!.kilowattHours!.mean).toBeCloseTo((rate * 3600 * 8760 * joules.mean) / 3.6e6, 6);
      if (joules)
        expect(row.perYear!.gramsCo2e!.high! / row.perYear!.gramsCo2e!.mean).toBeCloseTo(joules.high! / joules.mean, 9);
    }
    expect(made.configurations.some(({ kilowattHours }) => kilowattHours !== null)).toBe(true);
  });

  it('fall back on full load where no joules of a request are known, and tell no year', () => {
    const made = footprintOf(ofJoules(3.6), terms(), { arrivalRate: 20 });
    expect(made).toMatchObject({ joules: 'joulesPerUnit', arrivalRate: 20 });
    expect(made.configurations[0]!.perYear).toBeNull();
  });

  it('rank as the joules do', () => {
    const { configurations, verdict } = judged();
    const order = (values: (number | undefined)[]) => [...values.keys()].sort((a, b) => values[a]! - values[b]!);
    const made = footprintOf({ configurations, verdict }, terms({ pue: 1.3 }), none);
    expect(order(made.configurations.map((c) => c.gramsCo2e?.mean))).toEqual(
      order(configurations.map((c) => c.joulesPerUnit?.mean)),
    );
  });

  it('say whether the joules are estimated, and what they are of', () => {
    expect(footprintOf(judged(), terms(), none).measured).toBe(true);
    expect(footprintOf(judged(sweepRun(false)), terms(), none).measured).toBe(false);
    expect(footprintOf(judged(tokenRun()), terms(), none).functionalUnit.unit).toBe('token');
  });

  it('fit their schema, and are added only where something is set', () => {
    const at = { arrivalRate: 3, nowHour: 5 };
    for (const run of [sweepRun(), sweepRun(false), widerRun(), { ...sweepRun(), results: [] }])
      for (const grid of [terms().grid, hourly(Array.from({ length: 24 }, (_, i) => i)), null])
        expect(() => footprintSchema.parse(footprintOf(judged(run), terms({ grid }), at))).not.toThrow();
    const report = judged();
    expect(withFootprint(report, null, none)).toBe(report);
    expect(withFootprint(report, terms(), none)).toHaveProperty('footprint.functionalUnit.count', 1_000_000);
  });
});

describe('carbon by the hour', () => {
  // 100 g/kWh but for one hour of 10 and one of 1,000.
  const grams = Array.from({ length: 24 }, (_, i) => (i === 3 ? 10 : i === 18 ? 1000 : 100));

  it('is least and most in the hours that are so, with their mean', () => {
    // A million at 278 a second take an hour, one at a time.
    const { hours } = footprintOf(ofJoules(3.6, { unitsPerSecond: 1e6 / 3600 }), terms({ grid: hourly(grams) }), {
      ...none,
      nowHour: 18,
    });
    expect(hours!.least).toEqual({ hour: 3, gramsCo2e: expect.closeTo(10, 9) });
    expect(hours!.most).toEqual({ hour: 18, gramsCo2e: expect.closeTo(1000, 9) });
    expect(hours!.meanGramsCo2e).toBeCloseTo((22 * 100 + 1010) / 24, 9);
    expect(hours!.start).toMatchObject({ hours: expect.closeTo(1, 12), least: { hour: 3 }, most: { hour: 18 } });
    expect(hours!.now).toEqual({ hour: 18, gramsCo2e: expect.closeTo(1000, 6) });
  });

  it('of work that takes four hours is that of all four, from the one in which it is begun', () => {
    const { hours } = footprintOf(ofJoules(3.6, { unitsPerSecond: 1e6 / 14_400 }), terms({ grid: hourly(grams) }), {
      ...none,
      nowHour: 16,
    });
    expect(hours!.start!.gramsCo2e[16]).toBeCloseTo((300 + 1000) / 4, 9);
    expect(hours!.start!.gramsCo2e[19]).toBeCloseTo(100, 9);
    expect(hours!.start!.least).toEqual({ hour: 0, gramsCo2e: expect.closeTo(77.5, 9) });
    expect(hours!.now!.gramsCo2e).toBeCloseTo(325, 9);
  });

  it('has no beginning at an arrival rate, and nothing of now unless that is asked', () => {
    const run = widerRun();
    const { hours } = footprintOf(judged(run), terms({ grid: hourly(grams) }), {
      arrivalRate: run.terms.sla!.arrivalRate!,
    });
    expect(hours).toMatchObject({ start: null, now: null });
    const now = footprintOf(judged(run), terms({ grid: hourly(grams) }), {
      arrivalRate: run.terms.sla!.arrivalRate!,
      nowHour: 3,
    }).hours!.now;
    expect(now!.gramsCo2e).toBeCloseTo(hours!.least.gramsCo2e, 9);
  });

  it('is of the chosen configuration, else of the one with the least energy', () => {
    const { configurations, verdict } = judged();
    const least = [...configurations].sort((x, y) => x.joulesPerUnit!.mean - y.joulesPerUnit!.mean)[0]!.id;
    const of = (winner: string | null) =>
      footprintOf({ configurations, verdict: { ...verdict, winner } }, terms({ grid: hourly(grams) }), none).hours!
        .configuration;
    expect(of(null)).toBe(least);
    for (const { id } of configurations) expect(of(id)).toBe(id);
  });
});
