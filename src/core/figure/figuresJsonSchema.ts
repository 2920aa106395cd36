import * as z from 'zod';
import { figureSchema } from './figureSchema';

/** The JSON of `greenbatch paper figures --json`, version 1: docs/paper-figures.schema.json is generated from it. */
export const figuresJsonSchema = z.strictObject({ version: z.literal(1), figures: z.array(figureSchema) });
export type FiguresJson = z.infer<typeof figuresJsonSchema>;
