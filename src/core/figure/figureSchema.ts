import * as z from 'zod';

/**
 * A figure as data: axes, layers of points with intervals, and the words that belong to it. Panel, saved page, SVG and JSON
 * are made from the same one, so that none of them can show another number. The page imports the types alone.
 */

const nullable = z.number().nullable();

const figureAxisSchema = z.strictObject({
  /** What it shows and in which unit: `Energy (J)`. */
  title: z.string(),
  scale: z.enum(['linear', 'log']),
  fromZero: z.boolean(),
});

const figurePointSchema = z
  .strictObject({
    x: z.number(),
    y: z.number(),
    /** Ends of the interval that the layer's title or the figure's notes name; null: none is known. */
    ...{ xLow: nullable, xHigh: nullable, yLow: nullable, yHigh: nullable },
    /** Drawn beside the point; null: none. */
    label: z.string().nullable(),
    /** What is told of it where somebody looks closer: its name, then a line each. */
    words: z.array(z.string()),
    /** Where the figure has a `share`: 0 to 1, told by colour and in words. */
    share: z.number().min(0).max(1).nullable(),
    /** Where the figure has a `size`: told by area. */
    size: z.number().min(0).nullable(),
  })
  .refine(
    ({ x, y, xLow, xHigh, yLow, yHigh }) =>
      (xLow ?? x) <= x && x <= (xHigh ?? x) && (yLow ?? y) <= y && y <= (yHigh ?? y),
    'an interval holds its point',
  );
export type FigurePoint = z.infer<typeof figurePointSchema>;

const figureLayerSchema = z.strictObject({
  /** Of small letters and hyphens: `published`, `corrected`, `yours`, `yours-corrected`; unique in the figure. */
  id: z.string(),
  title: z.string(),
  /**
   * What its points have along the axes where that is something else than the titles of the axes say; left out: what they say.
   * Two layers that differ in it are two pictures: to show one hides the other, and the axes have its titles.
   */
  axes: z.strictObject({ x: z.string(), y: z.string() }).optional(),
  /** In the order in which a line joins them. */
  points: z.array(figurePointSchema),
  isJoined: z.boolean(),
  /** Whether it is shown before anybody has chosen. */
  isShown: z.boolean(),
  /** Why there are no points; null where there are some. */
  missing: z.string().nullable(),
});

export type FigureLayer = z.infer<typeof figureLayerSchema>;

export const figureSchema = z.strictObject({
  /** Of letters, digits and hyphens: names its file. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  x: figureAxisSchema,
  y: figureAxisSchema,
  share: z.strictObject({ title: z.string() }).nullable(),
  size: z.strictObject({ title: z.string() }).nullable(),
  layers: z.array(figureLayerSchema),
  /** What the figure says, in one or two sentences. */
  sentence: z.string(),
  /** What a reader must know to trust it as far as it goes, a line each. */
  notes: z.array(z.string()),
  /** Where its numbers come from: run, n, energy source; or the publication. */
  source: z.string(),
});
export type Figure = z.infer<typeof figureSchema>;
