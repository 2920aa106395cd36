import type { PipelineOption, PipelineProblem, PipelineStage } from './problem';

/** For each stage the index of its option, and how many replicas. */
export type Choice = readonly { readonly option: number; readonly replicas: number }[];

/** What a choice comes to, in doubles. */
export type Evaluation = {
  /** alpha·accuracy − beta·cores − gamma·Σ batch − delta·joulesPerRequest */
  objective: number;
  /** By `accuracyMethod`, of the accuracies as the objective has them (ranks where they are normalised). */
  accuracy: number;
  cores: number;
  /** Σ of stages: batch latency and the time to fill the batch, whatever `queueing` charges. */
  latencySeconds: number;
  /** What is held against `slaSeconds`: `latencySeconds`, or what the published code computes. */
  chargedSeconds: number;
  /** Energy of the requests, and the idle power of the cores held, per request. */
  joulesPerRequest: number;
  /** Of it: the idle power of the cores held. */
  idleJoulesPerRequest: number;
  watts: number;
};

/** What one stage has in the totals of a choice: they are the sums over the stages (the accuracy, by `accuracyMethod`). */
export type StageShare = Pick<
  Evaluation,
  'accuracy' | 'cores' | 'latencySeconds' | 'joulesPerRequest' | 'idleJoulesPerRequest'
>;

export type BrokenLimit =
  'latency' | 'throughput' | 'scalingCap' | 'joulesPerRequest' | 'watts' | 'variant' | 'replicas';

/** Watts that one core of an option is charged for while it is held; none where its energy is gross. */
export const idleWattsPerCore = (option: PipelineOption) =>
  option.energyIncludesIdle ? 0 : (option.idleWattsPerCore ?? 0);

/** Fewest replicas that keep up with the load (n·h ≥ λ, in doubles); Infinity where whole numbers that large are not told apart. */
export function replicasFor(throughput: number, load: number): number {
  let replicas = Math.max(1, Math.ceil(load / throughput));
  if (replicas > 2 ** 50) return Infinity;
  while (replicas > 1 && (replicas - 1) * throughput >= load) replicas--;
  while (replicas * throughput < load) replicas++;
  return replicas;
}

/** Accuracy of each option of a stage as the objective has it; ranks are those of different accuracies: equal ones share theirs. */
export function stageAccuracies(stage: PipelineStage, normalize: boolean): number[] {
  const accuracies = stage.options.map((option) => option.accuracy);
  if (!normalize) return accuracies;
  const different = [...new Set(accuracies)].sort((a, b) => a - b);
  const ranks = new Map(different.map((one, i) => [one, different.length === 1 ? 1 : i / (different.length - 1)]));
  return accuracies.map((one) => ranks.get(one)!);
}

export function joinAccuracies(values: readonly number[], method: PipelineProblem['accuracyMethod']): number {
  if (method === 'multiply') return values.reduce((product, value) => product * value, 1);
  const sum = values.reduce((total, value) => total + value, 0);
  return method === 'average' ? sum / values.length : sum;
}

/**
 * What the published code adds to the latency in place of the time to fill: its queue function is given the binary variable of a batch size
 * instead of the size, and is summed over all variants and sizes. Σ_s |V_s|·(1 − |B|)/λ, never above zero; B: the batch sizes of all stages.
 */
export function publishedQueueSeconds({ stages, load }: PipelineProblem): number {
  const batches = new Set(stages.flatMap((stage) => stage.options.map((option) => option.batch))).size;
  const variants = stages.map((stage) => new Set(stage.options.map((option) => option.variant)).size);
  return variants.reduce((sum, count) => sum + (count * (1 - batches)) / load, 0);
}

/** So much longer the published code makes the limit, and charges no time to fill; null: filling is charged. */
export const limitLongerSeconds = (problem: PipelineProblem): number | null =>
  problem.queueing === 'intended' ? null : Math.max(0, -publishedQueueSeconds(problem));

export function evaluate(problem: PipelineProblem, choice: Choice): Evaluation {
  const { load, weights, stages, accuracyMethod, normalizeAccuracy, queueing } = problem;
  const chosen = stages.map((stage, s) => ({
    option: stage.options[choice[s]!.option]!,
    replicas: choice[s]!.replicas,
    // All of a stage's are only needed for ranks, and a search evaluates often.
    accuracy: normalizeAccuracy
      ? stageAccuracies(stage, true)[choice[s]!.option]!
      : stage.options[choice[s]!.option]!.accuracy,
  }));
  const sum = (value: (one: (typeof chosen)[number]) => number) => chosen.reduce((total, one) => total + value(one), 0);
  const accuracy = joinAccuracies(
    chosen.map((one) => one.accuracy),
    accuracyMethod,
  );
  const cores = sum(({ option, replicas }) => option.cores * replicas);
  const idleJoulesPerRequest = sum(
    ({ option, replicas }) => (idleWattsPerCore(option) * option.cores * replicas) / load,
  );
  const joulesPerRequest = sum(({ option }) => option.joulesPerRequest) + idleJoulesPerRequest;
  const latencySeconds = sum(({ option }) => option.latencySeconds + (option.batch - 1) / load);
  return {
    objective:
      weights.alpha * accuracy -
      weights.beta * cores -
      weights.gamma * sum(({ option }) => option.batch) -
      weights.delta * joulesPerRequest,
    accuracy,
    cores,
    latencySeconds,
    chargedSeconds:
      queueing === 'intended'
        ? latencySeconds
        : sum(({ option }) => option.latencySeconds) + publishedQueueSeconds(problem),
    joulesPerRequest,
    idleJoulesPerRequest,
    watts: joulesPerRequest * load,
  };
}

/** What each stage has in the totals of a choice. */
export function stageShares({ load, stages, normalizeAccuracy }: PipelineProblem, choice: Choice): StageShare[] {
  return stages.map((stage, s) => {
    const { option: index, replicas } = choice[s]!;
    const option = stage.options[index]!;
    const cores = option.cores * replicas;
    const idleJoulesPerRequest = (idleWattsPerCore(option) * cores) / load;
    return {
      accuracy: stageAccuracies(stage, normalizeAccuracy)[index]!,
      cores,
      latencySeconds: option.latencySeconds + (option.batch - 1) / load,
      joulesPerRequest: option.joulesPerRequest + idleJoulesPerRequest,
      idleJoulesPerRequest,
    };
  });
}

/** Which limits a choice breaks, in doubles; none: it is feasible. */
export function brokenLimits(problem: PipelineProblem, choice: Choice): BrokenLimit[] {
  const { load, slaSeconds, scalingCap, limits, stages } = problem;
  const found = evaluate(problem, choice);
  const broken = new Set<BrokenLimit>();
  if (found.chargedSeconds > slaSeconds) broken.add('latency');
  if (limits?.joulesPerRequest !== undefined && found.joulesPerRequest > limits.joulesPerRequest)
    broken.add('joulesPerRequest');
  if (limits?.watts !== undefined && found.watts > limits.watts) broken.add('watts');
  stages.forEach((stage, s) => {
    const { option, replicas } = choice[s]!;
    if (stage.options[option]!.throughput * replicas < load) broken.add('throughput');
    if (replicas > scalingCap) broken.add('scalingCap');
    if (stage.variant !== undefined && stage.options[option]!.variant !== stage.variant) broken.add('variant');
    if (stage.replicas !== undefined && replicas !== stage.replicas) broken.add('replicas');
  });
  return [...broken];
}
