import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import { hourAt } from '../../core/footprint/hourlyIntensity';
import { footprintTerms } from '../../runs/export/footprintTerms';
import { CliError } from './cliError';

/** Options of the commands that tell carbon and cost, for `parseArgs`. */
export const footprintOptions = {
  grid: { type: 'string' },
  price: { type: 'string' },
  pue: { type: 'string' },
} as const;

export const footprintHelp = `  --grid I            carbon: grams of CO2e per kWh (385), a country (DE, EU, WORLD) or a .csv file of hours (docs/footprint.md)
  --price "N CUR"     cost: of a kilowatt-hour, as "0.30 EUR"
  --pue N             energy of the data centre over that of its computers, by which both are multiplied (default: none)`;

const names = { grid: '--grid', price: '--price', pue: '--pue' };

type FootprintValues = { [Name in keyof typeof footprintOptions]?: string | undefined };

/** null where none of them is given. @throws ExpectedError `usage` */
export function footprintTermsOf({ grid, price, pue }: FootprintValues): FootprintTerms | null {
  const given = { grid, price, pue };
  // A variable of a shell that is not set: not what anybody meant.
  for (const [option, value] of Object.entries(given))
    if (value?.trim() === '') throw new CliError(`--${option} is empty`);
  return footprintTerms(given, process.cwd(), names);
}

/** The hour in which a run that starts now begins; null where the grid is not known by the hour. */
export const hourNow = (terms: FootprintTerms | null): number | null =>
  terms?.grid?.hours ? hourAt(terms.grid.hours, new Date()) : null;
