import type { Configuration } from '../configuration/configuration';
import { mostReplayed, replayedRequests } from '../spec/replayedRequests';
import type { Spec } from '../spec/spec';

/** Which configurations requests are replayed to, and how: what follows from the experiment alone. */

export type PacedOf = NonNullable<Spec['measure']['paced']['of']>;

/** Where the experiment does not say it, a service level asks for it, except in a quick look. */
export const pacedOf = ({ measure, sla }: Pick<Spec, 'measure' | 'sla'>): PacedOf =>
  measure.paced.of ?? (sla && measure.idleAt !== 'thrice' ? 'winners' : 'none');

/**
 * Why requests cannot be replayed, as a clause; null where they can.
 *
 * @param serves whether the workload has work that is served
 */
export function notReplayed({ measure, sla }: Pick<Spec, 'measure' | 'sla'>, serves: boolean): string | null {
  if (!sla) return 'no service level says how many arrive (sla)';
  if (!serves) return 'what this experiment measures is no work that a server does for one request';
  const { seconds, trace } = measure.paced;
  const requests = replayedRequests(sla.arrivalRate, seconds);
  if (trace !== undefined || (requests >= 1 && requests <= mostReplayed)) return null;
  return requests < 1
    ? `none would arrive in ${seconds} s at ${sla.arrivalRate} a second (measure.paced.seconds)`
    : `${requests} would arrive in ${seconds} s, and at most ${mostReplayed} are replayed in one trial (measure.paced.seconds)`;
}

/** Batches that fill, one after the other, before a window begins. */
const leadInBatches = 3;

/**
 * How long requests come before the window, seconds: the warm-up, and so long that batches have filled; of batches that fill more slowly
 * than a window lasts, as long as it.
 */
export function leadInSeconds(
  { warmupSeconds }: Pick<Spec['measure'], 'warmupSeconds'>,
  { batchSize }: Pick<Configuration, 'batchSize'>,
  { requests, seconds }: { requests: number; seconds: number },
): number {
  return Math.max(warmupSeconds, Math.min(seconds, (leadInBatches * batchSize * seconds) / requests));
}

/** Each paced block has arrivals of its own; all of a block have the same. */
export const arrivalSeed = (seed: number, block: number): number =>
  (Math.imul(seed + 1, 0x9e37_79b1) ^ Math.imul(block, 0x85eb_ca6b)) >>> 0;
