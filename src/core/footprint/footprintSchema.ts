import * as z from 'zod';
import { intervalSchema } from '../statistics/interval';

/** Carbon and cost of a run, as JSON and as the settings that they are made from. */

const hourlyIntensitySchema = z.strictObject({
  cycle: z.enum(['day', 'week']).describe('of which hours there are: 24 from 00:00 on, or 168 from Monday 00:00 on'),
  utcOffsetMinutes: z
    .number()
    .nullable()
    .describe('of the clock that the hours are of, minutes east of UTC; null: the file does not say, or changes it'),
  rows: z.int().describe('of the file'),
  gramsPerKilowattHour: z
    .array(z.number())
    .describe('of each hour; where the file has several times of it, their mean'),
});
/** Intensity by the hour, from a file. */
export type HourlyIntensity = z.infer<typeof hourlyIntensitySchema>;

const gridSchema = z
  .strictObject({
    gramsPerKilowattHour: z.number().describe('of hours their mean'),
    from: z.enum(['number', 'region', 'hours']),
    name: z.string().describe('as it was set, the region’s name, or the file’s name without its folder'),
    dataset: z.string().nullable().describe('of a region: what the value is taken from, and its licence'),
    year: z.int().nullable().describe('of a region: which year’s mean it is'),
    hours: hourlyIntensitySchema.nullable(),
  })
  .describe('carbon intensity of the electricity, CO₂ equivalents; how far off it is is not known');
export type Grid = z.infer<typeof gridSchema>;

const priceSchema = z.strictObject({ perKilowattHour: z.number(), currency: z.string() });

export const footprintTermsSchema = z.strictObject({
  grid: gridSchema.nullable().describe('null: none was set'),
  price: priceSchema.nullable().describe('of a kilowatt-hour; null: none was set'),
  pue: z
    .number()
    .nullable()
    .describe(
      'power usage effectiveness of the data centre, by which all energy here is multiplied; null: none was set',
    ),
});
/** What a person has set; at least a grid or a price. */
export type FootprintTerms = z.infer<typeof footprintTermsSchema>;

const energy = intervalSchema.nullable().describe('kWh: the joules, times the PUE where one was set');
const grams = intervalSchema.nullable().describe('grams of CO₂ equivalents; null without a grid');
const cost = intervalSchema.nullable().describe('in the price’s currency; null without a price');

const atHour = z.strictObject({ hour: z.int().describe('of the cycle, from 0 on'), gramsCo2e: z.number() });

const hoursSchema = z.strictObject({
  configuration: z.string().describe('whose joules these are: the chosen one, else the one with the lowest so far'),
  gramsCo2e: z.array(z.number()).describe('of the functional unit, if all of it is done in that hour'),
  least: atHour,
  most: atHour,
  meanGramsCo2e: z.number(),
  start: z
    .strictObject({
      hours: z.number().describe('that the functional unit takes under full load'),
      gramsCo2e: z
        .array(z.number())
        .describe('of the functional unit, if it is begun in that hour and goes on until done'),
      least: atHour,
      most: atHour,
    })
    .nullable()
    .describe('null at an arrival rate: requests come at all hours'),
  now: atHour
    .nullable()
    .describe(
      'begun in the hour in which this was made (at an arrival rate: of that hour’s requests); null: not asked',
    ),
});

export const footprintSchema = z
  .strictObject({
    ...footprintTermsSchema.shape,
    functionalUnit: z
      .strictObject({ count: z.int(), unit: z.string() })
      .describe('R of the Software Carbon Intensity specification (ISO/IEC 21031:2024): so many of the unit of work'),
    measured: z.boolean().describe('false: the joules, and with them every figure here, are estimates'),
    joules: z
      .enum(['joulesPerUnit', 'joulesPerRequest'])
      .describe(
        'which joules of a configuration the figures are made from: gross under full load, or at the arrival rate',
      ),
    arrivalRate: z.number().nullable().describe('requests per second of the service level; null: it names none'),
    configurations: z.array(
      z.strictObject({
        id: z.string(),
        kilowattHours: energy,
        gramsCo2e: grams,
        cost,
        perYear: z
          .strictObject({ kilowattHours: energy, gramsCo2e: grams, cost })
          .nullable()
          .describe('8,760 hours of requests at the arrival rate; null where the joules are not those at a rate'),
      }),
    ),
    hours: hoursSchema.nullable().describe('null: the grid is not set by the hour, or no joules are known'),
  })
  .describe(
    'operational emissions (E × I) and cost of the functional unit; embodied emissions (M) are not in it (docs/footprint.md). Left out where neither a grid nor a price was set',
  );
/** Carbon and cost; each interval is that of the joules alone. */
export type Footprint = z.infer<typeof footprintSchema>;
