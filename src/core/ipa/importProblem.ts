import { ExpectedError } from '../failure/expectedError';
import {
  type PipelineOption,
  type PipelineProblem,
  type PipelineProblemInput,
  problemSchema,
} from '../pipeline/problem';
import { listed } from '../statistics/wording';
import { describeNumber } from '../words/units';
import { taskAccuracies } from './accuracies';
import { baseAllocations, taskSlaSeconds } from './baseAllocation';
import { type EnergyAsked, type EnergyUsages, energyOf } from './energyUsages';
import type { ProfileRow } from './profileRow';
import { regressedPoints } from './regression';
import type { RunConfig } from './runConfig';
import { type ProfilePoint, taskProfile } from './taskProfile';
import type { VariantTable } from './variantTable';

export type ImportTerms = {
  /** Requests a second to solve at; null: the profiling load. */
  load: number | null;
  /** Of the whole pipeline; null: by IPA's rule. */
  slaSeconds: number | null;
  queueing: PipelineProblem['queueing'];
  addHundred: boolean;
};

export type ImportedProblem = {
  name: string;
  problem: PipelineProblemInput;
  /** What was assumed or left out, a sentence each. */
  notes: string[];
};

/**
 * A run config of IPA with its accuracies and profiles as a problem, by the rules of IPA's loader: references, margins, base allocation,
 * SLA. A batch size that a variant was not profiled at is left out; IPA gives it a latency of 1000 s and a throughput of 1e-5, which no SLA and no
 * cap lets be chosen, so the choice is the same.
 *
 * @throws ExpectedError `pipeline` with what is missing and where it would be
 */
export function importProblem(
  config: RunConfig,
  accuracies: VariantTable,
  energies: EnergyUsages | null,
  rows: readonly ProfileRow[],
  terms: ImportTerms,
): ImportedProblem {
  const pipeline = pipelineIn(config, accuracies);
  if (energies === null && config.delta > 0)
    throw new ExpectedError(
      'pipeline',
      `delta is ${config.delta} and weighs energy, but no energy is given: add --energy FILE, or set delta to 0`,
    );
  const notes: string[] = [];
  const stages = config.task_name.map((task, i) => {
    const percents = accuracies.get(pipeline)!.get(task);
    if (percents === undefined || percents.size === 0)
      throw new ExpectedError(
        'pipeline',
        `the accuracies have no ${task} under ${pipeline}; they have ${listed([...accuracies.get(pipeline)!.keys()])}`,
      );
    const isProduct = config.accuracy_method === 'multiply' && !config.normalize_accuracy;
    const ofTask = taskAccuracies(task, percents, { addHundred: terms.addHundred, isProduct });
    const profile = taskProfile(rows, {
      ...config,
      task,
      node: config.model_name[i]!,
      series: config.profiling_series[i]!,
      load: profilingLoad(config, i),
      accuracies: ofTask.byVariant,
    });
    const slaSeconds = taskSlaSeconds(profile, config.sla_factor);
    const allocations = baseAllocations(task, profile, config.threshold, slaSeconds);
    notes.push(...ofTask.notes, ...profile.notes);
    const options = profile.variants.flatMap(({ variant, accuracy, byCores }): PipelineOption[] => {
      const cores = allocations.get(variant)!;
      const points = pointsOf(config, task, variant, cores, byCores.get(cores)!);
      return points.map((point) => ({
        variant,
        batch: point.batch,
        accuracy,
        cores,
        latencySeconds: point.latencySeconds,
        throughput: point.throughput,
        ...optionEnergy(energies, { pipeline, task, variant, batch: point.batch, cores }),
      }));
    });
    if (options.length === 0)
      throw new ExpectedError(
        'pipeline',
        `${task}: no variant was profiled at a batch size up to batching_cap ${config.batching_cap}`,
      );
    const without = profile.variants.filter(({ variant }) => !options.some((option) => option.variant === variant));
    if (without.length > 0)
      notes.push(
        `${task}: left out, for no batch size of them is up to batching_cap ${config.batching_cap}: ${listed(without.map(({ variant }) => variant))}`,
      );
    const stage = { name: task, options, ...baselineOf(config, i, task, options, notes) };
    return { stage, slaSeconds };
  });
  const byRule = stages.reduce((sum, { slaSeconds }) => sum + slaSeconds, 0);
  const problem: PipelineProblemInput = {
    load: terms.load ?? oneLoad(config),
    slaSeconds: terms.slaSeconds ?? byRule,
    weights: { alpha: config.alpha, beta: config.beta, gamma: config.gamma, delta: config.delta },
    scalingCap: config.scaling_cap,
    accuracyMethod: config.accuracy_method,
    normalizeAccuracy: config.normalize_accuracy,
    queueing: terms.queueing,
    stages: stages.map(({ stage }) => stage),
  };
  const checked = problemSchema.safeParse(problem);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    throw new ExpectedError(
      'pipeline',
      `these files make no problem that can be solved: ${path.join('.')}: ${message}`,
    );
  }
  notes.push(...termNotes(config, terms, byRule), ...pairNotes(problem), ...energyNotes(energies, pipeline, problem));
  return { name: pipeline, problem, notes };
}

/** The key of the pipeline in the accuracies: its name, or that of its folder. */
function pipelineIn(
  { pipeline_name: name, pipeline_folder_name: folder }: RunConfig,
  accuracies: VariantTable,
): string {
  const found = [name, folder].find((one) => one !== undefined && accuracies.has(one));
  if (found === undefined)
    throw new ExpectedError(
      'pipeline',
      `the accuracies have no pipeline ${name}; they have ${listed([...accuracies.keys()])}`,
    );
  return found;
}

