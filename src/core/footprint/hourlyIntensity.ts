import type { HourlyIntensity } from './footprintSchema';

/** The text of a CSV file that has a carbon intensity for each hour; docs/footprint.md describes it. */

/** A year of quarters of an hour is a third of it. */
const mostRows = 100_000;
/** No fuel comes near: lignite emits some 1,200. */
const mostGrams = 5000;
const hoursOfDay = 24;
const hoursOfWeek = 168;

type Row = { line: number; hour: number; grams: number };
type Found = { hourly: HourlyIntensity } | { problem: string };

/**
 * Rows are all hours of a day (0 to 23), all hours of a week (0 to 167, from Monday 00:00 on), or times after ISO 8601, of which
 * those of the same hour of the day are averaged.
 *
 * @returns a problem with the number of its line where a line is none of that, or an hour is missing or there twice
 */
export function parseHourlyIntensity(text: string): Found {
  const rows: (Row & Time)[] = [];
  let hasHead = false;
  for (const [i, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = i + 1;
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const cells = content.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (cells.length !== 2)
      return problem(
        line,
        `has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'}; two are read: the time or hour, and gCO2e/kWh`,
      );
    const [first, second] = cells as [string, string];
    const time = timeOf(first);
    const grams = numberOf(second);
    if (rows.length === 0 && !hasHead && time === null && grams === null) {
      if (/\b[kt]g?\s*co|\b(lbs?|pounds?|oz|ounces?)\b|mwh|gwh|\bwh\b/i.test(second))
        return problem(line, `heads a column with ${shown(second)}: intensities are read in grams of CO2e per kWh`);
      hasHead = true;
      continue;
    }
    if (time === null)
      return problem(
        line,
        `begins with ${shown(first)}, which is neither an hour (0 to 23, or 0 to 167 from Monday on) nor a time as 2026-01-31T13:00Z`,
      );
    if (grams === null || grams > mostGrams)
      return problem(
        line,
        `has ${shown(second)} for an intensity; allowed: a number of grams per kWh from 0 to ${mostGrams}`,
      );
    const before = rows[0];
    if (before && before.kind !== time.kind)
      return problem(line, `has ${kindNames[time.kind]} where line ${before.line} has ${kindNames[before.kind]}`);
    if (before && (before.offset === null) !== (time.offset === null))
      return problem(line, `${time.offset === null ? 'has no' : 'has a'} time zone, unlike line ${before.line}`);
    if (rows.length === mostRows) return problem(line, `is one more than the ${mostRows} rows that are read`);
    rows.push({ ...time, line, grams });
  }
  if (rows.length === 0) return { problem: 'it has no row with an hour and an intensity' };
  if (rows.every(({ grams }) => grams < 1) && rows.some(({ grams }) => grams > 0))
    return { problem: 'all intensities are below 1: they are read in grams of CO2e per kWh, not in kilograms' };
  return rows[0]!.kind === 'hour' ? ofHours(rows) : ofTimes(rows);
}

type Time = {
  kind: 'hour' | 'time';
  hour: number;
  /** Minutes east of UTC; null: not said. */ offset: number | null;
  /** What no other row may have. */ key: string | null;
};

const kindNames = { hour: 'an hour', time: 'a time' };

function timeOf(text: string): Time | null {
  const [, digits] = /^(\d{1,3})(?::00)?$/.exec(text) ?? [];
  if (digits !== undefined)
    return Number(digits) < hoursOfWeek
      ? { kind: 'hour', hour: Number(digits), offset: null, key: String(Number(digits)) }
      : null;
  const found =
    /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.\d{1,9})?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60)
    return null;
  const offset = offsetOf(found[7]);
  // A clock that is set back in autumn has an hour twice, and only the zone tells them apart.
  return { kind: 'time', hour, offset, key: offset === null ? null : String(ms - offset * 60_000) };
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (zone.toUpperCase() === 'Z') return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)!;
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes)) || 0;
}

