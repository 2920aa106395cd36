import { usualWorkload } from '../spec/usualWorkload';
import { inUnits } from '../words/unitOfWork';
import type { Metric } from '../metrics/metric';
import { metrics, trialMetrics } from '../metrics/registry';
import { meanOf, valueOf } from '../metrics/metricValue';
import { countedParts, instrumentsOf } from '../energy/parts';
import { countedIds, withoutText } from '../energy/sourceLabel';
import type { ConfigurationResult, PacedValue, TrialValue } from '../values/result';
import type { ConfigurationSummary } from '../metrics/summarySchema';
import type { RunReport } from '../report/report';
import { mean, percentile } from '../statistics/statistics';

const isIn = ({ where }: Metric, rows: 'configurations' | 'trials') => where.csv?.includes(rows) ?? false;

/** `boolean` is the words true and false in a text. */
export type CellType = 'string' | 'int' | 'double' | 'boolean';
type Cell = string | number | boolean | null;

/** A run as rows, which each format of rows writes in its own way. A cell is of its column's type, or null: not known. */
export type RunTable = {
  /** `name` has the unit in it; `unit` is null of what has none. */
  columns: { name: string; unit: string | null; type: CellType }[];
  rows: Cell[][];
};

/** Without a unit in brackets at its end a column has none. */
type Column<T> = { head: string; type?: CellType; value: (row: T) => Cell };

/** One row for each configuration, in the order of the experiment. Intervals are 95 % over trials, of accuracy over images. */
export function configurationsTable(report: RunReport): RunTable {
  return tableOf(
    report.run.workload.unit,
    [...boundaryColumns(report), ...configurationColumns, ...replayedColumns(report)],
    report.configurations,
  );
}

type TrialRow = ConfigurationResult & { trial: TrialValue | null; replayed: PacedValue | null };

/**
 * One row for each trial, in the order of configurations and blocks, those of replayed requests behind those under full load; each value
 * stands for itself.
 */
export function trialsTable(report: RunReport, results: readonly ConfigurationResult[]): RunTable {
  const rows = results.flatMap((result): TrialRow[] => [
    ...result.trials.map((trial) => ({ ...result, trial, replayed: null })),
    ...(result.paced ?? []).map((replayed) => ({ ...result, trial: null, replayed })),
  ]);
  const columns: Column<TrialRow>[] = [
    ...boundaryColumns(report),
    { head: 'model', type: 'string', value: (r) => r.model },
    { head: 'batch size ({units})', type: 'int', value: (r) => r.batchSize },
    { head: 'instances', type: 'int', value: (r) => r.instances },
    { head: 'threads', type: 'int', value: (r) => r.threads || null },
    { head: 'spinning', type: 'boolean', value: (r) => r.spinning },
    { head: 'trial', type: 'int', value: (r) => r.trial?.trial ?? r.replayed!.trial },
    { head: 'block', type: 'int', value: (r) => r.trial?.block ?? null },
    ...trialMetrics
      .filter((m) => isIn(m, 'trials'))
      .map(({ label, unit, trialValue }) => ({
        head: `${label} (${unit})`,
        value: (r: TrialRow) => r.trial && trialValue(r.trial, null, r),
      })),
    { head: 'windows', type: 'int', value: (r) => r.trial?.windowJoulesPerUnit.length ?? null },
    { head: 'batches', type: 'int', value: (r) => r.trial?.batchMs.length ?? null },
    { head: 'batch latency mean (ms)', value: (r) => r.trial && mean(r.trial.batchMs) },
    { head: 'batch latency max (ms)', value: (r) => r.trial && r.trial.batchMs.reduce((a, b) => Math.max(a, b), 0) },
    { head: 'hottest socket (°C)', value: (r) => r.trial?.state?.celsius ?? null },
    { head: 'CPU frequency (MHz)', value: (r) => r.trial?.state?.megahertz ?? null },
    { head: 'thermal limits reached by cores', type: 'int', value: (r) => r.trial?.state?.coreThrottles ?? null },
    { head: 'thermal limits reached by sockets', type: 'int', value: (r) => r.trial?.state?.packageThrottles ?? null },
    { head: 'steal (% of CPU time)', value: (r) => r.trial?.state?.stealPercent ?? null },
    { head: 'guests (% of CPU time)', value: (r) => r.trial?.state?.guestPercent ?? null },
    { head: 'runnable threads', type: 'int', value: (r) => r.trial?.state?.runnable ?? null },
    { head: 'paced block', type: 'int', value: (r) => r.replayed?.block ?? null },
    { head: 'requests', type: 'int', value: (r) => r.replayed?.requests ?? null },
    { head: 'arrivals over (s)', value: (r) => r.replayed?.seconds ?? null },
    { head: 'measured energy per request (J/request)', value: (r) => r.replayed?.joulesPerRequest ?? null },
    ...[50, 95, 99].map((p) => ({
      head: `measured request latency p${p} (ms)`,
      value: ({ replayed }: TrialRow) => replayed && percentile(Float64Array.from(replayed.requestMs).sort(), p),
    })),
    { head: 'processes busy (0 to 1)', value: (r) => r.replayed?.load ?? null },
    { head: 'requests in a batch', value: (r) => r.replayed?.meanBatchSize ?? null },
    { head: 'batches filled up', type: 'boolean', value: (r) => r.replayed?.padded ?? null },
  ];
  return tableOf(report.run.workload.unit, columns, rows);
}

