import type { Configuration } from '../configuration/configuration';

/** How much, and over how many doublings, ln costs change. */
export type Roughness = {
  /** Standard deviation of each of the smooth parts: ln. */
  amplitude: number;
  /** Doublings of batch size, threads or processes over which they change. */
  length: number;
};

/** Variance of the level of a model, ln²: which is all that a model says of another one, nothing. */
const levelVariance = 4;
/** Of what batch, split and spinning do together, beside what each does by itself. */
const interaction = 0.25;

/**
 * Prior covariance of ln costs: a curve over batch sizes, a surface over threads and processes, an offset of spinning, and a smaller part for what they do
 * together, all within a model; and each configuration's own deviation. Differences between neighbours are small, between distant ones they may be anything.
 */
export function priorCovariance(
  configurations: readonly Configuration[],
  { amplitude, length }: Roughness,
  deviation: number,
): Float64Array[] {
  const batch = configurations.map(({ batchSize }) => Math.log2(batchSize) / length);
  const threads = configurations.map((c) => Math.log2(Math.max(1, c.threads)) / length);
  const processes = configurations.map(({ instances }) => Math.log2(instances) / length);
  const covariance = configurations.map(() => new Float64Array(configurations.length));
  for (const [i, one] of configurations.entries()) {
    for (let j = 0; j <= i; j++) {
      if (configurations[j]!.model !== one.model) continue;
      const curve = smooth(Math.abs(batch[i]! - batch[j]!));
      const surface = smooth(Math.sqrt((threads[i]! - threads[j]!) ** 2 + (processes[i]! - processes[j]!) ** 2));
      const spinning = configurations[j]!.spinning === one.spinning ? 1 : 0;
      const parts = curve + surface + spinning + interaction * curve * surface * spinning;
      covariance[i]![j] = covariance[j]![i] = levelVariance + amplitude ** 2 * parts + (i === j ? deviation ** 2 : 0);
    }
  }
  return covariance;
}

/** Matérn's covariance of smoothness 5/2 (Rasmussen & Williams 2006, eq. 4.17). */
function smooth(distance: number): number {
  const scaled = Math.sqrt(5) * distance;
  return (1 + scaled + scaled ** 2 / 3) * Math.exp(-scaled);
}
