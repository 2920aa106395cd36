import { failureOf } from '../../core/failure/expectedError';
import type { FootprintTerms } from '../../core/footprint/footprintSchema';
import type { FootprintSetting } from '../../core/panel/protocol/messages';
import { footprintTerms } from '../../runs/export/footprintTerms';
import { setting } from '../window/config';
import { settings } from '../window/contributions';

/** Settings by which carbon and cost are told. */
export const footprintSettings = [
  'footprint.gridIntensity',
  'footprint.pricePerKilowattHour',
  'footprint.pue',
] as const;

const names = {
  grid: settings['footprint.gridIntensity'],
  price: settings['footprint.pricePerKilowattHour'],
  pue: settings['footprint.pue'],
};

/**
 * What the settings say of carbon and cost, files read.
 *
 * @param folder that a file of hours is looked for from
 * @returns null: off
 * @throws ExpectedError where one of them is none that is allowed, or the file none that can be read
 */
export function chosenFootprint(folder: string): FootprintTerms | null {
  const pue = setting('footprint.pue');
  const given = {
    grid: setting('footprint.gridIntensity'),
    price: setting('footprint.pricePerKilowattHour'),
    // Alone it says nothing, and stands here for whichever of the others is set one day.
    pue: pue === null ? '' : String(pue),
  };
  return given.grid.trim() || given.price.trim() ? footprintTerms(given, folder, names) : null;
}

/** The same as a panel is told it. */
export function footprintSetting(folder: string): { footprint?: FootprintSetting } {
  try {
    const terms = chosenFootprint(folder);
    return terms === null ? {} : { footprint: { terms } };
  } catch (error) {
    return { footprint: { problem: failureOf(error).message } };
  }
}
