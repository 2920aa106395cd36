import { configurationLabels, sentenceCase } from '../configuration/label';
import { energyBoundary } from '../energy/sourceLabel';
import type { SourceRecord } from '../energy/source';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import { describeGiven, describePlusMinus, listed } from '../statistics/wording';
import type { Table } from '../words/table';
import { plainLine } from '../words/plain';
import { plural } from '../words/unitOfWork';
import { describeNumber, describeSeconds } from '../words/units';
import type { Interval } from '../statistics/interval';
import type { Footprint, Grid, HourlyIntensity } from './footprintSchema';
import { meanOfHours } from './hourlyIntensity';

/** Heads it on all surfaces. */
export const footprintTitle = 'Carbon and cost';

type Shown = {
  configurations: readonly ConfigurationSummary[];
  verdict: { winner: string | null };
  source: Pick<SourceRecord, 'parts' | 'missing'> | null;
};

/** How carbon and cost are said, whoever prints or draws them: a sentence, tables with a caption each, and what a reader must know. */
export type FootprintText = { sentence: string; tables: { caption: string; table: Table }[]; notes: string[] };

export function footprintText(footprint: Footprint, shown: Shown): FootprintText {
  const { hours } = footprint;
  return {
    sentence: estimatedFirst(footprint, sentenceOf(footprint, shown)),
    tables: [
      { caption: footprintTitle, table: figuresTable(footprint, shown.configurations) },
      ...(hours && footprint.grid?.hours
        ? [
            {
              caption: `${footprintTitle} by ${footprint.grid.hours.cycle === 'day' ? 'hour' : 'day'}`,
              table: hoursTable(footprint, hours, footprint.grid.hours),
            },
          ]
        : []),
    ],
    notes: [
      ...hoursNotes(footprint, shown.configurations).map((note) => estimatedFirst(footprint, note)),
      ...notesOf(footprint, shown),
    ],
  };
}

/** What stands in every line that has a figure made from estimated joules. */
const estimatedFirst = ({ measured }: Footprint, text: string) => (measured ? text : `ESTIMATED: ${text}`);

const unitsOf = ({ functionalUnit }: Footprint) => `million ${plural(functionalUnit.unit)}`;
const rateOf = ({ arrivalRate, functionalUnit }: Footprint) =>
  `${describeGiven(arrivalRate ?? 0)} ${plural(functionalUnit.unit)}/s`;

/** Grams, from a tonne on kilograms, and cost: of those that are known. */
function figuresText(
  { gramsCo2e, cost }: Pick<Footprint['configurations'][number], 'gramsCo2e' | 'cost'>,
  { price }: Footprint,
): string {
  return listed([
    ...(gramsCo2e ? [describeCarbon(gramsCo2e.mean)] : []),
    ...(cost ? [`${describeNumber(cost.mean)} ${price!.currency}`] : []),
  ]);
}

const describeCarbon = (grams: number) =>
  grams < 10_000 ? `${describeNumber(grams)} g CO₂e` : `${describeNumber(grams / 1000)} kg CO₂e`;

function sentenceOf(footprint: Footprint, { configurations, verdict }: Shown): string {
  const known = footprint.configurations.filter((c) => c.kilowattHours !== null);
  const chosen = known.find(({ id }) => id === verdict.winner);
  if (chosen) {
    const label = sentenceCase(configurationLabels(configurations).get(chosen.id) ?? chosen.id);
    const year = chosen.perYear ? `; at ${rateOf(footprint)} ${figuresText(chosen.perYear, footprint)} a year` : '';
    return `${label}: ${figuresText(chosen, footprint)} per ${unitsOf(footprint)}${year}.`;
  }
  if (known.length === 0) return 'Nothing is known of carbon and cost while no energy is.';
  const sorted = [...known].sort((x, y) => x.kilowattHours!.mean - y.kilowattHours!.mean);
  const ends = [...new Set([sorted[0]!, sorted.at(-1)!].map((c) => figuresText(c, footprint)))];
  return `No configuration is chosen: ${ends.join(' to ')} per ${unitsOf(footprint)}.`;
}