const profilingLoad = ({ profiling_load: load }: RunConfig, task: number) => (Array.isArray(load) ? load[task]! : load);

function oneLoad({ profiling_load: load }: RunConfig): number {
  const loads = [...new Set(Array.isArray(load) ? load : [load])];
  if (loads.length > 1)
    throw new ExpectedError(
      'pipeline',
      `profiling_load differs between tasks (${loads.join(', ')}): give the load to solve at with --load N`,
    );
  return loads[0]!;
}

function pointsOf(config: RunConfig, task: string, variant: string, cores: number, measured: readonly ProfilePoint[]) {
  const within = (points: readonly ProfilePoint[]) => points.filter(({ batch }) => batch <= config.batching_cap);
  if (config.only_measured_profiles) return within(measured);
  const regressed = regressedPoints(measured);
  if (regressed === null)
    throw new ExpectedError(
      'pipeline',
      `${task}: the latency of ${variant} with ${cores} cores cannot be fitted over its ${measured.length} batch sizes (three are needed, and a latency above 0 at each): set only_measured_profiles to true`,
    );
  return within(regressed);
}

function baselineOf(
  config: RunConfig,
  task: number,
  name: string,
  options: readonly PipelineOption[],
  notes: string[],
): { variant?: string; replicas?: number } {
  if (config.baseline_mode === 'switch') {
    const replicas = config.initial_replica![task]!;
    notes.push(`${name}: baseline_mode switch (RIM) fixes ${replicas} replicas`);
    return { replicas };
  }
  if (config.baseline_mode !== 'scale') return {};
  const variant = config.initial_active_model![task]!;
  if (!options.some((option) => option.variant === variant))
    throw new ExpectedError(
      'pipeline',
      `${name}: baseline_mode scale keeps ${variant}, which has no profile; there are ${listed([...new Set(options.map((option) => option.variant))])}`,
    );
  notes.push(`${name}: baseline_mode scale (FA2) fixes ${variant}`);
  return { variant };
}

function optionEnergy(energies: EnergyUsages | null, asked: EnergyAsked) {
  if (energies === null) return { joulesPerRequest: 0 };
  const found = energyOf(energies, asked);
  if (found === null)
    throw new ExpectedError(
      'pipeline',
      `the energy file has no ${asked.variant} at ${asked.pipeline}, ${asked.task}: add it, or leave --energy out`,
    );
  const { isPerVariant: _, ...energy } = found;
  return energy;
}

function termNotes(config: RunConfig, terms: ImportTerms, byRule: number): string[] {
  return [
    terms.slaSeconds === null
      ? `slaSeconds by IPA’s rule: the sum over tasks of 5 × sla_factor ${config.sla_factor} × the mean latency at the smallest batch size with the most cores`
      : `slaSeconds as given; IPA’s rule would make it ${describeNumber(byRule, 5)} s`,
    ...(terms.load === null
      ? ['load is profiling_load, for a run config names a trace and no load; give another with --load']
      : []),
    'cores of each variant by IPA’s base allocation (threshold, task SLA)',
    ...(config.only_measured_profiles
      ? []
      : [
          'latencies are a quadratic regression over the measured batch sizes at the powers of two, throughputs batch ÷ latency',
        ]),
    ...(config.latency_margin === 0 && config.throughput_margin === 0
      ? []
      : [`latencies with a margin of ${config.latency_margin} %, throughputs of ${config.throughput_margin} %`]),
    ...(terms.queueing === 'as-published'
      ? ['queueing as IPA’s published code charges it, which lengthens the SLA; intended: (batch − 1) ÷ load']
      : []),
  ];
}

function pairNotes({ stages }: PipelineProblemInput): string[] {
  const batches = new Set(stages.flatMap(({ options }) => options.map(({ batch }) => batch)));
  const missing = stages.flatMap(({ options }) =>
    [...new Set(options.map(({ variant }) => variant))].flatMap((variant) => {
      const own = options.filter((option) => option.variant === variant).map(({ batch }) => batch);
      const absent = [...batches].filter((batch) => !own.includes(batch)).sort((a, b) => a - b);
      return absent.length === 0 ? [] : [`${variant} at ${absent.join(', ')}`];
    }),
  );
  if (missing.length === 0) return [];
  const named = missing.length > 12 ? [...missing.slice(0, 12), `${missing.length - 12} more`] : missing;
  return [
    `left out, for they were not profiled: ${named.join('; ')} (IPA gives them 1000 s and 1e-5 requests/s, which are never chosen)`,
  ];
}

function energyNotes(energies: EnergyUsages | null, pipeline: string, { stages }: PipelineProblemInput): string[] {
  if (energies === null)
    return ['no energy is given: joulesPerRequest 0 stands for not known, and delta weighs nothing'];
  const isPerVariant = stages.some(({ name, options }) =>
    options.some((option) => energyOf(energies, { ...option, pipeline, task: name })!.isPerVariant),
  );
  return [
    ...(isPerVariant
      ? [
          'energy is one number a variant, taken as joules of a request with the idle share in it, the same at every batch size: too coarse to choose a batch size by; profiles measured by batch size are not',
        ]
      : []),
    ...(energies.hasDummyValues
      ? ['the energies are those of the fork of IPA, whose authors call them dummy values: no conclusion rests on them']
      : []),
  ];
}
