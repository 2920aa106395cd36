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
  const places = configurations.map(({ batchSize, threads, instances }) =>
    [batchSize, Math.max(1, threads), instances].map(Math.log2),
  );
  return configurations.map((one, i) =>
    Float64Array.from(configurations, (other, j) => {
      if (one.model !== other.model) return 0;
      const [a, b] = [places[i]!, places[j]!];
      const batch = smooth(Math.abs(a[0]! - b[0]!) / length);
      const split = smooth(Math.hypot(a[1]! - b[1]!, a[2]! - b[2]!) / length);
      const spinning = one.spinning === other.spinning ? 1 : 0;
      const parts = batch + split + spinning + interaction * batch * split * spinning;
      return levelVariance + amplitude ** 2 * parts + (i === j ? deviation ** 2 : 0);
    }),
  );
}

/** Matérn's covariance of smoothness 5/2 (Rasmussen & Williams 2006, eq. 4.17). */
function smooth(distance: number): number {
  const scaled = Math.sqrt(5) * distance;
  return (1 + scaled + scaled ** 2 / 3) * Math.exp(-scaled);
}
