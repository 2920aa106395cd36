import type { Spec } from '../spec/spec';

type Search = NonNullable<Spec['search']>;

/**
 * Trials that a search may take in all.
 *
 * @param blocks the most that there may be
 */
export function trialLimit({ maxTrialsPercent }: Search, configurations: number, blocks: number): number {
  return Math.floor((maxTrialsPercent * configurations * blocks) / 100 + 1e-9);
}

/** Trials in so many blocks, the most: of a search no more than it may take. */
export function mostTrials(
  { search, measure }: Pick<Spec, 'search'> & { measure: { repeats: { max: number } } },
  configurations: number,
  blocks: number,
): number {
  const all = configurations * blocks;
  const most = Math.max(measure.repeats.max, blocks);
  return search ? Math.min(all, trialLimit(search, configurations, most)) : all;
}
