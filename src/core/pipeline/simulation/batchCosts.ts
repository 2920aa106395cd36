import { batchCost } from '../../latency/partialBatch';
import type { PipelineOption, PipelineStage } from '../problem';

/** What batches of 0…batch requests take of a replica of one option. */
export type BatchCosts = {
  /** From the start of a batch to its answers, seconds. */
  latencySeconds: Float64Array;
  /** From the start of a batch until its replica can start the next one: before its answers, or after them. */
  busySeconds: Float64Array;
  /** Energy of a batch, without the idle power of the cores held. */
  joules: Float64Array;
};

/**
 * A full batch takes the latency of its profile, and keeps its replica busy for batch ÷ throughput, so that replicas come to the throughput
 * by which the solver counts them, and to no more. Latencies are longer than that where they are a 99th percentile, and shorter where they
 * are of the model alone and the throughput is of all that surrounds it.
 *
 * A partial batch costs what straight lines between the profiles of smaller batches say (`batchCost`), of the same variant on as many
 * cores and with energy of the same kind; where there are none, as much as a full one, in time and in joules.
 */
export function batchCostsOf(stage: PipelineStage, index: number): BatchCosts {
  const option = stage.options[index]!;
  const family = stage.options
    .filter(
      (other) =>
        other.variant === option.variant &&
        other.cores === option.cores &&
        isGross(other) === isGross(option) &&
        other.batch <= option.batch,
    )
    .sort((a, b) => a.batch - b.batch);
  const bySize = (cost: (one: PipelineOption) => number) => {
    const points = family.map((one) => ({ batchSize: one.batch, cost: cost(one) }));
    let at = 1;
    return Float64Array.from({ length: option.batch + 1 }, (_, size) => {
      // Only the two points between which a size lies count, and sizes rise.
      while (at < points.length - 1 && size > points[at]!.batchSize) at++;
      return size === 0 ? 0 : batchCost(points.slice(at - 1, at + 1), size);
    });
  };
  return {
    latencySeconds: bySize((one) => one.latencySeconds),
    busySeconds: bySize((one) => one.batch / one.throughput),
    joules: bySize((one) => one.joulesPerRequest * one.batch),
  };
}

const isGross = (option: PipelineOption) => option.energyIncludesIdle ?? false;
