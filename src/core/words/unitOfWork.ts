/**
 * The unit that a run's work is counted in, `image` or another singular noun, in the texts of all surfaces: joules are per one
 * of it.
 */

/** More of it than one: `images`, `queries`. */
export const plural = (unit: string): string => (/[^aeiou]y$/.test(unit) ? `${unit.slice(0, -1)}ies` : `${unit}s`);

/** A text with `{unit}` and `{units}` in it, filled in: `J/{unit}`, `{units}/s`. */
export const inUnits = (text: string, unit: string): string =>
  text.replaceAll('{units}', plural(unit)).replaceAll('{unit}', unit);

/** A metric's key in the words of the unit, for readers without our schema: `joulesPerUnit` as `joulesPerImage`. */
export function keyInUnits(key: string, unit: string): string {
  const capital = unit.charAt(0).toUpperCase() + unit.slice(1);
  return key.replace('PerUnit', `Per${capital}`).replace(/^units(?=[A-Z])/, plural(unit));
}

/** `J/image`. */
export const joulesPer = (unit: string): string => `J/${unit}`;

/**
 * Fields, and where the work is images also under the names that JSON had for them while it knew nothing else: within a
 * version of a JSON nothing is taken away (`imageKeysSchema.ts`).
 */
export function inImages<T extends object>(fields: T, unit: string): T {
  if (unit !== 'image') return fields;
  const old = Object.entries(fields).flatMap(([key, value]) =>
    keyInUnits(key, unit) === key ? [] : [[keyInUnits(key, unit), value] as const],
  );
  return { ...fields, ...Object.fromEntries(old) };
}
