import { csvText } from './csvText';
import { type ExportedFile, flowForIpa } from './exportedFile';
import type { IpaPipeline, IpaStage } from './ipaPipeline';
import { mapperColumns } from './profilingSeries';

/** Says in each row of a series, and in its config, what its responses are. */
export const rebuiltMeta =
  'rebuilt from aggregates by Greenbatch: one constructed response an experiment has the latency of the profile and one value its throughput; no raw responses and no other percentiles are known';

/** Arrays of a cluster's monitoring, which IPA's loader of profiles does not read: nothing is known of them. */
const unmonitored = ['cpu_usage_count', 'cpu_usage_rate', 'cpu_throttled_count', 'cpu_throttled_rate', 'memory_usage'];

/**
 * Profiling series that IPA's parser reads, one a stage, in folders `<first>`, `<first + 1>`, …: `key_config_mapper.csv`, an `<id>.json` for each
 * option, `0.yaml`.
 *
 * A profile has one latency and one throughput where IPA's files have raw responses. One response that arrived at 0 s and was served after just
 * the latency gives back that latency, to the last bit, whatever IPA takes of the latencies; it is no measurement of the others, and
 * `series_meta` says so.
 */
export function seriesFiles({ name, load, stages }: IpaPipeline, first: number): ExportedFile[] {
  return stages.flatMap((stage, s) => {
    const series = first + s;
    const rows = stage.options.map((option, o) => {
      const values: Record<(typeof mapperColumns)[number], string> = {
        experiment_id: String(o + 1),
        pipeline_name: name,
        node_name: stage.name,
        model_variant: option.variant,
        cpu_request: String(option.cores),
        memory_request: 'unknown',
        max_batch_size: String(option.batch),
        max_batch_time: '1',
        load: String(load),
        load_duration: '1',
        series: String(series),
        series_meta: rebuiltMeta,
        replicas: '1',
        no_engine: 'False',
        mode: 'rebuilt',
        data_type: 'unknown',
        benchmark_duration: '1',
      };
      return mapperColumns.map((column) => values[column]);
    });
    return [
      { name: `${series}/key_config_mapper.csv`, text: csvText([[...mapperColumns], ...rows]) },
      { name: `${series}/0.yaml`, text: seriesConfig({ name, load }, stage, series) },
      ...stage.options.map((option, o) => ({
        name: `${series}/${o + 1}.json`,
        text: `${JSON.stringify(experiment(stage.name, option))}\n`,
      })),
    ];
  });
}

function experiment(node: string, { latencySeconds, throughput }: IpaStage['options'][number]) {
  const times = {
    request: { sending: 0, arrival: latencySeconds },
    models: Object.fromEntries([[node, { arrival: 0, serving: latencySeconds }]]),
  };
  return {
    ...Object.fromEntries(unmonitored.flatMap((key) => [[key, []] as const, [`time_${key}`, []] as const])),
    throughput: [throughput],
    time_throughput: [1],
    responses: [[{ times, model_name: node, outputs: [{ data: [] }] }]],
    start_time_experiment: 0,
    end_time_experiment: 1,
  };
}

function seriesConfig(
  { name, load }: Pick<IpaPipeline, 'name' | 'load'>,
  { name: node, options }: IpaStage,
  series: number,
): string {
  const different = (values: readonly (string | number)[]) => [...new Set(values)].map(String);
  const config = {
    series,
    series_meta: rebuiltMeta,
    pipeline_name: name,
    node_name: node,
    data_type: 'unknown',
    timeout: 1,
    mode: 'rebuilt',
    model_variants: different(options.map(({ variant }) => variant)),
    max_batch_size: different(options.map(({ batch }) => batch)),
    max_batch_time: ['1'],
    cpu_request: different(options.map(({ cores }) => cores)),
    memory_request: ['unknown'],
    replicas: [1],
    workload_type: 'static',
    workload_config: { loads_to_test: [load], load_duration: 1 },
    benchmark_duration: 1,
  };
  return Object.entries(config)
    .map(([key, value]) => `${key}: ${flowForIpa(value)}\n`)
    .join('');
}