/** A column's head: of the functional unit where it is one of that, and whether it is estimated. */
const headsOf =
  ({ measured, functionalUnit }: Footprint) =>
  (what: string, isPerUnit = false) =>
    `${what}${isPerUnit ? `/1M ${plural(functionalUnit.unit)}` : ''}${measured ? '' : ' (est.)'}`;

function figuresTable(footprint: Footprint, configurations: readonly ConfigurationSummary[]): Table {
  const { grid, price } = footprint;
  type Row = Footprint['configurations'][number];
  const labels = configurationLabels(configurations);
  const head = headsOf(footprint);
  const isYear = footprint.configurations.some(({ perYear }) => perYear !== null);
  const cell = (value: Interval | null | undefined) => (value ? describePlusMinus(value) : null);
  const inKilograms = (value: Interval | null | undefined) => (value ? describeNumber(value.mean / 1000) : null);
  const columns: { head: string; cell(row: Row): string | null }[] = [
    { head: head('kWh', true), cell: (row) => cell(row.kilowattHours) },
    ...(grid ? [{ head: head('g CO₂e', true), cell: (row: Row) => cell(row.gramsCo2e) }] : []),
    ...(price ? [{ head: head(price.currency, true), cell: (row: Row) => cell(row.cost) }] : []),
    ...(isYear && grid
      ? [{ head: head('kg CO₂e/year'), cell: (row: Row) => inKilograms(row.perYear?.gramsCo2e) }]
      : []),
    ...(isYear && price
      ? [
          {
            head: head(`${price.currency}/year`),
            cell: (row: Row) => (row.perYear?.cost ? describeNumber(row.perYear.cost.mean) : null),
          },
        ]
      : []),
  ];
  return {
    columns: ['configuration', ...columns.map((column) => column.head)],
    rows: footprint.configurations.map((row) => [
      sentenceCase(labels.get(row.id) ?? row.id),
      ...columns.map((column) => column.cell(row)),
    ]),
  };
}

type Hours = NonNullable<Footprint['hours']>;

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const clockOf = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
const hourName = (hour: number, { cycle }: HourlyIntensity) =>
  cycle === 'day' ? clockOf(hour) : `${weekdays[Math.floor(hour / 24)]} ${clockOf(hour)}`;

