import { usualWorkload } from '../spec/usualWorkload';
import { inUnits } from '../words/unitOfWork';
import type { Metric } from '../metrics/metric';
import { metrics, trialMetrics } from '../metrics/registry';
import { meanOf, valueOf } from '../metrics/metricValue';
import { countedParts, instrumentsOf } from '../energy/parts';
import { countedIds, withoutText } from '../energy/sourceLabel';
import type { ConfigurationResult } from '../values/result';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import type { RunReport } from '../report/report';
import { mean } from '../statistics/statistics';
import type { Table } from '../words/table';
import { toCsv } from './csv';

const isIn = ({ where }: Metric, rows: 'configurations' | 'trials') => where.csv?.includes(rows) ?? false;

type Column<T> = { head: string; value: (row: T) => string | number | null };

/**
 * One row for each configuration, in the order of the experiment: CSV after RFC 4180 (CRLF, quotes where needed), units
 * in the header, all digits. An empty cell is a value that is not known. Intervals are 95 % over trials, of
 * accuracy over images.
 */
export function configurationsCsv(report: RunReport): string {
  return toCsv(
    tableOf(report.run.workload.unit, [...boundaryColumns(report), ...configurationColumns], report.configurations),
  );
}

/** One row for each trial, in the order of configurations and blocks; each value stands for itself. */
export function trialsCsv(report: RunReport, results: readonly ConfigurationResult[]): string {
  const rows = results.flatMap((result) => result.trials.map((trial) => ({ ...result, trial })));
  const columns: Column<(typeof rows)[number]>[] = [
    ...boundaryColumns(report),
    { head: 'model', value: (r) => r.model },
    { head: 'batch size ({units})', value: (r) => r.batchSize },
    { head: 'instances', value: (r) => r.instances },
    { head: 'threads', value: (r) => r.threads || null },
    { head: 'spinning', value: (r) => String(r.spinning) },
    { head: 'trial', value: (r) => r.trial.trial },
    { head: 'block', value: (r) => r.trial.block },
    ...trialMetrics
      .filter((m) => isIn(m, 'trials'))
      .map(({ label, unit, trialValue }) => ({
        head: `${label} (${unit})`,
        value: (r: (typeof rows)[number]) => trialValue(r.trial, null, r),
      })),
    { head: 'windows', value: (r) => r.trial.windowJoulesPerUnit.length },
    { head: 'batches', value: (r) => r.trial.batchMs.length },
    { head: 'batch latency mean (ms)', value: (r) => mean(r.trial.batchMs) },
    { head: 'batch latency max (ms)', value: (r) => r.trial.batchMs.reduce((a, b) => Math.max(a, b), 0) },
    { head: 'hottest socket (°C)', value: (r) => r.trial.state?.celsius ?? null },
    { head: 'CPU frequency (MHz)', value: (r) => r.trial.state?.megahertz ?? null },
    { head: 'thermal limits reached by cores', value: (r) => r.trial.state?.coreThrottles ?? null },
    { head: 'thermal limits reached by sockets', value: (r) => r.trial.state?.packageThrottles ?? null },
    { head: 'steal (% of CPU time)', value: (r) => r.trial.state?.stealPercent ?? null },
    { head: 'guests (% of CPU time)', value: (r) => r.trial.state?.guestPercent ?? null },
    { head: 'runnable threads', value: (r) => r.trial.state?.runnable ?? null },
  ];
  return toCsv(tableOf(report.run.workload.unit, columns, rows));
}

const imageColumns = ({ imageSize }: RunReport['run']): Column<unknown>[] => [
  { head: 'image width (pixels)', value: () => imageSize?.width ?? null },
  { head: 'image height (pixels)', value: () => imageSize?.height ?? null },
];

function boundaryColumns({ run, source }: RunReport): Column<unknown>[] {
  const added = source ? countedIds(source) : [];
  return [
    { head: 'run', value: () => run.id },
    {
      head: 'energy source',
      value: () =>
        source &&
        (source.measured
          ? ['measured', instrumentsOf(countedParts(source)).join(' + '), withoutText(source) ?? ''].join(' ').trimEnd()
          : 'estimated'),
    },
    { head: 'domains', value: () => added.join(' + ') },
    ...(run.workload.name === usualWorkload ? imageColumns(run) : []),
  ];
}

const configurationColumns: Column<ConfigurationSummary>[] = [
  { head: 'model', value: (c) => c.model },
  { head: 'batch size ({units})', value: (c) => c.batchSize },
  { head: 'instances', value: (c) => c.instances },
  { head: 'threads', value: (c) => c.threads || null },
  { head: 'spinning', value: (c) => String(c.spinning) },
  { head: 'n (trials)', value: (c) => c.n },
  ...metrics.filter((m: Metric) => isIn(m, 'configurations')).flatMap(metricColumns),
  { head: 'not run because', value: (c) => c.skipped?.message ?? null },
];

/** A metric's mean, and the ends of its interval where it has one. */
function metricColumns(metric: Metric): Column<ConfigurationSummary>[] {
  const { label, unit } = metric;
  const middle = { head: `${label} (${unit})`, value: (c: ConfigurationSummary) => meanOf(metric, c) };
  if (!('trialValue' in metric) && !metric.absolute) return [middle];
  const end = (side: 'low' | 'high') => (c: ConfigurationSummary) => {
    const value = valueOf(metric, c);
    return typeof value === 'object' ? (value?.[side] ?? null) : null;
  };
  return [
    middle,
    { head: `${label} low (${unit})`, value: end('low') },
    { head: `${label} high (${unit})`, value: end('high') },
  ];
}

function tableOf<T>(unit: string, columns: readonly Column<T>[], rows: readonly T[]): Table {
  return {
    columns: columns.map((c) => inUnits(c.head, unit)),
    rows: rows.map((row) => columns.map((c) => c.value(row))),
  };
}
