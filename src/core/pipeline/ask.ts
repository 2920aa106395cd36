import * as z from 'zod';
import { problemSchema } from './problem';
import type { FrontAxis, PipelineAsk } from './view';

const { weights, slaSeconds, load } = problemSchema.shape;

export const frontAxes = ['accuracy', 'cores', 'latencySeconds', 'joulesPerRequest'] as const satisfies FrontAxis[];

/** Axes of a view that nobody asked for. */
export const usualAxes: PipelineAsk['axes'] = ['joulesPerRequest', 'accuracy'];

/** A line that `pipeline serve` reads. */
export const askSchema = z.strictObject({
  id: z.int().min(0),
  weights,
  slaSeconds,
  load,
  axes: z
    .tuple([z.enum(frontAxes), z.enum(frontAxes)])
    .refine(([x, y]) => x !== y, { error: 'a front is over two objectives: name two' }),
}) satisfies z.ZodType<PipelineAsk>;
