import { addedDomains } from '../power/sourceLabel';
import type { ConfigurationResult, ConfigurationSummary, Interval } from '../run/result';
import type { RunReport } from '../run/report';
import { type Table, toCsv } from './csv';

type Column<T> = { head: string; value: (row: T) => string | number | null };

/**
 * One row for each configuration, in the order of the experiment: CSV after RFC 4180 (CRLF, quotes where needed), units
 * in the header, all digits. An empty cell is a value that is not known. Intervals are 95 % over trials.
 */
export function configurationsCsv(report: RunReport): string {
  return toCsv(tableOf([...boundaryColumns(report), ...configurationColumns], report.configurations));
}

/** One row for each trial, in the order of configurations and blocks; each value stands for itself. */
export function trialsCsv(report: RunReport, results: readonly ConfigurationResult[]): string {
  const rows = results.flatMap((result) => result.trials.map((trial) => ({ ...result, trial })));
  const columns: Column<(typeof rows)[number]>[] = [
    ...boundaryColumns(report),
    { head: 'model', value: (r) => r.model },
    { head: 'batch size (images)', value: (r) => r.batchSize },
    { head: 'threads', value: (r) => r.threads },
    { head: 'spinning', value: (r) => String(r.spinning) },
    { head: 'trial', value: (r) => r.trial.trial },
    { head: 'block', value: (r) => r.trial.block },
    { head: 'energy (J/image)', value: (r) => r.trial.joulesPerImage },
    { head: 'power (W)', value: (r) => r.trial.watts },
    { head: 'idle power (W)', value: (r) => r.trial.idleWatts },
    { head: 'CPU utilisation (0 to 1)', value: (r) => r.trial.utilisation },
    { head: 'throughput (images/s)', value: (r) => r.trial.imagesPerSecond },
    { head: 'CPU time (s/image)', value: (r) => r.trial.cpuSecondsPerImage },
    { head: 'windows', value: (r) => r.trial.windowJoulesPerImage.length },
    { head: 'batches', value: (r) => r.trial.batchMs.length },
    { head: 'batch latency mean (ms)', value: (r) => meanOf(r.trial.batchMs) },
    { head: 'batch latency max (ms)', value: (r) => r.trial.batchMs.reduce((a, b) => Math.max(a, b), 0) },
  ];
  return toCsv(tableOf(columns, rows));
}

function boundaryColumns({ run, source }: RunReport): Column<unknown>[] {
  const added = source ? addedDomains(source) : [];
  return [
    { head: 'run', value: () => run.id },
    { head: 'energy source', value: () => source && (source.measured ? `measured ${source.kind}` : 'estimated') },
    { head: 'domains', value: () => added.join(' + ') },
    { head: 'image width (pixels)', value: () => run.imageSize?.width ?? null },
    { head: 'image height (pixels)', value: () => run.imageSize?.height ?? null },
  ];
}

const withInterval = (
  name: string,
  unit: string,
  of: (c: ConfigurationSummary) => Interval | null | undefined,
): Column<ConfigurationSummary>[] => [
  { head: `${name} (${unit})`, value: (c) => of(c)?.mean ?? null },
  { head: `${name} low (${unit})`, value: (c) => of(c)?.low ?? null },
  { head: `${name} high (${unit})`, value: (c) => of(c)?.high ?? null },
];

const configurationColumns: Column<ConfigurationSummary>[] = [
  { head: 'model', value: (c) => c.model },
  { head: 'batch size (images)', value: (c) => c.batchSize },
  { head: 'threads', value: (c) => c.threads },
  { head: 'spinning', value: (c) => String(c.spinning) },
  { head: 'n (trials)', value: (c) => c.n },
  ...withInterval('energy', 'J/image', (c) => c.joulesPerImage),
  ...withInterval('net energy', 'J/image', (c) => c.netJoulesPerImage),
  ...withInterval('energy per request', 'J/request', (c) => c.joulesPerRequest),
  ...withInterval('energy delay product', 'J·s/image', (c) => c.energyDelayProduct),
  ...withInterval('power', 'W', (c) => c.intervals?.averageWatts),
  ...withInterval('CPU utilisation', '0 to 1', (c) => c.intervals?.utilisation),
  ...withInterval('throughput', 'images/s', (c) => c.intervals?.imagesPerSecond),
  ...withInterval('CPU time', 's/image', (c) => c.intervals?.cpuSecondsPerImage),
  { head: 'batch latency p50 (ms)', value: (c) => c.batchLatencyMs?.p50 ?? null },
  { head: 'batch latency p95 (ms)', value: (c) => c.batchLatencyMs?.p95 ?? null },
  { head: 'batch latency p99 (ms)', value: (c) => c.batchLatencyMs?.p99 ?? null },
  { head: 'batch latency max (ms)', value: (c) => c.batchLatencyMs?.max ?? null },
  { head: 'request latency p95 (ms)', value: (c) => c.requestLatencyMs?.p95 ?? null },
  { head: 'accuracy (mAP@.5:.95)', value: (c) => c.accuracy },
  { head: 'not run because', value: (c) => c.skipped?.message ?? null },
];

function tableOf<T>(columns: readonly Column<T>[], rows: readonly T[]): Table {
  return { columns: columns.map((c) => c.head), rows: rows.map((row) => columns.map((c) => c.value(row))) };
}

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
