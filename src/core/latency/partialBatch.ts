import { sameExcept } from '../configuration/factors';
import type { ConfigurationResult } from '../values/result';
import { mean } from '../statistics/statistics';

/**
 * Cost of a batch that is begun before it is full, from what was measured at other batch
 * sizes of configurations that are alike in every other factor.
 */
type Point = { batchSize: number; cost: number };

/**
 * Cost of a batch of `size` requests: straight lines between the measured sizes; below the smallest,
 * the line through the two smallest goes on, but never costs less per request than the smallest
 * batch does (no fixed cost) nor more than that batch as a whole. With one size measured the fixed
 * cost is not known, and a partial batch is taken to cost as much as a full one.
 *
 * @param points ascending batch sizes, at least one
 */
export function batchCost(points: readonly Point[], size: number): number {
  const smallest = points[0]!;
  const second = points[1];
  if (size < smallest.batchSize) {
    if (!second) return smallest.cost;
    const slope = (second.cost - smallest.cost) / (second.batchSize - smallest.batchSize);
    const line = smallest.cost - slope * (smallest.batchSize - size);
    return Math.min(smallest.cost, Math.max((smallest.cost * size) / smallest.batchSize, line));
  }
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    if (size > b.batchSize) continue;
    return a.cost + ((b.cost - a.cost) * (size - a.batchSize)) / (b.batchSize - a.batchSize);
  }
  return points.at(-1)!.cost;
}

/** Costs of batches of 0…batchSize requests over that of a full one; null where nothing was measured, or the full one has no positive cost. */
function ratios(points: readonly Point[], batchSize: number): Float64Array | null {
  if (points.length === 0) return null;
  const full = batchCost(points, batchSize);
  if (!(full > 0)) return null;
  return Float64Array.from({ length: batchSize + 1 }, (_, size) => (size === 0 ? 0 : batchCost(points, size) / full));
}

/**
 * Times are rounded to this part of a full batch's (± .4 %, far less than the straight line between measured sizes may be off): each
 * block moves them a little, and what was simulated with the same ratios need not be simulated again.
 */
const timeStep = 1 / 128;

/** Ratios of time and of dynamic energy for partial batches of a configuration; energy is null without an idle baseline. */
export function partialBatchRatios(
  configuration: ConfigurationResult,
  all: readonly ConfigurationResult[],
): { time: Float64Array | null; energy: Float64Array | null } {
  const isSame = sameExcept('batchSize');
  const family = all
    .filter((r) => isSame(r, configuration) && r.batchSize <= configuration.batchSize && r.trials.length > 0)
    .sort((a, b) => a.batchSize - b.batchSize);
  const batchMs = (r: ConfigurationResult) => mean(r.trials.map((t) => mean(t.batchMs)));
  const fullMs = batchMs(configuration);
  const time = family.map((r) => ({
    batchSize: r.batchSize,
    cost: timeStep * Math.max(1, Math.round(batchMs(r) / fullMs / timeStep)),
  }));
  const energy = family.map((r) => ({
    batchSize: r.batchSize,
    cost: r.batchSize * mean(r.trials.map((t) => dynamicJoulesPerUnit(t) ?? Number.NaN)),
  }));
  return { time: ratios(time, configuration.batchSize), energy: ratios(energy, configuration.batchSize) };
}

/** Joules of a unit of work less what the machine at rest draws in that time; null without an idle baseline. */
export function dynamicJoulesPerUnit(trial: {
  joulesPerUnit: number;
  idleWatts: number | null;
  unitsPerSecond: number;
}): number | null {
  return trial.idleWatts === null ? null : trial.joulesPerUnit - trial.idleWatts / trial.unitsPerSecond;
}
