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
  // A settings file may hold a number where a text is meant, as 385.
  const text = (key: (typeof footprintSettings)[number]) => String(setting(key) ?? '').trim();
  const [grid, price, pue] = [
    text('footprint.gridIntensity'),
    text('footprint.pricePerKilowattHour'),
    text('footprint.pue'),
  ];
  // A PUE alone says nothing: it is there for whichever of the others is set one day.
  return grid || price ? footprintTerms({ grid, price, pue }, folder, names) : null;
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
