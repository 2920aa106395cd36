import type { Interval } from '../statistics/interval';
import type { Metric } from './metric';
import type { IntervalKey, MeanKey } from './registry';
import type { ConfigurationSummary } from './summarySchema';

/** A metric of a configuration; null where it is not known. */
export function valueOf(metric: Metric, summary: ConfigurationSummary): Interval | number | null {
  if ('of' in metric) return metric.of(summary);
  return metric.json === 'interval'
    ? summary[metric.key as IntervalKey]
    : (summary.intervals?.[metric.key as MeanKey] ?? null);
}

/** The same as one number. */
export function meanOf(metric: Metric, summary: ConfigurationSummary): number | null {
  const value = valueOf(metric, summary);
  return typeof value === 'object' ? (value?.mean ?? null) : value;
}

/** The unit of work of a run's configurations, which is that of each of them. */
export const unitOf = (configurations: readonly Pick<ConfigurationSummary, 'unit'>[]): string =>
  configurations[0]?.unit ?? 'unit';
