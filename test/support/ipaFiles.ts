import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAccuracies } from '../../src/core/ipa/accuracies';
import type { ProfileRow } from '../../src/core/ipa/profileRow';
import { readProfileTable } from '../../src/core/ipa/profileTable';
import type { Reading } from '../../src/core/ipa/reading';
import { readRunConfig } from '../../src/core/ipa/runConfig';
import { formatProblems } from '../../src/core/spec/specText';

/** Data of IPA: facts of its repository, which are not copied into ours. */
export const ipaData = resolve(
  process.env.GREENBATCH_FIXTURES ?? resolve(import.meta.dirname, '../../../shared/data'),
  'ipa',
);
export const hasIpaData = existsSync(ipaData);
export const ipaFile = (name: string) => readFileSync(resolve(ipaData, name), 'utf8');

export function valueOf<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(formatProblems('file', reading.problems));
  return reading.value;
}

/** `line message` of each problem; none: it was read. */
export const problemsOf = (reading: Reading<unknown>): string[] =>
  reading.ok ? [] : reading.problems.map(({ line, path, message, allowed }) => `${line} ${path} ${message} ${allowed}`);

/** A run config of two tasks as IPA writes them, with what it has beside. */
export const configText = (more: Record<string, unknown> = {}): string =>
  Object.entries({
    pipeline_folder_name: 'video',
    pipeline_name: 'video',
    nodes: [{ node_name: 'yolo', max_batch_size: '1' }],
    number_tasks: 2,
    profiling_series: [71, 72],
    model_name: ['yolo', 'resnet'],
    task_name: ['crop', 'classification'],
    initial_active_model: ['small', 'thin'],
    initial_replica: [1, 2],
    alpha: 2,
    beta: 1,
    gamma: 1e-6,
    scaling_cap: 100,
    batching_cap: 8,
    threshold: 4,
    sla_factor: 5,
    normalize_accuracy: false,
    only_measured_profiles: true,
    profiling_load: 20,
    baseline_mode: null,
    accuracy_method: 'multiply',
    reference_latency: 'p99',
    reference_throughput: 'max',
    latency_margin: 0,
    throughput_margin: 0,
    predictor_type: 'lstm',
    ...more,
  })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');

export const configOf = (more: Record<string, unknown> = {}) => valueOf(readRunConfig(configText(more)));

export const accuraciesText = `video:
  crop:
    small: 45.7
    large: 68.9
  classification:
    thin: 69.75
    deep: 78.31
`;
export const accuraciesOf = (text = accuraciesText) => valueOf(readAccuracies(text));

/** Both tasks with two variants, one and two cores, batches of 1, 2 and 8. */
export const tableText: string = [
  'series,pipeline_name,node_name,model_variant,cpu_request,max_batch_size,load,latency_p99_s,latency_avg_s,throughput_max_rps',
  ...[
    { node: 'yolo', series: 71, variant: 'small', seconds: 0.1 },
    { node: 'yolo', series: 71, variant: 'large', seconds: 0.4 },
    { node: 'resnet', series: 72, variant: 'thin', seconds: 0.05 },
    { node: 'resnet', series: 72, variant: 'deep', seconds: 0.12 },
  ].flatMap(({ node, series, variant, seconds }) =>
    [1, 2].flatMap((cores) =>
      [1, 2, 8].map((batch) => {
        const latency = (seconds * (0.4 + 0.6 * batch)) / cores;
        return [series, 'video', node, variant, cores, batch, 20, latency, latency / 2, batch / latency].join(',');
      }),
    ),
  ),
  '',
].join('\n');
export const rowsOf = (text = tableText): ProfileRow[] => valueOf(readProfileTable(text, 'table.csv'));
