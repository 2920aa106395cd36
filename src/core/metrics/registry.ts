import type { ConfigurationSummary, Interval } from '../run/result';
import { mean } from '../statistics/statistics';
import type { Metric, TrialMetric } from './metric';

/**
 * All metrics, in the order in which they are shown. Summaries, the schema of the JSON, the columns of terminal, panel,
 * Markdown and CSV, and what language models are told are made from this list: to add one, add it here.
 */
export const metrics = [
  {
    key: 'joulesPerImage',
    label: 'energy',
    unit: 'J/image',
    per: 'image',
    definition: 'gross: all that the added domains used in the windows ÷ images',
    head: 'J/image',
    joules: true,
    trialValue: (t) => t.joulesPerImage,
    json: 'interval',
    where: {
      table: { interval: true },
      panel: { interval: true },
      markdown: { interval: true },
      csv: ['configurations', 'trials'],
      languageModels: 'joulesPerImage',
    },
  },
  {
    key: 'netJoulesPerImage',
    label: 'net energy',
    unit: 'J/image',
    per: 'image',
    definition: 'less idle watts ÷ images per second; null without an idle baseline',
    head: 'net J/image',
    trialValue: (t) => (t.idleWatts === null ? null : t.joulesPerImage - t.idleWatts / t.imagesPerSecond),
    json: 'interval',
    where: { table: { head: 'net', dropped: 2 }, panel: {}, markdown: {}, csv: ['configurations'] },
  },
  {
    key: 'joulesPerRequest',
    label: 'energy per request',
    unit: 'J/request',
    per: 'request',
    definition: 'dynamic J/image + idle watts ÷ arrival rate',
    head: 'J/request',
    onlyWhereKnown: true,
    joules: true,
    trialValue: (_, requests) => requests?.joulesPerRequest ?? null,
    json: 'interval',
    where: {
      table: {},
      panel: { interval: true },
      markdown: {},
      csv: ['configurations'],
      languageModels: 'joulesPerRequest',
    },
  },
  {
    key: 'imagesPerJoule',
    label: 'energy efficiency',
    unit: 'images/J',
    per: 'joule',
    definition:
      'images ÷ gross joules of each trial, averaged over trials (a little above the inverse of joulesPerImage)',
    head: 'images/J',
    joules: true,
    trialValue: (t) => (t.joulesPerImage > 0 ? 1 / t.joulesPerImage : null),
    json: 'interval',
    where: {
      table: { dropped: 0 },
      panel: {},
      markdown: {},
      csv: ['configurations', 'trials'],
      languageModels: 'imagesPerJoule',
    },
  },
  {
    key: 'energyDelayProduct',
    label: 'energy delay product',
    unit: 'J·s/image',
    per: 'image',
    definition: 'J·s per image',
    head: 'J·s/image',
    trialValue: (t) => (t.batchMs.length === 0 ? null : (t.joulesPerImage * mean(t.batchMs)) / 1000),
    json: 'interval',
    where: { csv: ['configurations'] },
  },
  {
    key: 'averageWatts',
    label: 'power',
    unit: 'W',
    per: null,
    head: 'W',
    trialValue: (t) => t.watts,
    json: 'mean',
    where: {
      table: {},
      panel: {},
      markdown: {},
      csv: ['configurations', 'trials'],
      languageModels: 'averageWatts',
    },
  },
  {
    key: 'idleWatts',
    label: 'idle power',
    unit: 'W',
    per: null,
    head: 'idle W',
    trialValue: (t) => t.idleWatts,
    json: null,
    where: { csv: ['trials'] },
  },
  {
    key: 'utilisation',
    label: 'CPU utilisation',
    unit: '0 to 1',
    per: null,
    definition: 'share of all CPUs’ time in use, 0 to 1',
    head: 'CPU %',
    percent: true,
    trialValue: (t) => t.utilisation,
    json: 'mean',
    where: { table: { dropped: 3 }, panel: {}, csv: ['configurations', 'trials'] },
  },
  {
    key: 'imagesPerSecond',
    label: 'throughput',
    unit: 'images/s',
    per: null,
    head: 'images/s',
    trialValue: (t) => t.imagesPerSecond,
    json: 'mean',
    where: {
      table: {},
      panel: {},
      markdown: {},
      csv: ['configurations', 'trials'],
      languageModels: 'imagesPerSecond',
    },
  },
  {
    key: 'cpuSecondsPerImage',
    label: 'CPU time',
    unit: 's/image',
    per: 'image',
    definition: 'CPU time of the trial’s process',
    head: 'CPU s/image',
    trialValue: (t) => t.cpuSecondsPerImage,
    json: 'mean',
    where: { table: { dropped: 1 }, csv: ['configurations', 'trials'] },
  },
  {
    key: 'batchLatencyMs.p50',
    label: 'batch latency p50',
    unit: 'ms',
    per: null,
    head: 'batch p50 ms',
    of: (c) => c.batchLatencyMs?.p50 ?? null,
    where: { table: { head: 'batch p50', dropped: 4 }, panel: {}, markdown: {}, csv: ['configurations'] },
  },
  {
    key: 'batchLatencyMs.p95',
    label: 'batch latency p95',
    unit: 'ms',
    per: null,
    head: 'batch p95 ms',
    of: (c) => c.batchLatencyMs?.p95 ?? null,
    where: {
      table: { head: 'p95 ms' },
      panel: {},
      markdown: {},
      csv: ['configurations'],
      languageModels: 'batchP95Ms',
    },
  },
  {
    key: 'batchLatencyMs.p99',
    label: 'batch latency p99',
    unit: 'ms',
    per: null,
    head: 'batch p99 ms',
    of: (c) => c.batchLatencyMs?.p99 ?? null,
    where: { csv: ['configurations'] },
  },
  {
    key: 'batchLatencyMs.max',
    label: 'batch latency max',
    unit: 'ms',
    per: null,
    head: 'batch max ms',
    of: (c) => c.batchLatencyMs?.max ?? null,
    where: { csv: ['configurations'] },
  },
  {
    key: 'requestLatencyMs.p95',
    label: 'request latency p95',
    unit: 'ms',
    per: null,
    head: 'request p95 ms',
    onlyWhereKnown: true,
    of: (c) => c.requestLatencyMs?.p95 ?? null,
    where: {
      table: { head: 'request p95' },
      panel: {},
      markdown: {},
      csv: ['configurations'],
      languageModels: 'requestP95Ms',
    },
  },
  {
    key: 'accuracy',
    label: 'accuracy',
    unit: 'mAP@.5:.95',
    per: null,
    head: 'COCO AP',
    onlyWhereKnown: true,
    of: (c) => c.accuracy,
    where: { table: { head: 'AP' }, panel: {}, markdown: {}, csv: ['configurations'], languageModels: 'cocoAP' },
  },
] as const satisfies readonly Metric[];

type Listed = (typeof metrics)[number];
/** Keys of the metrics that stand in JSON with their interval, and of those whose interval stands in `intervals`. */
export type IntervalKey = Extract<Listed, { json: 'interval' }>['key'];
export type MeanKey = Extract<Listed, { json: 'mean' }>['key'];

/** Those of one value a trial. */
export const trialMetrics: readonly TrialMetric[] = metrics.filter((m) => 'trialValue' in m);

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
