import { interpolated } from '../statistics/statistics';
import { readNamedRows } from './namedRows';
import { experimentOf } from './profileTable';
import type { ProfileRow } from './profileRow';
import { read, type Reading, shown, unread } from './reading';

/** Columns of `key_config_mapper.csv`, in the order in which IPA writes them. */
export const mapperColumns = [
  ...[
    'experiment_id',
    'pipeline_name',
    'node_name',
    'model_variant',
    'cpu_request',
    'memory_request',
    'max_batch_size',
  ],
  ...['max_batch_time', 'load', 'load_duration', 'series', 'series_meta', 'replicas', 'no_engine', 'mode', 'data_type'],
  'benchmark_duration',
] as const;

const needed = ['experiment_id', 'node_name', 'model_variant', 'cpu_request', 'max_batch_size', 'load', 'series'];

/** An experiment of a series, measured in the file `<id>.json` beside it. */
export type SeriesExperiment = Omit<ProfileRow, 'latencySeconds' | 'throughput' | 'place'> & {
  id: string;
  line: number;
};

/** Reads `key_config_mapper.csv` of a profiling series. Never throws. */
export function readSeriesExperiments(source: string): Reading<SeriesExperiment[]> {
  const csv = readNamedRows(source, needed);
  if (!csv.ok) return csv;
  const found: SeriesExperiment[] = [];
  const lines = new Map<string, number>();
  for (const row of csv.value.rows) {
    const id = row.cells.get('experiment_id') ?? '';
    // It becomes the name of a file.
    if (!/^\d{1,9}$/.test(id)) return unread(row.line, `has ${shown(id)} for experiment_id; allowed: a whole number`);
    const before = lines.get(id);
    if (before !== undefined) return unread(row.line, `has the experiment_id ${id}, as line ${before} has`);
    lines.set(id, row.line);
    const experiment = experimentOf(row);
    if (typeof experiment === 'string') return unread(row.line, experiment);
    found.push({ ...experiment, id, line: row.line });
  }
  return read(found);
}

export type SeriesMeasured = Pick<ProfileRow, 'latencySeconds' | 'throughput'> & {
  answered: number;
  /** Requests without times of a model: IPA counts them as timeouts. */
  timeouts: number;
};

/**
 * Reads `<id>.json` of a profiling series. The latency of a request in the model is serving − arrival; percentiles by straight lines between
 * order statistics, as numpy's linear method has them. Never throws.
 *
 * @param node whose times are taken
 */
export function readExperimentFile(source: string, node: string): Reading<SeriesMeasured> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    // IPA writes one line, so there is no other to name.
    return unread(1, source.trimEnd().endsWith('}') ? 'is no JSON' : 'ends too soon: the file is torn, or no JSON');
  }
  const { responses, throughput } = groupOf(value);
  if (!Array.isArray(responses)) return unread(1, 'has no responses', 'a list a second of lists of responses');
  if (!Array.isArray(throughput)) return unread(1, 'has no throughput', 'a list of requests per second');
  const perSecond: number[] = [];
  for (const [i, one] of throughput.entries()) {
    if (!isAmount(one)) return unread(1, `throughput[${i}] is no number from 0`);
    perSecond.push(one);
  }
  const latencies: number[] = [];
  let timeouts = 0;
  for (const [second, list] of responses.entries()) {
    if (!Array.isArray(list)) return unread(1, `responses[${second}] is no list`);
    for (const [i, response] of list.entries()) {
      const { models } = groupOf(groupOf(response).times);
      if (models === undefined || models === null) {
        timeouts++;
        continue;
      }
      const where = `responses[${second}][${i}].times.models`;
      if (!Object.hasOwn(groupOf(models), node)) {
        const there = Object.keys(groupOf(models)).slice(0, 5).map(shown).join(', ');
        return unread(
          1,
          `${where} has no ${shown(node)}, the node of key_config_mapper.csv (it has ${there || 'none'})`,
        );
      }
      const { arrival, serving } = groupOf(groupOf(models)[node]);
      if (!isTime(arrival) || !isTime(serving))
        return unread(1, `${where}: arrival and serving of ${shown(node)} are no times`);
      if (serving < arrival) return unread(1, `${where}: ${shown(node)} was served before it arrived`);
      latencies.push(serving - arrival);
    }
  }
  return read({
    latencySeconds: statisticsOf(latencies),
    throughput: statisticsOf(perSecond),
    answered: latencies.length,
    timeouts,
  });
}

function statisticsOf(values: readonly number[]) {
  if (values.length === 0) return { p99: null, p95: null, p50: null, avg: null, max: null, min: null };
  const sorted = Float64Array.from(values).sort();
  return {
    p99: interpolated(sorted, 99),
    p95: interpolated(sorted, 95),
    p50: interpolated(sorted, 50),
    avg: values.reduce((sum, value) => sum + value, 0) / values.length,
    max: sorted.at(-1)!,
    min: sorted[0]!,
  };
}

const groupOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isAmount = (value: unknown): value is number => isTime(value) && value >= 0;
