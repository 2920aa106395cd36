import { idleWattsPerCore, publishedQueueSeconds, replicasFor, stageAccuracies } from './evaluate';
import type { PipelineProblem } from './problem';

/** An option of a stage with as few replicas as keep up with the load: more of them are never better. */
export type Candidate = {
  option: number;
  replicas: number;
  batch: number;
  /** As the objective has it. */
  accuracy: number;
  cores: number;
  /** Of a batch, and the time to fill it. */
  latencySeconds: number;
  /** What counts against `chargedLimit`. */
  chargedSeconds: number;
  /** Idle power of the cores held included. */
  joulesPerRequest: number;
};

/** For each stage the options that its own limits leave (load, scaling cap, a fixed variant or number of replicas). */
export function candidatesOf({
  stages,
  load,
  scalingCap,
  normalizeAccuracy,
  queueing,
}: PipelineProblem): Candidate[][] {
  return stages.map((stage) => {
    const accuracies = stageAccuracies(stage, normalizeAccuracy);
    return stage.options.flatMap((option, index): Candidate[] => {
      const replicas = stage.replicas ?? replicasFor(option.throughput, load);
      if (stage.variant !== undefined && option.variant !== stage.variant) return [];
      if (replicas > scalingCap || option.throughput * replicas < load) return [];
      const latencySeconds = option.latencySeconds + (option.batch - 1) / load;
      const cores = option.cores * replicas;
      return [
        {
          ...{ option: index, replicas, batch: option.batch, accuracy: accuracies[index]!, cores, latencySeconds },
          chargedSeconds: queueing === 'intended' ? latencySeconds : option.latencySeconds,
          joulesPerRequest: option.joulesPerRequest + (idleWattsPerCore(option) * cores) / load,
        },
      ];
    });
  });
}

/** Seconds that the stages may take together. */
export const chargedLimit = (problem: PipelineProblem) =>
  problem.queueing === 'intended' ? problem.slaSeconds : problem.slaSeconds - publishedQueueSeconds(problem);

/** Joules per request that the stages may take together; Infinity without a limit. */
export const joulesLimit = ({ limits, load }: PipelineProblem) =>
  Math.min(limits?.joulesPerRequest ?? Infinity, (limits?.watts ?? Infinity) / load);

/** Sums here and in `evaluate` differ in their order, by less than this. */
const slack = (limit: number) => 1e-9 * Math.max(1, Math.abs(limit));

/** Above it a limit is surely broken; up to so much below it only `evaluate` can tell. */
export const loosened = (limit: number) => limit + slack(limit);

/** Whether a sum that was held against a loosened limit is surely within the limit itself. */
export const isClearlyWithin = (value: number, loose: number) => value <= loose - 3 * slack(loose);
