import { ExpectedError } from '../failure/expectedError';
import type { ChosenStage } from '../pipeline/answer';
import type { PipelineProblem, PipelineStage } from '../pipeline/problem';
import type { YamlValue } from '../spec/yamlValue';
import { counted } from '../statistics/wording';
import { plainLine } from '../words/plain';
import { withFullStop } from '../words/sentence';
import { baseAllocations, taskSlaSeconds } from './baseAllocation';
import { type ExportedFile, flowForIpa, keyForIpa } from './exportedFile';
import { mostMultiplied } from './ipaPipeline';
import type { TaskProfile } from './taskProfile';
import type { VariantTable } from './variantTable';

/**
 * A problem as a run config of IPA with its `accuracies.yaml`, to lie beside the series of `seriesFiles`. IPA's configs have no SLA and no
 * cores: both come of its rules, so `sla_factor` and `threshold` are set such that the rules give back what the problem says.
 *
 * @param chosen the solution, which becomes `initial_*`
 * @param firstSeries of the series' folders
 * @param others accuracies of other pipelines, in percent, which stand in the same file
 * @returns the config and the text of `accuracies.yaml`, and what of the problem IPA cannot say
 * @throws ExpectedError `pipeline` where IPA's rules cannot give these cores
 */
export function configFiles(
  name: string,
  problem: PipelineProblem,
  chosen: readonly ChosenStage[],
  firstSeries: number,
  others: VariantTable = new Map(),
): { config: ExportedFile; accuracies: string; notes: string[] } {
  const { stages, load, slaSeconds, weights, limits } = problem;
  const profiles = stages.map(profileOf);
  const means = profiles.reduce((sum, profile) => sum + taskSlaSeconds(profile, 1), 0);
  if (!(means > 0))
    throw new ExpectedError(
      'pipeline',
      'all latencies are 0, and IPA makes its SLA of latencies: nothing can be exported',
    );
  const slaFactor = slaSeconds / means;
  const threshold = 0;
  const ofCores = stages.flatMap((stage, s) => allocationNotes(stage, profiles[s]!, threshold, slaFactor, chosen[s]!));
  const baseline = baselineOf(stages);
  const notes = [
    'initial_* are the solution',
    'sla_factor is the SLA ÷ (5 × the sum over tasks of the mean latency at the smallest batch size), and threshold 0, so that IPA’s rules give this SLA and these cores',
    ...ofCores,
    ...(weights.delta > 0 ? ['delta is read by the authors’ fork alone; published IPA does not know energy'] : []),
    ...(limits === undefined ? [] : ['limits of energy are left out: IPA has none']),
    ...(problem.queueing === 'intended'
      ? [
          'IPA’s published code charges less waiting than this problem does: its SLA is longer by Σ variants × (batch sizes − 1) ÷ load',
        ]
      : []),
    ...(baseline === null && stages.some(({ variant, replicas }) => (variant ?? replicas) !== undefined)
      ? ['baseline_mode is null: IPA fixes the variants of all stages or the replicas of all, and this problem neither']
      : []),
    ...(problem.accuracyMethod === 'multiply' && stages.length > mostMultiplied
      ? [
          `IPA’s published code multiplies the accuracies of the first ${mostMultiplied} tasks alone, this problem those of all ${stages.length}`,
        ]
      : []),
    'workload and cluster are those of IPA’s published video run, not of this problem, and the predictor is reactive: the load last seen (the LSTM of that run is not in IPA’s repository)',
  ];
  const config: Record<string, YamlValue> = {
    pipeline_folder_name: name,
    pipeline_name: name,
    timeout: 1,
    mode: 'exponential',
    nodes: chosen.map(({ name: node, variant, batch, cores, replicas }) => ({
      node_name: node,
      data_type: 'unknown',
      model_variants: variant,
      max_batch_size: String(batch),
      max_batch_time: '1',
      cpu_request: String(cores),
      memory_request: '4Gi',
      replicas,
      use_threading: 'True',
      num_interop_threads: String(cores),
      num_threads: String(cores),
    })),
    benchmark_duration: 1,
    adaptation_interval: 10,
    workload_type: 'twitter',
    workload_config: [{ start: '1301160', end: '1302360', damping_factor: 8 }],
    metaseries: firstSeries,
    series: firstSeries,
    metadata: 'exported by Greenbatch',
    number_tasks: stages.length,
    profiling_series: stages.map((_, s) => firstSeries + s),
    model_name: stages.map((stage) => stage.name),
    task_name: stages.map((stage) => stage.name),
    initial_active_model: chosen.map(({ variant }) => variant),
    initial_cpu_allocation: chosen.map(({ cores }) => cores),
    initial_replica: chosen.map(({ replicas }) => replicas),
    initial_batch: chosen.map(({ batch }) => batch),
    ...weights,
    scaling_cap: problem.scalingCap,
    batching_cap: Math.max(...stages.flatMap(({ options }) => options.map(({ batch }) => batch))),
    num_state_limit: 1,
    threshold,
    optimization_method: 'gurobi',
    allocation_mode: 'base',
    sla_factor: slaFactor,
    normalize_accuracy: problem.normalizeAccuracy,
    only_measured_profiles: true,
    profiling_load: load,
    baseline_mode: baseline,
    accuracy_method: problem.accuracyMethod,
    predictor_type: 'reactive',
    monitoring_duration: 2,
    backup_predictor_type: 'reactive',
    backup_predictor_duration: 2,
    central_queue: true,
    distrpution_time: 30,
    debug_mode: false,
    simulation_mode: false,
    predictor_margin: 0,
    drop_limit: 10,
    warm_up: false,
    teleport_mode: false,
    teleport_interval: 0,
    reference_latency: 'p99',
    reference_throughput: 'max',
    latency_margin: 0,
    throughput_margin: 0,
    logs_enabled: false,
    from_storage: stages.map(() => false),
  };
  const comments = ['A run config of IPA.', ...notes].map((text) => `# ${plainLine(withFullStop(text))}\n`);
  const lines = Object.entries(config).map(([key, value]) => `${key}: ${flowForIpa(value)}\n`);
  return {
    config: { name: `${fileNameOf(name)}.yaml`, text: [...comments, ...lines].join('') },
    accuracies: accuraciesText(new Map([...others, [name, percentsOf(stages)]])),
    notes,
  };
}

