import { pooledPercentileInterval } from '../../src/core/statistics/pooledPercentile';
import { seededNormal, seededRandom } from '../../src/core/statistics/random';
import { interpolated, percentileInterval } from '../../src/core/statistics/statistics';

type Draw = () => number;
/** One batch after another of a trial, over its mean. */
const kinds = {
  'CV 2 %': (normal: Draw) => () => 1 + 0.02 * normal(),
  /** Batches that follow one another are alike. */
  'CV 2 %, AR(1) .5': (normal: Draw) => {
    let last = normal();
    return () => {
      last = 0.5 * last + Math.sqrt(0.75) * normal();
      return 1 + 0.02 * last;
    };
  },
  /** A long tail: 95 % of the mean at least, and an exponential time of 5 %. */
  'exponential tail 5 %': (_: Draw, random: Draw) => () => 0.95 - 0.05 * Math.log(1 - random()),
};
export type BatchKind = keyof typeof kinds;
export const batchKinds = Object.keys(kinds) as BatchKind[];

type Design = { kind: BatchKind; trials: number; batches: number; effect: number; sweeps: number; seed: number };

/**
 * How often an interval of batch p95 holds the true one, of all batches that all trials could have: `byTrial`, and the distribution-free
 * one over all batches (Conover 1999, §3.2), which takes them as independent.
 *
 * @param design `effect`: standard deviation between trials, over the mean
 */
export function pooledCoverage({ kind, trials, batches, effect, sweeps, seed }: Design) {
  const normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
  const trial = (count: number) => {
    const own = 1 + effect * normal();
    const next = kinds[kind](normal, random);
    return Float64Array.from({ length: count }, () => own * next()).sort();
  };
  const all = (times: Float64Array[]) => Float64Array.from(times.flatMap((t) => [...t])).sort();
  const truth = interpolated(all(Array.from({ length: 40_000 }, () => trial(5))), 95);
  const hits = { byTrial: 0, overBatches: 0 };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const own = Array.from({ length: trials }, () => trial(batches));
    const pooled = all(own);
    const ownP95 = own.map((times) => interpolated(times, 95));
    const holds = (interval: { low: number; high: number } | null) =>
      interval !== null && interval.low <= truth && truth <= interval.high;
    if (holds(pooledPercentileInterval(interpolated(pooled, 95), ownP95, 95, 0.025))) hits.byTrial++;
    if (holds(percentileInterval(pooled, 95))) hits.overBatches++;
  }
  return { byTrial: hits.byTrial / sweeps, overBatches: hits.overBatches / sweeps };
}
