import { nearestName } from '../spec/nearestName';
import type { FootprintTerms, Grid } from './footprintSchema';
import { gridRegions, gridTable, regionOf } from './gridIntensity';

/** What a person sets, as text: the carbon intensity of the grid, the price of a kilowatt-hour, the PUE. */

type Problem = { problem: string };

/** No fuel comes near: lignite emits some 1,200. */
const mostGrams = 5000;
const mostPrice = 1_000_000;
const mostPue = 10;

const grid = (gramsPerKilowattHour: number, from: Grid['from'], name: string): Grid => ({
  ...{ gramsPerKilowattHour, from, name },
  ...{ dataset: null, year: null, hours: null },
});

/** `385` (g CO₂e/kWh), `DE`, `DEU` or `Germany`; what ends in .csv or has a folder in it is a file, which the caller reads. */
export function parseGrid(text: string): { grid: Grid } | { file: string } | Problem {
  const given = text.trim();
  if (/\.csv$/i.test(given) || /[\\/]/.test(given)) return { file: given };
  if (/^[\d.,+-]/.test(given)) return givenNumber(given);
  const region = regionOf(given);
  if (region) {
    const { name, gramsPerKilowattHour } = region;
    const dataset = `${gridTable.dataset} (${gridTable.licence})`;
    return { grid: { ...grid(gramsPerKilowattHour, 'region', name), dataset, year: gridTable.year } };
  }
  const near =
    given.length > 2
      ? nearestName(
          given,
          gridRegions.map(({ name }) => name),
        )
      : undefined;
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`;
  return {
    problem: `"${given.slice(0, 60)}" is no region of the table${meant}; allowed: grams of CO2e per kWh as 385, a country as DE, EU, WORLD, or a .csv file of hours`,
  };
}

function givenNumber(text: string): { grid: Grid } | Problem {
  const grams = /^\d{1,4}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(grams <= mostGrams))
    return { problem: `"${text.slice(0, 60)}" is no number of grams of CO2e per kWh from 0 to ${mostGrams}, as 385` };
  if (grams > 0 && grams < 1)
    return { problem: `${text} g CO2e/kWh is less than any grid emits: it is read in grams per kWh, not in kilograms` };
  return { grid: grid(grams, 'number', text) };
}

/** `0.30 EUR`: per kilowatt-hour, in any currency. */
export function parsePrice(text: string): { price: NonNullable<FootprintTerms['price']> } | Problem {
  const [, digits, currency] = /^(\d{1,7}(?:\.\d{1,9})?)\s*([\p{L}\p{Sc}]{1,8})$/u.exec(text.trim()) ?? [];
  const perKilowattHour = Number(digits);
  if (digits === undefined || currency === undefined || perKilowattHour > mostPrice)
    return {
      problem: `"${text.trim().slice(0, 60)}" is no price of a kilowatt-hour; allowed: a number and a currency of up to 8 letters, as 0.30 EUR`,
    };
  return { price: { perKilowattHour, currency } };
}

/** Energy of the whole data centre over that of its computers: from 1 on. */
export function parsePue(text: string): { pue: number } | Problem {
  const pue = /^\d{1,2}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(pue >= 1 && pue <= mostPue))
    return {
      problem: `"${text.trim().slice(0, 60)}" is no power usage effectiveness; allowed: a number from 1 to ${mostPue}`,
    };
  return { pue };
}
