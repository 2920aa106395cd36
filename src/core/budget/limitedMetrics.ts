import type { Metric } from '../metrics/metric';
import { metrics } from '../metrics/registry';
import { keyInUnits } from '../words/unitOfWork';

/**
 * Metrics that a budget can limit, by their keys in JSON: those of one value a trial, and percentiles of batches and requests. Not
 * those of which more is better (a limit from above would be kept by what is worst), and none that no repeats give an interval.
 */

const moreIsBetter = ['unitsPerJoule', 'unitsPerSecond'];

/** `batchLatencyMs.p95`: which latency, and which percentile of it. */
export type LatencyPercentile = { of: 'batch' | 'request'; percent: number };

export function latencyPercentile({ key }: Pick<Metric, 'key'>): LatencyPercentile | null {
  const [, of, percent] = /^(batch|request)LatencyMs\.p(\d+)$/.exec(key) ?? [];
  return of === undefined ? null : { of: of as LatencyPercentile['of'], percent: Number(percent) };
}

const isLimited = (metric: Metric) =>
  'trialValue' in metric
    ? metric.json !== null && !moreIsBetter.includes(metric.key)
    : latencyPercentile(metric) !== null;

const limitedMetrics: readonly Metric[] = metrics.filter(isLimited);

/** Under the name that JSON has for images, too. */
const namesOf = ({ key }: Metric) => [...new Set([key, keyInUnits(key, 'image')])];

export const limitedNames = limitedMetrics.flatMap(namesOf);

export const metricNamed = (name: string): Metric => limitedMetrics.find((metric) => namesOf(metric).includes(name))!;
