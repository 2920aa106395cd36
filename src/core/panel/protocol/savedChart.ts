import * as z from 'zod';

const longestContent = 64 * 2 ** 20;

/** A file name without a folder: letters, digits, spaces, dots, dashes; it neither begins nor ends with a dot. */
const fileName = z
  .string()
  .regex(/^[\p{L}\p{N}_][\p{L}\p{N} ._-]{0,118}[\p{L}\p{N}_-]$/u)
  .refine((name) => !name.includes('..'));

/** A chart's picture or points, which only a page has; `png` as base64. */
export const savedChart = {
  format: z.enum(['csv', 'png', 'svg']),
  name: fileName,
  content: z.string().max(longestContent),
};
export type SavedChart = z.infer<z.ZodObject<typeof savedChart>>;