/** @throws ExpectedError `pipeline` where it is that of the accuracies */
function fileNameOf(name: string): string {
  const file = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'pipeline';
  if (!/^(accuracies|energy_usages)$/i.test(file)) return file;
  throw new ExpectedError(
    'pipeline',
    `a run config cannot be called ${file}.yaml, as another file of IPA is: rename it`,
  );
}

/** The stage's options as IPA's loader would have them. */
function profileOf({ options }: PipelineStage): TaskProfile {
  const byAccuracy = [...options].sort((a, b) => a.accuracy - b.accuracy);
  const variants = [...new Set(byAccuracy.map(({ variant }) => variant))].map((variant) => {
    const own = options.filter((option) => option.variant === variant).sort((a, b) => a.batch - b.batch);
    const cores = [...new Set(own.map((option) => option.cores))];
    return {
      variant,
      accuracy: own[0]!.accuracy,
      byCores: new Map(cores.map((count) => [count, own.filter((option) => option.cores === count)])),
    };
  });
  return { variants, cores: [...new Set(options.map((option) => option.cores))], notes: [] };
}

/**
 * What IPA's base allocation makes of the stage, where it is not all of its options.
 *
 * @throws ExpectedError `pipeline` where it makes nothing of it
 */
function allocationNotes(
  { name, options }: PipelineStage,
  profile: TaskProfile,
  threshold: number,
  slaFactor: number,
  chosen: ChosenStage,
): string[] {
  let allocations: Map<string, number>;
  try {
    allocations = baseAllocations(name, profile, threshold, taskSlaSeconds(profile, slaFactor));
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new ExpectedError(
      'pipeline',
      `IPA refuses these profiles: a variant has to keep its task’s share of the SLA at one batch size at least, and cores may not go down as accuracy goes up in the order of the profile. Take the variant out of the pipeline file, or lengthen slaSeconds (${error.message})`,
    );
  }
  const others = new Map(
    options
      .filter(({ variant, cores }) => allocations.get(variant) !== cores)
      .map(({ variant }) => [variant, allocations.get(variant)!]),
  );
  const ofChosen = allocations.get(chosen.variant);
  return [
    ...[...others].map(
      ([variant, cores]) =>
        `${name}: of the core counts of ${variant} IPA takes ${cores} by its base allocation and no other`,
    ),
    ...(ofChosen === chosen.cores
      ? []
      : [
          `${name}: initial_cpu_allocation is that of the solution, ${counted(chosen.cores, 'core')}; IPA goes on with ${ofChosen}, so that its solution is another`,
        ]),
  ];
}

function baselineOf(stages: readonly PipelineStage[]): 'scale' | 'switch' | null {
  const isFixed = (key: 'variant' | 'replicas') => stages.every((stage) => stage[key] !== undefined);
  const isFree = (key: 'variant' | 'replicas') => stages.every((stage) => stage[key] === undefined);
  if (isFixed('variant') && isFree('replicas')) return 'scale';
  return isFixed('replicas') && isFree('variant') ? 'switch' : null;
}

function percentsOf(stages: readonly PipelineStage[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const ofStage = ({ options }: PipelineStage) =>
    new Map(options.map(({ variant, accuracy }) => [variant, percentOf(accuracy)] as const));
  return new Map(stages.map((stage) => [stage.name, ofStage(stage)] as const));
}

function accuraciesText(table: VariantTable): string {
  const lines = [...table].flatMap(([pipeline, stages]) => [
    `${keyForIpa(pipeline)}:`,
    ...[...stages].flatMap(([stage, percents]) => [
      `  ${keyForIpa(stage)}:`,
      ...[...percents].map(([variant, percent]) => `    ${keyForIpa(variant)}: ${flowForIpa(percent)}`),
    ]),
  ]);
  return `# Accuracies × 100; IPA divides them by 100.\n${lines.join('\n')}\n`;
}

/** A number that gives the accuracy when it is divided by 100, the shortest if there is one. */
function percentOf(accuracy: number): number {
  for (let digits = 6; digits <= 17; digits++) {
    const percent = Number((accuracy * 100).toPrecision(digits));
    if (percent / 100 === accuracy) return percent;
  }
  return accuracy * 100;
}