const numberOf = (text: string): number | null => (/^\d{1,9}(\.\d{1,15})?$/.test(text) ? Number(text) : null);

function ofHours(rows: readonly (Row & Time)[]): Found {
  const twice = firstTwice(rows);
  if (twice) return twice;
  const cycle = rows.some(({ hour }) => hour >= hoursOfDay) ? 'week' : 'day';
  const grams = Array.from(
    { length: cycle === 'day' ? hoursOfDay : hoursOfWeek },
    (_, hour) => rows.find((row) => row.hour === hour)?.grams ?? null,
  );
  if (rows.length === hoursOfDay && grams[0] === null && grams[hoursOfDay] !== null)
    return { problem: 'its hours are 1 to 24; they are read as 0 to 23' };
  return (
    allThere(grams) ?? {
      hourly: { cycle, utcOffsetMinutes: null, rows: rows.length, gramsPerKilowattHour: grams as number[] },
    }
  );
}

function ofTimes(rows: readonly (Row & Time)[]): Found {
  const twice = firstTwice(rows);
  if (twice) return twice;
  const sums = Array.from({ length: hoursOfDay }, () => ({ grams: 0, n: 0 }));
  for (const { hour, grams } of rows) {
    sums[hour]!.grams += grams;
    sums[hour]!.n++;
  }
  const means = sums.map(({ grams, n }) => (n === 0 ? null : grams / n));
  const { offset } = rows[0]!;
  // Summer and winter time in one file: its hours are those of the clock on the wall.
  const utcOffsetMinutes = rows.every((row) => row.offset === offset) ? offset : null;
  return (
    allThere(means) ?? {
      hourly: { cycle: 'day', utcOffsetMinutes, rows: rows.length, gramsPerKilowattHour: means as number[] },
    }
  );
}

function firstTwice(rows: readonly (Row & Time)[]): Found | null {
  const seen = new Map<string, number>();
  for (const { key, line } of rows) {
    if (key === null) continue;
    const before = seen.get(key);
    if (before !== undefined) return problem(line, `names the same hour as line ${before}`);
    seen.set(key, line);
  }
  return null;
}

function allThere(grams: readonly (number | null)[]): Found | null {
  const missing = [...grams.keys()].filter((hour) => grams[hour] === null);
  if (missing.length === 0) return null;
  const named = missing.length > 5 ? `${missing.slice(0, 5).join(', ')}, …` : missing.join(', ');
  return {
    problem: `${missing.length} of the ${grams.length} hours ${missing.length === 1 ? 'is' : 'are'} missing: ${named}`,
  };
}

const problem = (line: number, text: string) => ({ problem: `line ${line} ${text}` });
/** What a file says, as far as it is worth showing. */
const shown = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** Which of the cycle's hours a moment is in: by the file's own zone, else by this machine's clock. */
export function hourAt(
  { cycle, utcOffsetMinutes }: Pick<HourlyIntensity, 'cycle' | 'utcOffsetMinutes'>,
  moment: Date,
): number {
  const minutesEast = utcOffsetMinutes ?? -moment.getTimezoneOffset();
  const there = new Date(moment.getTime() + minutesEast * 60_000);
  return cycle === 'day' ? there.getUTCHours() : ((there.getUTCDay() + 6) % 7) * hoursOfDay + there.getUTCHours();
}

/** Mean over all hours. */
export const meanOfHours = (grams: readonly number[]): number =>
  grams.reduce((sum, value) => sum + value, 0) / grams.length;

/** Mean over `hours` (any number above 0) from the hour `start` on; after the last hour of the cycle comes its first. */
export function meanFrom(grams: readonly number[], start: number, hours: number): number {
  const whole = Math.floor(hours / grams.length);
  const rest = hours - whole * grams.length;
  let sum = whole * grams.length * meanOfHours(grams);
  for (let i = 0; i < rest; i++) sum += Math.min(1, rest - i) * grams[(start + i) % grams.length]!;
  return sum / hours;
}
