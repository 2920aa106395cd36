import { describe, expect, it } from 'vitest';
import { hourAt, meanFrom, meanOfHours, parseHourlyIntensity } from '../../../../src/core/footprint/hourlyIntensity';

const lines = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join('\n');
const hourlyOf = (text: string) => {
  const found = parseHourlyIntensity(text);
  if ('problem' in found) throw new Error(found.problem);
  return found.hourly;
};
const problemOf = (text: string) => {
  const found = parseHourlyIntensity(text);
  return 'problem' in found ? found.problem : null;
};
const day = lines(24, (i) => `${i},${100 + i}`);

describe('a CSV file of hours', () => {
  it('of a day: in any order, with a head or none, comments, quotes, other separators and line ends', () => {
    const wanted = {
      cycle: 'day',
      utcOffsetMinutes: null,
      rows: 24,
      gramsPerKilowattHour: day.split('\n').map((_, i) => 100 + i),
    };
    expect(hourlyOf(day)).toEqual(wanted);
    expect(hourlyOf(day.split('\n').reverse().join('\n'))).toEqual(wanted);
    expect(
      hourlyOf(`\ufeff# of 2025\r\nhour;gCO2e/kWh\r\n\r\n${day.replaceAll(',', ' ; ').replaceAll('\n', '\r\n')}\r\n`),
    ).toEqual(wanted);
    expect(hourlyOf(lines(24, (i) => `"${String(i).padStart(2, '0')}:00"\t"${100 + i}"`))).toEqual(wanted);
  });

  it('of a week, from Monday on', () => {
    expect(hourlyOf(lines(168, (i) => `${i},${i}.5`))).toMatchObject({
      cycle: 'week',
      rows: 168,
      gramsPerKilowattHour: { 0: 0.5, 167: 167.5 },
    });
  });

  it('of times: those of the same hour of the day are averaged, quarters of an hour too', () => {
    const times = lines(4 * 48, (i) => {
      const [dayOfMonth, hour, quarter] = [1 + Math.floor(i / 96), Math.floor(i / 4) % 24, 15 * (i % 4)];
      return `2026-02-0${dayOfMonth}T${String(hour).padStart(2, '0')}:${String(quarter).padStart(2, '0')}Z,${100 * dayOfMonth + hour}`;
    });
    const hourly = hourlyOf(`time,gCO2e/kWh\n${times}`);
    expect(hourly).toMatchObject({ cycle: 'day', utcOffsetMinutes: 0, rows: 192 });
    expect(hourly.gramsPerKilowattHour[5]).toBe(155);
  });

  it.each([
    ['Z', 0],
    ['+02:00', 120],
    ['-0330', -210],
    ['', null],
  ])('keeps the zone "%s" of its times', (zone, minutes) => {
    expect(hourlyOf(lines(24, (i) => `2026-02-01 ${String(i).padStart(2, '0')}:00:00${zone},5`)).utcOffsetMinutes).toBe(
      minutes,
    );
  });

  it('of summer and winter time has the hours of the clock on the wall', () => {
    const of = (date: string, zone: string) =>
      lines(24, (i) => `${date}T${String(i).padStart(2, '0')}:00${zone},${i + 10}`);
    const hourly = hourlyOf(`${of('2026-01-01', '+01:00')}\n${of('2026-07-01', '+02:00')}`);
    expect(hourly.utcOffsetMinutes).toBeNull();
    expect(hourly.gramsPerKilowattHour[23]).toBe(33);
  });

  it.each([
    ['', 'it has no row with an hour and an intensity'],
    ['hour,gCO2e/kWh\n', 'it has no row with an hour and an intensity'],
    ['0,1,2', 'line 1 has 3 columns; two are read'],
    ['\n0', 'line 2 has 1 column; two'],
    [`${day}\n3,100`, 'line 25 names the same hour as line 4'],
    [day.replace('7,107\n', ''), '1 of the 24 hours is missing: 7'],
    [lines(24, (i) => `${i + 1},100`), 'its hours are 1 to 24; they are read as 0 to 23'],
    [lines(25, (i) => `${i},100`), '143 of the 168 hours are missing: 25, 26, 27, 28, 29, …'],
    ['0,100\n168,100', 'line 2 begins with "168", which is neither an hour'],
    ['2026-02-30T00:00Z,100', 'line 1 begins with "2026-02-30T00:00Z"'],
    ['2026-02-03T24:00Z,100', 'line 1 begins with'],
    ['0,n/a', 'line 1 has "n/a" for an intensity; allowed: a number of grams per kWh from 0 to 5000'],
    ['0,-1', 'line 1 has "-1"'],
    ['0;385,5', 'line 1 has 3 columns'],
    ['0,5001', 'line 1 has "5001"'],
    ['0,1e3', 'line 1 has "1e3"'],
    ['0,100\n2026-02-03T00:00Z,100', 'line 2 has a time where line 1 has an hour'],
    ['2026-02-03T00:00Z,100\n2026-02-03T01:00,100', 'line 2 has no time zone, unlike line 1'],
    ['2026-02-03T00:00Z,100\n2026-02-03T01:00+01:00,100', 'line 2 names the same hour as line 1'],
    ['time,kgCO2e/kWh\n0,0.3', 'line 1 heads a column with "kgCO2e/kWh": intensities are read in grams'],
    ['time,MOER lbs CO2/MWh\n0,900', 'line 1 heads a column with "MOER lbs CO2/MWh"'],
    ['time,gCO2/MWh\n0,385000', 'line 1 heads a column with "gCO2/MWh"'],
    [lines(24, (i) => `${i},0.385`), 'all intensities are below 1'],
    ['time,g\nhour,g\n0,1', 'line 2 begins with "hour"'],
  ])('%j is refused, with its line', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('of too many rows is refused, and soon', () => {
    const begun = performance.now();
    expect(problemOf('0,1\n'.repeat(100_001))).toBe('line 100001 is one more than the 100000 rows that are read');
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('may be of a grid that emits nothing', () => {
    expect(meanOfHours(hourlyOf(lines(24, (i) => `${i},0`)).gramsPerKilowattHour)).toBe(0);
  });
});

describe('the hour of a moment', () => {
  // A Saturday.
  const moment = new Date('2026-11-28T23:30:00Z');
  it.each([
    ['day', 0, 23],
    ['day', 60, 0],
    ['day', -210, 20],
    ['week', 0, 5 * 24 + 23],
    ['week', 60, 6 * 24],
  ] as const)('of a %s at %s minutes from UTC', (cycle, utcOffsetMinutes, hour) => {
    expect(hourAt({ cycle, utcOffsetMinutes }, moment)).toBe(hour);
  });

  it('is that of this machine where the file names no zone', () => {
    expect(hourAt({ cycle: 'day', utcOffsetMinutes: null }, moment)).toBe(moment.getHours());
  });
});

describe('the mean from an hour on', () => {
  const grams = [10, 20, 30, 40];
  it.each([
    [0, 1, 10],
    [0, 2, 15],
    [3, 2, 25],
    [1, 0.5, 20],
    [0, 1.5, 40 / 3],
    [2, 4, 25],
    [2, 6, (100 + 70) / 6],
    [0, 4e6, 25],
  ])('from %s over %s hours', (start, hours, mean) => {
    expect(meanFrom(grams, start, hours)).toBeCloseTo(mean, 12);
  });
});
