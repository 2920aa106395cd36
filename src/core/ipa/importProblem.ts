import { ExpectedError } from '../failure/expectedError';
import { type PipelineOption, type PipelineProblemInput, problemSchema } from '../pipeline/problem';
import { listed } from '../statistics/wording';
import { taskAccuracies } from './accuracies';
import { baseAllocations, taskSlaSeconds } from './baseAllocation';
import { type EnergyAsked, type EnergyUsages, energyOf } from './energyUsages';
import { countedByIpa, energyNotes, pairNotes, termNotes, tieNotes } from './importNotes';
import type { ImportTerms } from './importTerms';
import type { ProfileRow } from './profileRow';
import { regressedPoints } from './regression';
import type { RunConfig } from './runConfig';
import { type ProfilePoint, taskProfile } from './taskProfile';
import type { VariantTable } from './variantTable';

export type ImportedProblem = {
  name: string;
  problem: PipelineProblemInput;
  /** What was assumed or left out, a sentence each. */
  notes: string[];
};

/**
 * A run config of IPA with its accuracies and profiles as a problem, by the rules of IPA's loader: references, margins, base allocation,
 * SLA. A batch size that a variant was not profiled at is left out; IPA gives it a latency of 1000 s and a throughput of 1e-5, which no SLA and no
 * cap lets be chosen. Only a variant that is left out with all its batch sizes makes a difference: IPA counts it in its queue and among ranks.
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
        `${task}: left out, for no batch size of them is up to batching_cap ${config.batching_cap}: ${listed(without.map(({ variant }) => variant))}${countedByIpa(config, terms)}`,
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
  notes.push(
    ...termNotes(config, terms, byRule),
    ...tieNotes(problem),
    ...pairNotes(problem),
    ...energyNotes(energies, pipeline, problem),
  );
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
