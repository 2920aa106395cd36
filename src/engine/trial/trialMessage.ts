import * as z from 'zod';
import { accuracyMeasuredEvent, trialFinishedEvent, trialPhaseEvent, trialWindowEvent } from '../../core/run/events';

const type = <T extends string>(name: T) => ({ type: z.literal(name) });
/** What the engine adds when it writes a message to the log. */
const added = { at: true, trial: true } as const;

/** What a trial says to its engine, in this order; `alive` in between only resets the engine's patience. */
const trialMessageSchema = z.discriminatedUnion('type', [
  trialPhaseEvent.omit(added).extend(type('phase')),
  z.object({ ...type('alive'), batches: z.int() }),
  trialWindowEvent.omit(added).extend(type('window')),
  trialFinishedEvent.omit(added).extend(type('finished')),
  accuracyMeasuredEvent.omit({ at: true, model: true }).extend({ ...type('accuracy'), warnings: z.array(z.string()) }),
  z.object({ ...type('probed'), peakRssBytes: z.number(), outputBytes: z.number(), inputBytes: z.number() }),
  z.object({
    ...type('error'),
    ...{ code: z.string(), message: z.string(), fix: z.string().nullable() },
    /** Batch sizes that the model runs, where it failed at this one. */
    works: z.array(z.int()).optional(),
  }),
]);
export type TrialMessage = z.infer<typeof trialMessageSchema>;

const names = new Set<unknown>(trialMessageSchema.options.map((option) => option.shape.type.value));

/**
 * One line of a trial's standard output. null where it is no message: a native library printed it. A message of
 * another shape than it must have is an `error`: what it wanted to say is lost, so the trial does not count.
 */
export function parseTrialMessage(line: string): TrialMessage | null {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof said !== 'object' || said === null || !('type' in said) || !names.has(said.type)) return null;
  const { success, data, error } = trialMessageSchema.safeParse(said);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  const text = `the trial's "${String(said.type)}" cannot be read: ${path.join('.')}: ${message}`;
  return { type: 'error', code: 'unexpected', message: text, fix: null };
}
