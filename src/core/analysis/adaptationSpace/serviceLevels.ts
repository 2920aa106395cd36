import { mixturePercentile } from '../../latency/latencyDistribution';
import { type ArrivalTerms, requestsOfTrials } from '../../latency/requestLatency';
import { isNearSaturation } from '../../latency/saturation';
import { mean } from '../../statistics/statistics';
import type { ConfigurationResult } from '../../values/result';

/** Service levels: each limit with each arrival rate. */
export type LevelGrid = { latencyLimitsMs: number[]; arrivalRates: number[] };

/** Limits and rates each, so that their product is looked at in some seconds. */
const mostSteps = 8;
/**
 * Simulations of one set, and the most requests of each (10 ms): a trial of each configuration has one at every rate. With more
 * configurations fewer of their trials are simulated, one at least.
 */
const mostSimulations = 600;
const requestsOfOne = 200_000;

/**
 * Levels at which the configurations differ: limits from the quickest batch to ten times the slowest, rates from a tenth of the
 * slowest throughput to the highest; steps of 1, 2, 5, 10, …, evenly thinned to eight.
 */
export function levelGrid(results: readonly ConfigurationResult[]): LevelGrid {
  const measured = results.filter(({ trials }) => trials.some(({ batchMs }) => batchMs.length > 0));
  // A log of others may say that a batch took no time, or no end of it: there are no steps from nought on.
  const usable = (value: number) => value > 0 && Number.isFinite(10 * value);
  const batch = measured.map(({ trials }) => mean(trials.flatMap(({ batchMs }) => batchMs))).filter(usable);
  const rate = measured.map(({ trials }) => mean(trials.map((t) => t.unitsPerSecond))).filter(usable);
  if (batch.length === 0 || rate.length === 0) return { latencyLimitsMs: [], arrivalRates: [] };
  return {
    latencyLimitsMs: steps(Math.min(...batch), 10 * Math.max(...batch)),
    arrivalRates: steps(Math.min(...rate) / 10, Math.max(...rate)),
  };
}

/** 1, 2, 5, 10, … from the first at or above `low` to the last at or below `high`; one at least. */
function steps(low: number, high: number): number[] {
  const all: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade++)
    for (const digit of [1, 2, 5]) all.push(Number(`${digit}e${decade}`));
  const within = all.filter((value) => value >= low && value <= high);
  if (within.length === 0) return [all.find((value) => value >= low)!];
  if (within.length <= mostSteps) return within;
  return Array.from({ length: mostSteps }, (_, i) => within[Math.round((i * (within.length - 1)) / (mostSteps - 1))]!);
}

/** Of one configuration: its request latency at each rate, milliseconds, and the share of levels that it keeps. */
export type KeptLevels = { requestMs: (number | null)[]; share: number };

/**
 * What requests would meet at every rate, by the queue that verdicts simulate; the same every time. A rate at which a trial does not
 * keep up, or which is too near saturation to tell, keeps no limit.
 */
export function keptLevels(
  results: readonly ConfigurationResult[],
  { latencyLimitsMs, arrivalRates }: LevelGrid,
  terms: Omit<ArrivalTerms, 'arrivalRate'>,
): KeptLevels[] {
  const mostTrials = Math.max(1, Math.floor(mostSimulations / Math.max(1, results.length * arrivalRates.length)));
  return results.map((result) => {
    const some = { ...result, trials: result.trials.slice(0, mostTrials) };
    const requestMs = arrivalRates.map((arrivalRate) => {
      const met = requestsOfTrials(some, results, { ...terms, arrivalRate }, requestsOfOne);
      const known = met.filter((each) => each !== null);
      if (known.length === 0 || known.length < met.length || isNearSaturation(known)) return null;
      return mixturePercentile(
        known.map(({ latency }) => latency),
        terms.percentile,
      );
    });
    const kept = requestMs.flatMap((ms) => latencyLimitsMs.map((limit) => ms !== null && ms <= limit));
    return { requestMs, share: kept.length === 0 ? 0 : kept.filter(Boolean).length / kept.length };
  });
}