/** `UTC`, `UTC+02:00`. */
function zoneName({ utcOffsetMinutes }: HourlyIntensity): string {
  if (utcOffsetMinutes === null) return 'the file’s clock';
  if (utcOffsetMinutes === 0) return 'UTC';
  const size = Math.abs(utcOffsetMinutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `UTC${utcOffsetMinutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A row for each hour of a day; of a week one for each day, for nobody reads 168. */
function hoursTable(footprint: Footprint, { gramsCo2e, start }: Hours, hourly: HourlyIntensity): Table {
  const head = headsOf(footprint);
  const zone = hourly.utcOffsetMinutes === null ? (hourly.cycle === 'day' ? 'hour' : 'day') : zoneName(hourly);
  if (hourly.cycle === 'day') {
    return {
      columns: [zone, 'g CO₂e/kWh', head('g CO₂e', true), ...(start ? [head('begun then')] : [])],
      rows: gramsCo2e.map((grams, hour) => [
        clockOf(hour),
        describeNumber(hourly.gramsPerKilowattHour[hour]!),
        describeNumber(grams),
        ...(start ? [describeNumber(start.gramsCo2e[hour]!)] : []),
      ]),
    };
  }
  return {
    columns: [zone, head('g CO₂e', true), head('least'), 'least at', head('most'), 'most at'],
    rows: weekdays.map((day, i) => {
      const ofDay = gramsCo2e.slice(24 * i, 24 * (i + 1));
      const [least, most] = [Math.min(...ofDay), Math.max(...ofDay)];
      const mean = meanOfHours(ofDay);
      return [
        day,
        describeNumber(mean),
        describeNumber(least),
        clockOf(ofDay.indexOf(least)),
        describeNumber(most),
        clockOf(ofDay.indexOf(most)),
      ];
    }),
  };
}

/** When it is done decides as much as how, where the grid is known by the hour. */
function hoursNotes(footprint: Footprint, configurations: readonly ConfigurationSummary[]): string[] {
  const { hours, grid } = footprint;
  if (!hours || !grid?.hours) return [];
  const hourly = grid.hours;
  const name = (hour: number) => hourName(hour, hourly);
  const label = configurationLabels(configurations).get(hours.configuration) ?? hours.configuration;
  const { start, now, least, most, meanGramsCo2e } = hours;
  const units = unitsOf(footprint);
  return [
    `By the hour (${zoneName(hourly)}), ${label}: least ${describeCarbon(least.gramsCo2e)} per ${units} at ${name(least.hour)}, most ${describeCarbon(most.gramsCo2e)} at ${name(most.hour)}, mean ${describeCarbon(meanGramsCo2e)}.`,
    ...(start
      ? [
          `A ${units} take ${describeSeconds(3600 * start.hours)} under full load: least ${describeCarbon(start.least.gramsCo2e)} when begun at ${name(start.least.hour)}, most ${describeCarbon(start.most.gramsCo2e)} at ${name(start.most.hour)}.`,
        ]
      : []),
    ...(now
      ? [
          `${start ? 'Begun now' : 'Requests of now'} (${name(now.hour)}${hourly.utcOffsetMinutes === null ? ' by this machine’s clock' : ''}): ${describeCarbon(now.gramsCo2e)} per ${units}.`,
        ]
      : []),
  ];
}

function notesOf(footprint: Footprint, { source }: Shown): string[] {
  const { grid, price, pue, joules, arrivalRate, functionalUnit } = footprint;
  const { unit } = functionalUnit;
  const isHourly = grid?.hours !== null && grid !== null;
  return [
    joules === 'joulesPerRequest'
      ? `Joules: those of a request as modelled at ${rateOf(footprint)}, its dynamic joules and its share of the idle power; a year is 8,760 hours of that.`
      : `Joules: gross joules of one ${unit} under full load, idle power in them${
          arrivalRate === null
            ? '; a year needs an arrival rate (sla.arrivalRate)'
            : `; of a request at ${rateOf(footprint)} none are known (no idle baseline, or no configuration keeps up), so nothing is said of a year`
        }.`,
    `Boundary: ${source ? energyBoundary(source) : 'no energy source yet'}; power supply, disks, network${pue === null ? ', cooling' : ''} and the rest of the server are not in it.`,
    ...(pue === null ? [] : [`All energy here is multiplied by a PUE of ${describeGiven(pue)}, as set.`]),
    ...(grid ? [`Grid: ${gridText(grid)}.`] : []),
    ...(price ? [`Price: ${describeGiven(price.perKilowattHour)} ${price.currency} per kWh, as set.`] : []),
    `Functional unit R: 1 ${unitsOf(footprint)}. ${
      grid
        ? 'Carbon is the operational part, E × I per R, of a Software Carbon Intensity score (ISO/IEC 21031:2024); embodied emissions M are left out, so it is no whole score.'
        : 'No carbon is told without a grid.'
    }`,
    `± is that of the joules: how far off ${listed([...(grid ? ['the intensity'] : []), ...(price ? ['the price'] : [])])} may be is not known, and not in it. ${
      isHourly
        ? 'All configurations meet the same hours, so the verdict stays as it is; when the work is done is another choice.'
        : `${grid && price ? 'Both are' : grid ? 'Carbon is' : 'Cost is'} proportional to the joules, so the verdict stays as it is.`
    }`,
  ];
}

function gridText({ gramsPerKilowattHour, from, name, dataset, year, hours }: Grid): string {
  const value = `${describeNumber(gramsPerKilowattHour)} g CO₂e/kWh`;
  if (from === 'number') return `${describeGiven(gramsPerKilowattHour)} g CO₂e/kWh, as set`;
  if (from === 'region') return `${name}, ${value}, mean of ${year}, lifecycle of what is generated there; ${dataset}`;
  return `by the hour from ${plainLine(name, 100)} (${hours!.rows} rows), mean ${value}`;
}
