import { seededNormal, seededRandom, shuffled } from '../../src/core/statistics/random';
import { trendOf } from '../../src/core/statistics/trend';
import { effectOf } from '../../src/core/run/conditionTable';

export type DriftTruth = {
  configurations: number;
  blocks: number;
  /** Standard deviation of ln J of a trial, percent. */
  cvPercent: number;
  /** Correlation of a trial with the one before it (AR(1)). */
  correlation: number;
  /** From the first trial to the last. */
  driftPercent: number;
};

/** How often drift is told of made-up runs, with drift checks at start, middle and end as in a real one; shares of 1. */
export function simulateDrift(truth: DriftTruth, runs: number, seed: number) {
  const normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
  const { blocks, cvPercent, correlation } = truth;
  const drift = Math.log1p(truth.driftPercent / 100);
  const ids = Array.from({ length: truth.configurations }, (_, i) => i);
  const total = { told: 0, covered: 0, toldByChecks: 0 };
  for (let run = 0; run < runs; run++) {
    const order = Array.from({ length: blocks }, (_, block) => [
      ...(block === 0 || block === Math.ceil(blocks / 2) ? [0] : []),
      ...shuffled(ids, random),
    ]).flat();
    order.push(0);
    let error = normal();
    const values = order.map((id, i) => {
      if (i > 0) error = correlation * error + Math.sqrt(1 - correlation ** 2) * normal();
      const at = i / (order.length - 1);
      return { group: String(id), at, value: 0.1 * id + drift * at + (cvPercent / 100) * error };
    });
    const { change, low, high } = trendOf(values)!;
    if (low <= drift && drift <= high) total.covered++;
    if ((low > 0 || high < 0) && effectOf('drift', 100 * Math.abs(Math.expm1(change)))) total.told++;
    const ratio = Math.expm1(values.at(-1)!.value - values[0]!.value);
    if (effectOf('drift', 100 * Math.abs(ratio))) total.toldByChecks++;
  }
  return {
    told: total.told / runs,
    covered: total.covered / runs,
    /** By the last drift check over the first one. */
    toldByChecks: total.toldByChecks / runs,
  };
}
