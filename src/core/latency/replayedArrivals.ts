import { seededRandom } from '../statistics/random';
import { firstIndex } from '../statistics/sorted';

/**
 * Requests that are replayed to a server: when each arrives, and after how long all of them arrive again. They stand for a load that
 * goes on for ever, so what is measured over one length of them neither begins with an empty server nor ends with one.
 */
export type ReplayedArrivals = {
  /** In `[0, periodMs)`, ascending; at least one. */
  atMs: Float64Array;
  periodMs: number;
};

/**
 * Arrivals of a Poisson process of which it is known how many there are: then they lie as so many independent uniform moments do
 * (Ross, Stochastic Processes, theorem 2.3.1). So the load is exactly what was asked for, and what is left to chance is how it bunches.
 */
export function drawnArrivals(requests: number, seconds: number, seed: number): ReplayedArrivals {
  const random = seededRandom(seed);
  const periodMs = 1000 * seconds;
  return { atMs: Float64Array.from({ length: requests }, () => random() * periodMs).sort(), periodMs };
}

/** When request `index` arrives; 0 is the first of the period that begins at 0, those before it have numbers below 0. */
export function arrivalMs({ atMs, periodMs }: ReplayedArrivals, index: number): number {
  const period = Math.floor(index / atMs.length);
  return period * periodMs + atMs[index - period * atMs.length]!;
}

/** The first request that arrives at this moment or later. */
export function firstArrival({ atMs, periodMs }: ReplayedArrivals, fromMs: number): number {
  const period = Math.floor(fromMs / periodMs);
  const inside = fromMs - period * periodMs;
  return period * atMs.length + firstIndex(atMs.length, (i) => atMs[i]! >= inside);
}