const imageColumns = ({ imageSize }: RunReport['run']): Column<unknown>[] => [
  { head: 'image width (pixels)', type: 'int', value: () => imageSize?.width ?? null },
  { head: 'image height (pixels)', type: 'int', value: () => imageSize?.height ?? null },
];

function boundaryColumns({ run, source }: RunReport): Column<unknown>[] {
  const added = source ? countedIds(source) : [];
  return [
    { head: 'run', type: 'string', value: () => run.id },
    {
      head: 'energy source',
      type: 'string',
      value: () =>
        source &&
        (source.measured
          ? ['measured', instrumentsOf(countedParts(source)).join(' + '), withoutText(source) ?? ''].join(' ').trimEnd()
          : 'estimated'),
    },
    { head: 'domains', type: 'string', value: () => added.join(' + ') },
    ...(run.workload.name === usualWorkload ? imageColumns(run) : []),
  ];
}

const configurationColumns: Column<ConfigurationSummary>[] = [
  { head: 'model', type: 'string', value: (c) => c.model },
  { head: 'batch size ({units})', type: 'int', value: (c) => c.batchSize },
  { head: 'instances', type: 'int', value: (c) => c.instances },
  { head: 'threads', type: 'int', value: (c) => c.threads || null },
  { head: 'spinning', type: 'boolean', value: (c) => c.spinning },
  { head: 'n (trials)', type: 'int', value: (c) => c.n },
  ...metrics.filter((m: Metric) => isIn(m, 'configurations')).flatMap(metricColumns),
  {
    head: 'not run because',
    type: 'string',
    value: (c) => c.skipped?.message ?? (c.isLeftOut && c.n === 0 ? 'the search did not try it' : null),
  },
];

/** What the values of requests are, and beside those that are modelled what replayed requests measured. */
function replayedColumns({ verdict }: RunReport): Column<ConfigurationSummary>[] {
  const found = ({ id }: ConfigurationSummary) => verdict.paced?.configurations.find((each) => each.id === id);
  const joules = (key: 'mean' | 'low' | 'high') => (c: ConfigurationSummary) => found(c)?.joulesPerRequest[key] ?? null;
  return [
    {
      head: 'energy and latency per request are',
      type: 'string',
      value: (c) => (c.joulesPerRequest === null && c.requestLatencyMs === null ? null : 'modelled'),
    },
    { head: 'measured energy per request (J/request)', value: joules('mean') },
    { head: 'measured energy per request low (J/request)', value: joules('low') },
    { head: 'measured energy per request high (J/request)', value: joules('high') },
    ...(['p50', 'p95', 'p99'] as const).map((p) => ({
      head: `measured request latency ${p} (ms)`,
      value: (c: ConfigurationSummary) => found(c)?.latencyMs[p].value ?? null,
    })),
    { head: 'paced blocks', type: 'int', value: (c) => found(c)?.blocks ?? null },
  ];
}

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

function tableOf<T>(unit: string, columns: readonly Column<T>[], rows: readonly T[]): RunTable {
  return {
    columns: columns.map(({ head, type = 'double' }) => {
      const name = inUnits(head, unit);
      return { name, unit: /\(([^()]*)\)$/.exec(name)?.[1] ?? null, type };
    }),
    rows: rows.map((row) => columns.map((c) => c.value(row))),
  };
}
