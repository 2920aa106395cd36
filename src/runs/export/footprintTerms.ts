import { basename, resolve } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import type { FootprintTerms, Grid } from '../../core/footprint/footprintSchema';
import { parseGrid, parsePrice, parsePue } from '../../core/footprint/given';
import { meanOfHours, parseHourlyIntensity } from '../../core/footprint/hourlyIntensity';
import { readText } from '../../machine/regularFile';

/** A year of minutes is larger; a year of quarters of an hour is a megabyte. */
const mostBytes = 4_000_000;

/** What a person has set for carbon and cost, as text; each left out or empty where it was not set. */
export type GivenFootprint = { grid?: string | undefined; price?: string | undefined; pue?: string | undefined };

/**
 * @param folder that a file of hours is looked for from
 * @param names how the three are called where they were set
 * @returns null: off
 * @throws ExpectedError `usage` where something is none that is allowed, or the file none that can be read
 */
export function footprintTerms(
  given: GivenFootprint,
  folder: string,
  names: { grid: string; price: string; pue: string },
): FootprintTerms | null {
  const [grid, price, pue] = [given.grid?.trim(), given.price?.trim(), given.pue?.trim()];
  const whole = <T extends object>(name: string, parsed: T | { problem: string }): T => {
    if ('problem' in parsed) throw new ExpectedError('usage', `${name}: ${parsed.problem}`);
    return parsed;
  };
  if (!grid && !price) {
    if (pue) throw new ExpectedError('usage', `${names.pue} says nothing without ${names.grid} or ${names.price}`);
    return null;
  }
  return {
    grid: grid ? gridOf(whole(names.grid, parseGrid(grid)), folder, names.grid) : null,
    price: price ? whole(names.price, parsePrice(price)).price : null,
    pue: pue ? whole(names.pue, parsePue(pue)).pue : null,
  };
}

function gridOf(parsed: { grid: Grid } | { file: string }, folder: string, name: string): Grid {
  if ('grid' in parsed) return parsed.grid;
  const path = resolve(folder, parsed.file);
  const found = parseHourlyIntensity(textOf(path, name));
  if ('problem' in found) throw new ExpectedError('usage', `${name}: ${path}: ${found.problem}`);
  return {
    gramsPerKilowattHour: meanOfHours(found.hourly.gramsPerKilowattHour),
    from: 'hours',
    name: basename(path),
    ...{ dataset: null, year: null },
    hours: found.hourly,
  };
}

function textOf(path: string, name: string): string {
  try {
    return readText(path, mostBytes);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError('usage', `${name}: ${path} cannot be read: ${(error as Error).message}`);
  }
}
