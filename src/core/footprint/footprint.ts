import type { ConfigurationSummary } from '../metrics/summarySchema';
import { unitOf } from '../metrics/metricValue';
import type { Interval } from '../statistics/interval';
import type { Footprint, FootprintTerms } from './footprintSchema';
import { meanFrom, meanOfHours } from './hourlyIntensity';

/** Joules of a kilowatt-hour: 1,000 W for 3,600 s. */
const joulesPerKilowattHour = 3.6e6;
/** R: figures of one unit of work would be millionths of a gram. */
const functionalCount = 1_000_000;
/** 365 days. */
const secondsPerYear = 8760 * 3600;

type Judged = {
  configurations: readonly ConfigurationSummary[];
  verdict: { winner: string | null; estimated: boolean };
};

/**
 * Carbon and cost of a judged run: E × I for R units of work after the Software Carbon Intensity specification (ISO/IEC 21031:2024,
 * SCI = (E × I + M) per R) without the embodied emissions M, which nobody here knows.
 *
 * E is the joules of a request at the arrival rate (its dynamic joules and its share of the idle power) where a service level names
 * one and they are known of some configuration; else the gross joules of a unit of work under full load, and then nothing is said of a year.
 * All is proportional to those joules, so neither a grid nor a price changes a verdict.
 *
 * @param arrivalRate requests per second; null without a service level
 * @param nowHour of the cycle of hours; null where nobody asks for a run that starts now
 */
export function footprintOf(
  { configurations, verdict }: Judged,
  terms: FootprintTerms,
  { arrivalRate, nowHour = null }: { arrivalRate: number | null; nowHour?: number | null },
): Footprint {
  const atRate = arrivalRate !== null && configurations.some((c) => c.joulesPerRequest !== null);
  const joules = atRate ? 'joulesPerRequest' : 'joulesPerUnit';
  const kilowattHoursPerJoule = (terms.pue ?? 1) / joulesPerKilowattHour;
  const figures = (energy: Interval | null, count: number) => {
    const kilowattHours = scaled(energy, count * kilowattHoursPerJoule);
    return {
      kilowattHours,
      gramsCo2e: terms.grid && scaled(kilowattHours, terms.grid.gramsPerKilowattHour),
      cost: terms.price && scaled(kilowattHours, terms.price.perKilowattHour),
    };
  };
  return {
    ...terms,
    functionalUnit: { count: functionalCount, unit: unitOf(configurations) },
    measured: !verdict.estimated,
    joules,
    arrivalRate,
    configurations: configurations.map((c) => ({
      id: c.id,
      ...figures(c[joules], functionalCount),
      perYear: atRate ? figures(c[joules], arrivalRate * secondsPerYear) : null,
    })),
    hours: hoursOf({ configurations, verdict }, terms, { joules, kilowattHoursPerJoule, nowHour }),
  };
}

/** The same, as a part of what is made from the run. Nothing is added where nothing was set. */
export const withFootprint = <R extends Judged>(
  report: R,
  terms: FootprintTerms | null,
  at: Parameters<typeof footprintOf>[2],
): R & { footprint?: Footprint } =>
  terms === null ? report : { ...report, footprint: footprintOf(report, terms, at) };

function hoursOf(
  { configurations, verdict }: Judged,
  { grid }: FootprintTerms,
  how: { joules: Footprint['joules']; kilowattHoursPerJoule: number; nowHour: number | null },
): Footprint['hours'] {
  const { joules, kilowattHoursPerJoule, nowHour } = how;
  const known = configurations.flatMap((c) => (c[joules] === null ? [] : [{ c, mean: c[joules].mean }]));
  const chosen = known.find(({ c }) => c.id === verdict.winner) ?? known.sort((x, y) => x.mean - y.mean)[0];
  if (!grid?.hours || !chosen) return null;
  const intensities = grid.hours.gramsPerKilowattHour;
  const kilowattHours = chosen.mean * functionalCount * kilowattHoursPerJoule;
  const gramsCo2e = intensities.map((intensity) => kilowattHours * intensity);
  const seconds =
    joules === 'joulesPerUnit' && chosen.c.unitsPerSecond ? functionalCount / chosen.c.unitsPerSecond : null;
  const start = seconds === null ? null : startedAt(intensities, kilowattHours, seconds / 3600);
  return {
    configuration: chosen.c.id,
    gramsCo2e,
    ...extremes(gramsCo2e),
    meanGramsCo2e: kilowattHours * meanOfHours(intensities),
    start,
    now: nowHour === null ? null : { hour: nowHour, gramsCo2e: (start ?? { gramsCo2e }).gramsCo2e[nowHour]! },
  };
}

/** Work of so many hours meets other intensities than that of the hour in which it begins. */
function startedAt(intensities: readonly number[], kilowattHours: number, hours: number) {
  const gramsCo2e = intensities.map((_, hour) => kilowattHours * meanFrom(intensities, hour, hours));
  return { hours, gramsCo2e, ...extremes(gramsCo2e) };
}

function extremes(gramsCo2e: readonly number[]) {
  const at = (grams: number) => ({ hour: gramsCo2e.indexOf(grams), gramsCo2e: grams });
  return { least: at(Math.min(...gramsCo2e)), most: at(Math.max(...gramsCo2e)) };
}

function scaled(value: Interval | null, factor: number): Interval | null {
  if (value === null) return null;
  const end = (at: number | null) => at && at * factor;
  return { mean: value.mean * factor, low: end(value.low), high: end(value.high), n: value.n };
}
