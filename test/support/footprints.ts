import type { Grid } from '../../src/core/footprint/footprintSchema';

/** Grids as a person sets them. */

export const footprintGrid = (gramsPerKilowattHour: number): Grid => ({
  ...{ gramsPerKilowattHour, from: 'number', name: String(gramsPerKilowattHour) },
  ...{ dataset: null, year: null, hours: null },
});

const ofHours = (grams: number[], cycle: 'day' | 'week', utcOffsetMinutes: number | null): Grid => ({
  ...{
    gramsPerKilowattHour: grams.reduce((sum, one) => sum + one, 0) / grams.length,
    from: 'hours',
    name: `${cycle}.csv`,
  },
  ...{ dataset: null, year: null },
  hours: { cycle, utcOffsetMinutes, rows: grams.length, gramsPerKilowattHour: grams },
});

/** 100 g/kWh but for 10 at 03:00 and 1,000 at 18:00, UTC. */
export const hoursOfDay = (): Grid =>
  ofHours(
    Array.from({ length: 24 }, (_, hour) => (hour === 3 ? 10 : hour === 18 ? 1000 : 100)),
    'day',
    0,
  );

/** Of the same days, each 5 g/kWh above the one before; no zone is named. */
export const hoursOfWeek = (): Grid =>
  ofHours(
    Array.from(
      { length: 168 },
      (_, hour) => (hour % 24 === 3 ? 10 : hour % 24 === 18 ? 1000 : 100) + 5 * Math.floor(hour / 24),
    ),
    'week',
    null,
  );
