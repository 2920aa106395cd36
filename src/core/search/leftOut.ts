import type { Configuration } from '../configuration/configuration';
import { fewestBlocks } from '../statistics/sequential';
import type { Observation } from './observation';
import { smoothCosts } from './smoothCosts';

/** What is known of one configuration. */
export type Standing = {
  trials: number;
  /** ln of what is ranked by, by block; empty where it has none. */
  lnCosts: ReadonlyMap<number, number>;
  /** Measured in any case: the one in use. */
  isAlways: boolean;
  /** Measured no further for good. */
  isSettled: boolean;
  /** Breaks the service level plainly, measured or by its neighbours. */
  isBroken: boolean;
};

/** How probable it may be that any of those that are left out costs less than the lowest. */
const mostProbable = 0.01;

/** What the smooth curve says of configurations, by their places in the list. */
export type Curve = {
  /** The lowest that may keep the service level; null without any that was measured. */
  lowest: number | null;
  /** ln cost above the lowest, as expected. */
  above(place: number): number;
  /** How probable it is that the place costs less than the lowest by the margin or more. */
  chance(place: number, marginPercent: number): number;
};

/** @returns null before the first cost */
export function curveOf(configurations: readonly Configuration[], standings: readonly Standing[]): Curve {
  const observations: Observation[] = standings.flatMap(({ lnCosts }, configuration) =>
    [...lnCosts].map(([block, lnCost]) => ({ configuration, block, lnCost })),
  );
  const priced = standings.flatMap((s, i) => (s.lnCosts.size > 0 && !s.isBroken && !s.isSettled ? [i] : []));
  if (priced.length === 0) return { lowest: null, above: () => 0, chance: () => 1 };
  const costs = smoothCosts(configurations, observations);
  const lowest = priced.reduce((best, i) => (costs.difference(i, best) < 0 ? i : best));
  return {
    lowest,
    above: (place) => costs.difference(place, lowest),
    chance: (place, marginPercent) => costs.chanceBelow(place, lowest, Math.log1p(marginPercent / 100)),
  };
}

/**
 * Of some places those that may be left out: they break the service level, or as many that together cost less than the lowest, by the margin or
 * more, with a probability of 1 % at most.
 */
export function ruledOut(
  places: readonly number[],
  standings: readonly Standing[],
  { lowest, chance }: Curve,
  marginPercent: number,
): Set<number> {
  const out = new Set(places.filter((i) => standings[i]!.isBroken));
  if (lowest === null) return out;
  const open = places
    .filter((i) => !out.has(i) && i !== lowest)
    .map((place) => ({ place, chance: chance(place, marginPercent) }))
    .sort((a, b) => a.chance - b.chance);
  let sum = 0;
  for (const one of open) {
    sum += one.chance;
    if (sum > mostProbable) break;
    out.add(one.place);
  }
  return out;
}

/** With too few trials to be compared by tests, and neither in use nor given up: whom the curve decides about. */
export const isFew = ({ trials, isAlways, isSettled }: Standing): boolean =>
  !isAlways && !isSettled && trials < fewestBlocks;
