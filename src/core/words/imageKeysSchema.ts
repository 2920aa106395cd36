import type * as z from 'zod';
import { keyInUnits } from './unitOfWork';

/** The keys of a JSON object that name the unit of work, under their names for images, each optional: what `inImages` adds. */
export function imageKeys<S extends Record<string, z.ZodType>>(shape: S): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(shape).flatMap(([key, schema]) => {
      const name = keyInUnits(key, 'image');
      const description = `the same as ${key}, where the unit of work is an image`;
      return name === key ? [] : [[name, schema.describe(description).optional()]];
    }),
  );
}
